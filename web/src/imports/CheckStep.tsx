import { Button, Segmented } from 'antd'
import { useState } from 'react'
import type { DryRun, Entity, Field, ImportCounts, ImportProblem, Plan } from '../api/types'
import { useI18n } from '../i18n'
import { problemText } from '../i18n/problems'
import { CellView } from '../records/inputs/CellView'
import { useSchema } from '../records/schema'
import { testid } from '../testids'
import { changeColumn, columnOf, mapValue } from './plan'
import { ValueMap } from './ValueMap'

/** read = inserted + updated + unchanged + rejected, with numbers. */
export function Counts({ of }: { of: ImportCounts }) {
  const { t, format } = useI18n()
  const part = (n: number, text: string, tone: string) => (
    <span className={'count ' + (n > 0 ? tone : 'faint')}>
      <strong>{format.number(n)}</strong> {text}
    </span>
  )
  return (
    <div className="counts" data-testid={testid.imports.counts} data-read={of.read} data-inserted={of.inserted} data-updated={of.updated} data-unchanged={of.unchanged} data-rejected={of.rejected}>
      {part(of.read, t('import.read'), 'total')}
      <span className="faint">=</span>
      {part(of.inserted, t('import.inserted'), 'added')}
      <span className="faint">+</span>
      {part(of.updated, t('import.updated'), 'changed')}
      <span className="faint">+</span>
      {part(of.unchanged, t('import.unchanged'), '')}
      <span className="faint">+</span>
      {part(of.rejected, t('import.rejected'), 'deleted')}
    </div>
  )
}

/** Records that come about because a row points to them. */
export function Created({ of }: { of: Pick<DryRun, 'created' | 'left_empty'> }) {
  const { t, label, format } = useI18n()
  const schema = useSchema()
  const made = Object.entries(of.created ?? {}).filter(([, n]) => n > 0)
  if (made.length === 0 && !of.left_empty) return null
  return (
    <p className="soft">
      {made.length > 0 && t('import.created', { list: format.list(made.map(([e, n]) => t('revision.count', { n, entity: label(schema.entity(e)?.plural, e) }))) })}
      {of.left_empty ? ' ' + t('import.leftEmpty', { n: of.left_empty }) : ''}
    </p>
  )
}

interface Props {
  plan: Plan
  entity: Entity
  run: DryRun
  change: (p: Plan) => void
  busy: boolean
}

/** What would happen, before anything does. */
export function CheckStep({ plan, entity, run, change, busy }: Props) {
  const { t } = useI18n()
  const [values, setValues] = useState<string | null>(null)
  const open = plan.columns.find((c) => c.column === values)
  const openField = entity.fields.find((f) => f.name === open?.field)
  const links = run.missing_links ?? []
  return (
    <div className="stack" style={{ gap: 20 }} aria-busy={busy}>
      <div>
        <p className="soft">{t('import.dryRun')}</p>
        <Counts of={run} />
        {!run.complete && <p className="soft">{t('import.partial', { n: run.read })}</p>}
        <Created of={run} />
      </div>
      {[...new Set(links.map((m) => m.field))].map((name) => (
        <MissingLinks key={name} links={links.filter((m) => m.field === name)} field={entity.fields.find((f) => f.name === name)} plan={plan} change={change} editValues={setValues} />
      ))}
      {run.problems.length > 0 && (
        <section>
          <h2>{t('import.problems', { n: run.problems.length })}</h2>
          <div className="problem-list">
            {run.problems.map((p, i) => (
              <ProblemRow key={i} problem={p} entity={entity} />
            ))}
          </div>
        </section>
      )}
      <section>
        <h2>{t('import.firstRows')}</h2>
        <RowsPreview plan={plan} entity={entity} run={run} />
      </section>
      {open && openField && <ValueMap column={open} field={openField} plan={plan} change={change} run={run} close={() => setValues(null)} />}
    </div>
  )
}

/** Values of one field that point to nothing: settle them one by one, or all at once. */
function MissingLinks({ links, field, plan, change, editValues }: { links: DryRun['missing_links']; field: Field | undefined; plan: Plan; change: (p: Plan) => void; editValues: (column: string) => void }) {
  const { t, label } = useI18n()
  const schema = useSchema()
  const [all, setAll] = useState(false)
  const column = field && columnOf(plan, field.name)
  if (!field || !column) return null
  const target = schema.entity(field.target ?? '')
  const now = plan.columns.find((c) => c.column === column)?.missing || 'reject'
  return (
    <section>
      <div className="row wrap">
        <h2>{t('import.missingLinks', { n: links.length, field: label(field.label, field.name) })}</h2>
        <span className="grow" />
        <Segmented
          size="small"
          value={now}
          onChange={(missing) => change(changeColumn(plan, column, { missing }))}
          options={[
            { value: 'reject', label: t('import.rejectThem') },
            { value: 'empty', label: t('import.emptyThem') },
            { value: 'create', label: t('import.createThem', { entity: label(target?.label, field.target) }) },
          ]}
        />
      </div>
      <table className="plain-table">
        <tbody>
          {links.slice(0, all ? 200 : 6).map((m) => (
            <tr key={m.value}>
              <td>
                <code>{m.value}</code> <span className="faint">{t('import.times', { n: m.count })}</span>
              </td>
              <td className="num">
                {m.suggestion && (
                  <Button size="small" onClick={() => change(mapValue(plan, column, m.value, m.suggestion?.to ?? m.suggestion?.title ?? ''))}>
                    {t('import.means', { value: m.suggestion.title ?? m.suggestion.to })}
                  </Button>
                )}
                <Button size="small" type="text" onClick={() => editValues(column)} data-testid={testid.imports.values(column)}>
                  {t('import.values')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {!all && links.length > 6 && (
        <Button type="text" size="small" onClick={() => setAll(true)}>
          {t('record.moreCells', { n: links.length - 6 })}
        </Button>
      )}
    </section>
  )
}

function ProblemRow({ problem: p, entity }: { problem: ImportProblem; entity: Entity }) {
  const { t, label, language } = useI18n()
  const field = entity.fields.find((f) => f.name === p.field)
  const first = p.examples[0]
  const name = label(field?.label, p.field ?? p.column ?? '')
  return (
    <details className="problem" data-testid={testid.imports.problem(p.code)}>
      <summary className="row">
        <span className="pill danger">{t('import.rows', { n: p.count })}</span>
        <span className="grow">
          {name && <strong>{name} </strong>}
          {problemText(language, p.code, { value: first?.value ?? '', field: name }, first?.detail)}
        </span>
      </summary>
      <ul>
        {p.examples.map((e, i) => (
          <li key={i}>
            <span className="faint">{t('import.line', { line: e.line })}</span> <code>{e.value}</code>
          </li>
        ))}
      </ul>
    </details>
  )
}

const opText: Record<string, 'import.inserted' | 'import.updated' | 'import.unchanged' | 'import.rejected'> = { insert: 'import.inserted', inserted: 'import.inserted', update: 'import.updated', updated: 'import.updated', unchanged: 'import.unchanged', skip: 'import.unchanged', reject: 'import.rejected', rejected: 'import.rejected' }

function RowsPreview({ plan, entity, run }: { plan: Plan; entity: Entity; run: DryRun }) {
  const { t, label } = useI18n()
  const fields = plan.columns.flatMap((c) => entity.fields.find((f) => f.name === c.field) ?? [])
  return (
    <div className="file-preview">
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{t('import.lineHead')}</th>
            <th scope="col">{t('import.outcome')}</th>
            {fields.map((f) => (
              <th key={f.name} scope="col">
                {label(f.label, f.name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {run.rows.slice(0, 50).map((r) => (
            <tr key={r.line} className={r.op.startsWith('reject') ? 'rejected' : ''}>
              <td className="faint num">{r.line}</td>
              <td>{t(opText[r.op] ?? 'import.unchanged')}</td>
              {fields.map((f) => {
                const bad = r.problems?.find((p) => p.field === f.name)
                const cell = r.cells?.[f.name]
                return (
                  <td key={f.name} className={bad ? 'bad' : ''} title={bad?.detail}>
                    {f.kind === 'reference' ? (r.links?.[f.name] ?? '') : <CellView field={f} cell={cell} plain />}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
