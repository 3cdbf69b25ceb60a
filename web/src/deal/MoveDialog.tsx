import { Input, Modal, Select } from 'antd'
import { useState } from 'react'
import type { DealPlaybook } from '../api/deals'
import { useProblem } from '../app/useProblem'
import { useI18n } from '../i18n'
import '../i18n/deal'
import { useSchema } from '../records/schema'
import { testid } from '../testids'
import { useMove, useStageName } from './useDeal'

/** Moves a deal in spite of what is missing, with a reason, or to any other stage. */
export function MoveDialog({ playbook, to, close }: { playbook: DealPlaybook; to?: string; close: () => void }) {
  const { t, label } = useI18n()
  const stage = useStageName()
  const schema = useSchema()
  const problem = useProblem()
  const move = useMove(playbook.deal)
  const [target, setTarget] = useState(to ?? '')
  const [reason, setReason] = useState('')
  const override = to !== undefined && playbook.missing.length > 0
  const asks = playbook.may_override === 'ask'
  const stages = (schema.field('deals', 'stage')?.options ?? []).filter((o) => o.name !== playbook.stage)
  const send = () => move.mutate({ to: target, override, reason: reason.trim() || undefined }, { onSuccess: close })
  return (
    <Modal
      open
      title={to ? t('progress.move', { stage: stage(to) }) : t('progress.other')}
      onCancel={close}
      okText={t(override && asks ? 'progress.ask' : 'progress.to')}
      onOk={send}
      okButtonProps={{ disabled: !target || (override && !reason.trim()), loading: move.isPending, 'data-testid': testid.deal.moveSubmit }}
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
              {playbook.missing.map((c) => (
                <li key={c.stage + c.id}>
                  <strong>{label(c.text)}</strong>
                  <p className="soft">{label(c.missing)}</p>
                </li>
              ))}
            </ul>
            {asks && <span className="info-note">{t('progress.byManager')}</span>}
          </>
        )}
        <Input.TextArea value={reason} onChange={(e) => setReason(e.target.value)} placeholder={t('progress.reason')} aria-label={t('progress.reason')} maxLength={1000} autoSize={{ minRows: 2, maxRows: 6 }} data-testid={testid.deal.moveReason} />
        {override && <span className="faint">{t('progress.reasonHelp')}</span>}
        {move.error && (
          <span className="error-note" role="alert">
            {problem(move.error)}
          </span>
        )}
      </div>
    </Modal>
  )
}
