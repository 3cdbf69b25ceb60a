import { Button, Tooltip } from 'antd'
import { CheckCheck, ListTodo, Undo2, X } from 'lucide-react'
import { useState } from 'react'
import type { KeptNeed, KnownNeed, NeedBoard, NeedDecision } from '../api/needs'
import { Go, paths } from '../app/navigation'
import { useI18n } from '../i18n'
import '../i18n/needs'
import { testid } from '../testids'
import { kindKey, statusOf } from './words'

interface Props {
  board: NeedBoard
  /** Of an account, needs name their deals. */
  ofAccount: boolean
  mayWrite: boolean
  decide: (need: KeptNeed, d: NeedDecision['decision']) => void
  toTask: (question: string, because: string) => void
}

const rank: Record<string, number> = { confirmed: 0, found: 1 }

/** The needs that a customer has, each with what was said and where that leads. */
export function KeptNeeds(p: Props) {
  const { t } = useI18n()
  const [rejected, setRejected] = useState(false)
  const live = p.board.needs.filter((n) => n.status === 'confirmed' || n.status === 'found').sort((a, b) => (rank[a.status] ?? 2) - (rank[b.status] ?? 2) || a.code.localeCompare(b.code))
  const gone = p.board.needs.filter((n) => n.status === 'rejected')
  return (
    <section className="kept-needs">
      {live.map((n) => (
        <Kept key={n.id} need={n} {...p} />
      ))}
      {gone.length > 0 && (
        <button type="button" className="plain soft" onClick={() => setRejected(!rejected)} aria-expanded={rejected}>
          {t('need.rejectedCount', { n: gone.length })}
        </button>
      )}
      {rejected && gone.map((n) => <Kept key={n.id} need={n} {...p} />)}
    </section>
  )
}

function Kept({ need: n, board, ofAccount, mayWrite, decide, toTask }: Props & { need: KeptNeed }) {
  const { t, label, format } = useI18n()
  const known: KnownNeed | undefined = board.known.find((k) => k.code === n.code)
  const more = board.needs.filter((x) => x.supports === n.id)
  const [status, pill] = statusOf(n.status)
  const capability = known?.capabilities.find((c) => c.id === n.capability) ?? known?.capabilities[0]
  const question = known ? label(known.confirm) : (n.question ?? '')
  const who = n.confirmed_by ? board.titles['contacts']?.[n.confirmed_by] : undefined
  return (
    <article className={'kept card is-' + n.status} data-testid={testid.needs.kept(n.code)} data-status={n.status} data-kind={n.kind}>
      <div className="row wrap">
        <strong className="grow">
          <Go to={paths.record('needs', n.id)} className="kept-title">
            <code className="faint">{n.code}</code> {known ? label(known.name) : n.title}
          </Go>
        </strong>
        <span className={'pill kind-' + n.kind}>{t(kindKey(n.kind))}</span>
        <span className={'pill ' + pill}>{t(status)}</span>
      </div>
      <Quote need={n} board={board} />
      {more.length > 0 && (
        <details className="supporting">
          <summary className="soft">{t('need.more', { n: more.length })}</summary>
          {more.map((x) => (
            <Quote key={x.id} need={x} board={board} />
          ))}
        </details>
      )}
      <dl className="chain flow">
        <div>
          <dt>{t('need.pain')}</dt>
          <dd>{known ? label(known.pain) : n.pain}</dd>
        </div>
        <div>
          <dt>{t('need.goal')}</dt>
          <dd>{known ? label(known.goal) : n.goal}</dd>
        </div>
        <div>
          <dt>{t('need.capability')}</dt>
          <dd>
            {capability && (
              <Tooltip title={label(capability.does) + ' ' + t('need.limits') + '：' + label(capability.limits)}>
                <span>{label(capability.name)}</span>
              </Tooltip>
            )}
          </dd>
        </div>
        <div>
          <dt>{t('need.metric')}</dt>
          <dd>
            {known?.metrics.map((m) => (
              <Tooltip key={m.id} title={label(m.measure)}>
                <span className="metric">
                  {label(m.name)} <small className="faint">{label(m.unit)}</small>
                </span>
              </Tooltip>
            ))}
          </dd>
        </div>
      </dl>
      <div className="row wrap kept-foot">
        <span className="faint">
          {n.status === 'confirmed' && n.confirmed_on && (who ? t('need.confirmedOn', { who, date: format.date(n.confirmed_on) }) : t('need.confirmedOnly', { date: format.date(n.confirmed_on) }))}
          {n.found_by === 'person' && ' ' + t('need.by.person')}
          {n.found_code && n.found_code !== n.code && ' ' + t('need.correctedFrom', { code: n.found_code })}
          {ofAccount && n.deal && board.titles['deals']?.[n.deal] && (
            <>
              {' '}
              <Go to={paths.record('deals', n.deal)}>{board.titles['deals'][n.deal]}</Go>
            </>
          )}
        </span>
        <span className="grow" />
        {mayWrite && n.status === 'found' && (
          <>
            {question && (
              <Button size="small" type="text" icon={<ListTodo size={13} />} title={question} onClick={() => toTask(question, n.evidence)}>
                {t('need.toTask')}
              </Button>
            )}
            <Button size="small" icon={<CheckCheck size={13} />} onClick={() => decide(n, 'confirm')} data-testid={testid.needs.keptConfirm(n.code)}>
              {t('need.confirm')}
            </Button>
          </>
        )}
        {mayWrite && n.status !== 'rejected' && <Button size="small" type="text" icon={<X size={13} />} onClick={() => decide(n, 'reject')} aria-label={t('need.reject')} title={t('need.reject')} />}
        {mayWrite && n.status === 'rejected' && (
          <Button size="small" type="text" icon={<Undo2 size={13} />} onClick={() => decide(n, 'reopen')}>
            {t('need.reopen')}
          </Button>
        )}
      </div>
      {n.status === 'found' && question && (
        <p className="ask">
          <span className="faint">{t('need.askCustomer')}</span> {question}
        </p>
      )}
    </article>
  )
}

function Quote({ need: n, board }: { need: KeptNeed; board: NeedBoard }) {
  const { t } = useI18n()
  const note = n.activity ? board.titles['activities']?.[n.activity] : undefined
  return (
    <blockquote className={'is-' + n.kind}>
      {n.evidence || <span className="faint">{t('need.noSentence')}</span>}
      {note && n.activity && (
        <small className="faint">
          {' '}
          {t('need.fromNote')} <Go to={paths.record('activities', n.activity)}>{note}</Go>
        </small>
      )}
    </blockquote>
  )
}
