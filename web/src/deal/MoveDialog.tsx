import { Input, Modal, Select } from 'antd'
import { useState } from 'react'
import type { DealPlaybook } from '../api/deals'
import { useProblem } from '../app/useProblem'
import { useI18n } from '../i18n'
import '../i18n/deal'
import { useSchema } from '../records/schema'
import { testid } from '../testids'
import { useMove, useStageName } from './useDeal'
import './deal.css'

/** A move as far as it was asked for: where the deal stands, and what it lacks for where it is to go. */
export type Wanted = Pick<DealPlaybook, 'deal' | 'stage' | 'missing' | 'may_override'> & { to: string }

/** Moves a deal in spite of what is missing, with a reason, or to any other stage. */
export function MoveDialog({ wanted, to, close }: { wanted: Omit<Wanted, 'to'>; to?: string; close: () => void }) {
  const { t, label } = useI18n()
  const stage = useStageName()
  const schema = useSchema()
  const problem = useProblem()
  const move = useMove(wanted.deal)
  const [target, setTarget] = useState(to ?? '')
  const [reason, setReason] = useState('')
  const override = to !== undefined && wanted.missing.length > 0
  const never = override && wanted.may_override === 'no'
  const asks = wanted.may_override === 'ask'
  const stages = (schema.field('deals', 'stage')?.options ?? []).filter((o) => o.name !== wanted.stage)
  const send = () => move.mutate({ to: target, override, reason: reason.trim() || undefined }, { onSuccess: close })
  return (
    <Modal
      open
      title={to ? t(to === 'lost' ? 'progress.moveLost' : 'progress.move', { stage: stage(to) }) : t('progress.other')}
      onCancel={close}
      okText={t(override && asks ? 'progress.ask' : override ? 'progress.moveAnyway' : 'progress.go')}
      onOk={send}
      okButtonProps={{ disabled: !target || never || (override && !reason.trim()), loading: move.isPending, 'data-testid': testid.deal.moveSubmit }}
    >
      <div className="stack">
        {!to && (
          <>
            <Select aria-label={t('progress.to')} placeholder={t('progress.to')} value={target || undefined} onChange={setTarget} options={stages.map((o) => ({ value: o.name, label: label(o.label, o.name) }))} />
            <span className="faint">{t('progress.toLost')}</span>
          </>
        )}
        {override && (
          <>
            <ul className="plain-list">
              {wanted.missing.map((c) => (
                <li key={c.stage + c.id}>
                  <strong>{label(c.text)}</strong>
                  <p className="soft">{label(c.missing)}</p>
                </li>
              ))}
            </ul>
            {asks && <span className="info-note">{t('progress.byManager')}</span>}
            {never && <span className="error-note">{t('progress.byNobody')}</span>}
          </>
        )}
        {!never && <Input.TextArea value={reason} onChange={(e) => setReason(e.target.value)} placeholder={t('progress.reason')} aria-label={t('progress.reason')} maxLength={1000} autoSize={{ minRows: 2, maxRows: 6 }} data-testid={testid.deal.moveReason} />}
        {override && !never && <span className="faint">{t('progress.reasonHelp')}</span>}
        {move.error && (
          <span className="error-note" role="alert">
            {problem(move.error)}
          </span>
        )}
      </div>
    </Modal>
  )
}
