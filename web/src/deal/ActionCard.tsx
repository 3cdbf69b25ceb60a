import { Button, Popover, Tooltip } from 'antd'
import { ListPlus } from 'lucide-react'
import type { NextAction } from '../api/deals'
import { Go, paths } from '../app/navigation'
import { useI18n, type TextKey } from '../i18n'
import '../i18n/deal'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'
import { CheckNote, CountOf, Witnesses } from './Witnesses'
import { useMakeTask } from './useDeal'

/** One thing to do, why, and what it rests on. */
export function ActionCard({ action, children }: { action: NextAction; children?: React.ReactNode }) {
  const { t, label, format } = useI18n()
  const rights = useRightsHere()
  const make = useMakeTask()
  const late = action.due_on < new Date().toISOString().slice(0, 10)
  return (
    <div className="action-card" data-testid={testid.deal.action(action.play)}>
      <Tooltip title={t('next.priority', { n: action.priority })}>
        <span className={'priority p' + action.priority} aria-label={t('next.priority', { n: action.priority })}>
          {action.priority}
        </span>
      </Tooltip>
      <div className="grow">
        {children}
        <strong className="action-do">{label(action.do)}</strong>
        <p className="soft">{label(action.why)}</p>
        <div className="row wrap action-foot">
          <Tooltip title={action.pack ? t('next.rule', { rule: action.pack + ' / ' + action.play }) : t('next.rule', { rule: action.play })}>
            <span className="pill">{t(('next.source.' + action.source) as TextKey)}</span>
          </Tooltip>
          <span className={late ? 'danger' : 'faint'}>{t('next.due', { date: format.date(action.due_on) })}</span>
          {action.because.map((f, i) => (
            <span key={i} className="row because">
              <CountOf found={f} />
              <CheckNote found={f} />
              <Witnesses list={f.witnesses} most={2} />
            </span>
          ))}
          <Witnesses list={action.about} />
          {action.tactic && (
            <Popover
              title={label(action.tactic.name)}
              content={
                <div className="tactic">
                  <ol>
                    {action.tactic.steps.map((s, i) => (
                      <li key={i}>{label(s)}</li>
                    ))}
                  </ol>
                  <p className="soft">{label(action.tactic.caution)}</p>
                </div>
              }
            >
              <button type="button" className="plain linkish">
                {t('next.tactic', { name: label(action.tactic.name) })}
              </button>
            </Popover>
          )}
        </div>
      </div>
      {action.task ? (
        <Go to={paths.record('activities', action.task.id)} className="pill info">
          {t('next.open')}
        </Go>
      ) : (
        rights.write && (
          <Button size="small" icon={<ListPlus size={14} />} loading={make.isPending} onClick={() => make.mutate({ deal: action.deal, play: action.play, due: action.due_on })} data-testid={testid.deal.makeTask}>
            {t('next.make')}
          </Button>
        )
      )}
    </div>
  )
}
