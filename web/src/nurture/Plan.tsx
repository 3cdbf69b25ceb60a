import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Modal } from 'antd'
import { Zap } from 'lucide-react'
import { useState } from 'react'
import { stopNurture, type NurtureCheck, type NurtureContact, type NurtureStanding, type NurtureTouch } from '../api/nurture'
import { Go, paths, useBranch } from '../app/navigation'
import { useToasts } from '../app/Toasts'
import { useI18n } from '../i18n'
import '../i18n/nurture'
import { useSchema } from '../records/schema'
import { useWrites } from '../records/useWrites'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'
import { BeginRound } from './BeginRound'
import { said, standing } from './standing'

/** One plan: where the account stands in it, and what can be done. */
export function Plan({ standing: s, contacts, account }: { standing: NurtureStanding; contacts: NurtureContact[]; account: string }) {
  const { t, language, format } = useI18n()
  const rights = useRightsHere()
  const [planning, setPlanning] = useState(false)
  const [stopping, setStopping] = useState(false)
  const { state, tone } = standing(s)
  const running = s.round?.running ?? false
  const mayBegin = rights.write && !running && !s.stopped && s.fits
  const ends = s.stop.filter((c) => c.holds)
  return (
    <article className="card nurture-plan" data-testid={testid.nurture.plan(s.plan.id)}>
      <header className="row wrap">
        <span className={'pill ' + tone}>{t(`nurture.${state}`)}</span>
        <h2 className="grow">{said(s.plan.name, language)}</h2>
        {s.round && <span className="faint">{t('nurture.progress', { done: s.round.done, n: s.round.touches.length })}</span>}
        {mayBegin && (
          <Button size="small" type={planning ? 'default' : 'primary'} onClick={() => setPlanning(!planning)} aria-expanded={planning} data-testid={testid.nurture.open}>
            {t(planning ? 'nurture.hide' : s.round ? 'nurture.beginAgain' : 'nurture.plan')}
          </Button>
        )}
        {running && rights.write && (
          <Button size="small" onClick={() => setStopping(true)} data-testid={testid.nurture.stop}>
            {t('nurture.stop')}
          </Button>
        )}
      </header>
      <p className="soft">
        {said(s.plan.summary, language)} {running && s.round?.next_on && <span className="faint">{t('nurture.next', { date: format.date(s.round.next_on) })}</span>}
      </p>
      {running && ends.length > 0 && <p className="error-note">{t('nurture.shouldStop', { why: format.list(ends.map((c) => c.where ?? c.of)) })}</p>}
      {s.strikes.map((x) => (
        <p key={x.event} className="nurture-strike">
          <Zap size={14} aria-hidden /> <strong>{t('nurture.strike')}</strong> · <Go to={paths.record('events', x.event)}>{said(x.trigger.name, language)}</Go> <span className="pill warning">{t('nurture.within', { n: x.trigger.within_days })}</span>
          <span className="soft"> {said(x.trigger.play, language)}</span>
        </p>
      ))}
      {planning && mayBegin ? <BeginRound standing={s} contacts={contacts} account={account} done={() => setPlanning(false)} /> : s.round && <Touches touches={s.round.touches} contacts={contacts} />}
      <details className="nurture-rules">
        <summary>
          {t('nurture.for')} · {t('nurture.until')}
        </summary>
        <Checks title={t('nurture.for')} list={s.for} />
        <Checks title={t('nurture.until')} list={s.stop} />
        <p className="faint">{t('nurture.fromPack', { pack: said(s.pack_name, language), id: s.plan.id })}</p>
      </details>
      {stopping && <StopDialog standing={s} account={account} close={() => setStopping(false)} />}
    </article>
  )
}

const touchTone = { done: 'success', overdue: 'danger', planned: 'info', dropped: '' }

function Touches({ touches, contacts }: { touches: NurtureTouch[]; contacts: NurtureContact[] }) {
  const { t, language, label, format } = useI18n()
  const schema = useSchema()
  const rights = useRightsHere()
  const { update } = useWrites('activities')
  const client = useQueryClient()
  const option = (entity: string, field: string, name: string | undefined) => label(schema.field(entity, field)?.options?.find((o) => o.name === name)?.label, name)
  const finish = (task: string) => update.mutate({ id: task, cells: { done: true, happened_at: new Date().toISOString() } }, { onSuccess: () => void client.invalidateQueries({ queryKey: ['lake'] }) })
  return (
    <ol className="nurture-touches">
      {touches.map((x) => {
        const contact = contacts.find((c) => c.id === x.contact)
        return (
          <li key={x.id} className={x.state} data-testid={testid.nurture.touch(x.id)}>
            <time className="nurture-day">{format.date(x.due_on)}</time>
            <div className="grow">
              <p>
                <span className="pill">{option('activities', 'kind', x.kind)}</span> {x.task ? <Go to={paths.record('activities', x.task)}>{said(x.text, language)}</Go> : said(x.text, language)}
              </p>
              <p className="faint">
                {contact ? <Go to={paths.record('contacts', contact.id)}>{contact.name}</Go> : x.role && option('contacts', 'role', x.role)} · {t('nurture.goal', { text: said(x.goal, language) })}
              </p>
            </div>
            <span className={'pill ' + touchTone[x.state]}>{t(`nurture.state.${x.state}`)}</span>
            {rights.write && x.task && x.state !== 'done' && (
              <Button size="small" onClick={() => finish(x.task ?? '')} loading={update.isPending}>
                {t('nurture.markDone')}
              </Button>
            )}
          </li>
        )
      })}
    </ol>
  )
}

function Checks({ title, list }: { title: string; list: NurtureCheck[] }) {
  const { t, label } = useI18n()
  const schema = useSchema()
  return (
    <div>
      <h3>{title}</h3>
      <ul>
        {list.map((c, i) => (
          <li key={i}>
            <span className={'pill ' + (c.holds ? 'success' : '')}>{c.holds ? t('nurture.holds', { n: c.count }) : t('nurture.lacks')}</span> {label(schema.entity(c.of)?.plural, c.of)} {c.where ? <code>{c.where}</code> : t('nurture.anyRecord')}{' '}
            {c.at_least !== undefined && <span className="faint">{t('nurture.atLeast', { n: c.at_least })}</span>} {c.at_most !== undefined && <span className="faint">{t('nurture.atMost', { n: c.at_most })}</span>}
          </li>
        ))}
      </ul>
    </div>
  )
}

function StopDialog({ standing: s, account, close }: { standing: NurtureStanding; account: string; close: () => void }) {
  const { t } = useI18n()
  const branch = useBranch()
  const toasts = useToasts()
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const open = s.round?.touches.filter((x) => x.task && x.state !== 'done').length ?? 0
  const stop = useMutation({
    mutationFn: () => stopNurture(branch, account, { pack: s.pack, plan: s.plan.id, reason }),
    onSuccess: (r) => {
      toasts.undoable(t('nurture.stopped', { n: r.tasks }), branch, r.revision)
      void client.invalidateQueries({ queryKey: ['lake'] })
      close()
    },
    onError: toasts.fail,
  })
  return (
    <Modal open title={t('nurture.stopTitle')} onCancel={close} onOk={() => stop.mutate()} okText={t('nurture.stop')} cancelText={t('act.cancel')} okButtonProps={{ danger: true, loading: stop.isPending }} width={420}>
      <p className="soft">{t('nurture.stopText', { n: open })}</p>
      <Input value={reason} onChange={(e) => setReason(e.target.value)} placeholder={t('nurture.stopReason')} aria-label={t('nurture.stopReason')} maxLength={1000} style={{ marginTop: 8 }} />
    </Modal>
  )
}
