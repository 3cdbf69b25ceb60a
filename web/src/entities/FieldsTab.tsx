import { useQuery } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useSearchParams } from 'react-router'
import { profileField } from '../api/homes'
import type { Counted, Profile } from '../api/homeTypes'
import type { Entity, Field } from '../api/types'
import { Failure } from '../app/Failure'
import { useKeys } from '../app/keys'
import { Go, paths, useBranch } from '../app/navigation'
import { stateOf } from '../homes/home'
import { ModeBadge } from '../homes/ModeBadge'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { useCellText } from '../records/inputs/CellView'
import { isNumeric } from '../records/inputs/cell'
import { useSchema } from '../records/schema'
import { testid } from '../testids'

const Histogram = lazy(() => import('./Histogram'))

/** The fields of an entity, and what the values of one of them look like. */
export function FieldsTab({ entity }: { entity: Entity }) {
  const { t, label } = useI18n()
  const schema = useSchema()
  const [params, setParams] = useSearchParams()
  const fields = [...entity.fields].sort((a, b) => a.position - b.position)
  const field = fields.find((f) => f.name === params.get('field')) ?? fields[0]
  const key = entity.home.key ?? []
  const choose = (name: string) =>
    setParams(
      (p) => {
        const next = new URLSearchParams(p)
        next.set('field', name)
        return next
      },
      { replace: true },
    )
  const step = (by: number) => {
    const next = fields[fields.findIndex((f) => f === field) + by]
    if (next) choose(next.name)
  }
  useKeys({ j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1) })
  return (
    <div className="fields-split">
      <div className="fields-list">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{t('filter.field')}</th>
              <th scope="col">{t('field.kind')}</th>
              <th scope="col" className="wide-only">{t('entity.comesFrom')}</th>
            </tr>
          </thead>
          <tbody>
            {fields.map((f) => (
              <tr key={f.name} className={f === field ? 'at' : ''}>
                <td>
                  <button type="button" className="plain field-name" aria-pressed={f === field} onClick={() => choose(f.name)} data-testid={testid.entity.field(f.name)}>
                    <strong>{label(f.label, f.name)}</strong> <code className="faint">{f.name}</code>
                    {key.includes(f.name) && <KeyRound size={12} aria-label={t('declare.key')} />}
                  </button>
                </td>
                <td>
                  {t(`field.kind.${f.kind}`)}
                  {f.target && (
                    <>
                      {' → '}
                      <Go to={paths.entity(f.target)}>{label(schema.entity(f.target)?.plural, f.target)}</Go>
                    </>
                  )}
                </td>
                <td className="wide-only faint">
                  <code>{f.column}</code> {f.type}
                  {entity.home.masks?.[f.name] && <span className="pill warning">{t('entity.masked')}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {field && <FieldProfile key={field.name} entity={entity} field={field} />}
    </div>
  )
}

function FieldProfile({ entity, field }: { entity: Entity; field: Field }) {
  const { t, label, format } = useI18n()
  const branch = useBranch()
  const text = useCellText()
  const { data: p, error, isPending, refetch } = useQuery({ queryKey: ['lake', branch, 'profile', entity.name, field.name], queryFn: ({ signal }) => profileField(branch, entity.name, field.name, signal), staleTime: 60_000, retry: false })
  const numeric = isNumeric(field)
  // Means and ranges are computed, so their many digits say nothing.
  const rounded = (v: string) => (numeric && Number.isFinite(Number(v)) ? format.number(Number(Number(v).toPrecision(4))) : shown(v))
  const shown = (v: string) => (field.kind === 'reference' || v === '' ? v : field.kind === 'money' ? v : text(field, v, {}))
  return (
    <aside className="field-profile" aria-label={label(field.label, field.name)} data-testid={testid.entity.profile} data-field={field.name}>
      <div className="row wrap">
        <h2 className="grow">{label(field.label, field.name)}</h2>
        <Go to={paths.entity(entity.name, 'lineage') + '&field=' + encodeURIComponent(field.name)}>{t('entity.whence')}</Go>
      </div>
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : isPending || !p ? (
        <div className="stack" style={{ gap: 14 }}>
          {[70, 40, 90].map((w) => (
            <span key={w} className="skeleton" style={{ width: w + '%' }} />
          ))}
        </div>
      ) : (
        <>
          <Facts p={p} shown={shown} rounded={rounded} />
          {(p.histogram ?? []).length > 1 && (
            <section>
              <h3>{t('profile.spread')}</h3>
              <Suspense fallback={<div className="histogram" />}>
                <Histogram bins={p.histogram ?? []} max={p.max} name={rounded} label={t('profile.spreadOf', { field: label(field.label, field.name) })} />
              </Suspense>
            </section>
          )}
          <Top top={p.top ?? []} rows={p.rows} shown={shown} />
          <p className="faint row wrap">
            <ModeBadge state={stateOf(entity)} /> <time title={format.time(p.at)}>{t('profile.at', { ago: format.ago(p.at) })}</time>
          </p>
        </>
      )}
    </aside>
  )
}

const percent = (part: number, all: number) => (all === 0 ? '0%' : part > 0 && part / all < 0.001 ? '<0.1%' : Math.round((part / all) * 1000) / 10 + '%')

function Facts({ p, shown, rounded }: { p: Profile; shown: (v: string) => string; rounded: (v: string) => string }) {
  const { t, format } = useI18n()
  const fact = (name: string, value: string, extra = '') => (
    <div className="profile-fact">
      <span className="faint">{name}</span>
      <strong className="clip" title={value}>
        {value}
      </strong>
      {extra && <small className="faint">{extra}</small>}
    </div>
  )
  return (
    <>
      <div className="profile-facts">
        {fact(t('profile.rows'), format.number(p.rows))}
        {fact(t('profile.nulls'), format.number(p.nulls), percent(p.nulls, p.rows))}
        {fact(t('profile.distinct'), (p.distinct > 10_000 ? '≈ ' : '') + format.number(p.distinct))}
        {p.min !== '' && fact(t('profile.min'), shown(p.min))}
        {p.max !== '' && fact(t('profile.max'), shown(p.max))}
        {p.mean && fact(t('profile.mean'), rounded(p.mean))}
      </div>
      <div className="null-bar" role="img" aria-label={t('profile.filled', { n: percent(p.rows - p.nulls, p.rows) })} title={t('profile.filled', { n: percent(p.rows - p.nulls, p.rows) })}>
        <span style={{ width: p.rows ? ((p.rows - p.nulls) / p.rows) * 100 + '%' : 0 }} />
      </div>
    </>
  )
}

/** The most frequent values, as bars on one scale. */
function Top({ top, rows, shown }: { top: Counted[]; rows: number; shown: (v: string) => string }) {
  const { t, format } = useI18n()
  const most = Math.max(1, ...top.map((x) => x.count))
  if (top.length === 0) return null
  if (most === 1 && rows > top.length) return <p className="faint">{t('profile.allOnce')}</p>
  return (
    <section>
      <h3>{t('profile.top')}</h3>
      <ol className="top-values">
        {top.map((x) => (
          <li key={x.value}>
            <span className="clip" title={x.value}>
              {x.value === '' ? <span className="faint">{t('value.empty')}</span> : shown(x.value)}
            </span>
            <span className="bar" aria-hidden>
              <span style={{ width: (x.count / most) * 100 + '%' }} />
            </span>
            <span className="num">{format.number(x.count)}</span>
            <span className="num faint">{percent(x.count, rows)}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
