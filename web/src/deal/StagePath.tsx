import { Tooltip } from 'antd'
import { Check } from 'lucide-react'
import type { DealPlaybook, Standing } from '../api/deals'
import { useI18n } from '../i18n'
import '../i18n/deal'
import { testid } from '../testids'

/** The stages of the playbook in a row; a click shows one. */
export function StagePath({ playbook, shown, show }: { playbook: DealPlaybook; shown: string; show: (id: string) => void }) {
  const { t, label } = useI18n()
  return (
    <div className="stage-path" role="tablist" aria-label={t('progress.path')}>
      {playbook.stages.map((s) => {
        const held = s.criteria.filter((c) => c.found.holds).length
        return (
          <button key={s.id} type="button" role="tab" aria-selected={s.id === shown} className={'stage ' + s.state + (s.id === shown ? ' shown' : '')} onClick={() => show(s.id)} data-testid={testid.deal.stage(s.deal_stage)}>
            <span className="stage-name clip">
              {s.state === 'past' && <Check size={13} aria-hidden />}
              {label(s.name)}
            </span>
            <span className="faint num">
              {s.criteria.length > 0 && held + '/' + s.criteria.length}
              {s.spent !== undefined && ' · ' + t('progress.days', { n: Math.round(s.spent) })}
            </span>
          </button>
        )
      })}
    </div>
  )
}

/** Days in a stage against what was planned: the planned span is shaded, the bar is what it took. */
export function DaysBar({ stage, from }: { stage: Standing; from?: 'move' | 'history' | 'opened' }) {
  const { t } = useI18n()
  if (stage.spent === undefined) return null
  const days = Math.round(stage.spent)
  const plan = stage.days
  const full = Math.max(stage.spent, plan?.max ?? 0, 1) * 1.1
  const late = plan && stage.spent > plan.max ? Math.round(stage.spent - plan.max) : 0
  const text = plan ? t('progress.daysOf', { n: days, min: plan.min, max: plan.max }) : t('progress.days', { n: days })
  return (
    <div className="days">
      <div className="days-bar" role="img" aria-label={text}>
        {plan && <span className="days-plan" style={{ left: (100 * plan.min) / full + '%', width: (100 * Math.max(plan.max - plan.min, full / 100)) / full + '%' }} />}
        <span className={'days-spent' + (late ? ' late' : '')} style={{ width: (100 * stage.spent) / full + '%' }} />
      </div>
      <Tooltip title={from && t(`progress.since.${from}`)}>
        <span className="num">
          {text}
          {late > 0 && <span className="danger"> · {t('progress.late', { n: late })}</span>}
        </span>
      </Tooltip>
    </div>
  )
}
