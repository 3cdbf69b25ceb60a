import type { Cell, CellChange, Field, RowChange, Take, Titles } from '../api/types'
import { Go, paths } from '../app/navigation'
import { entityIcon } from '../app/Rail'
import { useI18n } from '../i18n'
import { problemText } from '../i18n/problems'
import { useSchema } from '../records/schema'
import { testid } from '../testids'
import { Shown } from './DriftPanel'
import { conflictKey, type Choices, type Conflict } from './choices'

interface Props {
  row: RowChange
  titles: Titles
  /** What the receiving and the incoming side are called. */
  sides: Record<Take, string>
  chosen: Choices
  choose: (key: string, take: Take | undefined) => void
  conflicts: Conflict[]
  at: number
  setAt: (i: number) => void
}

/** One record that differs, its cells side by side. */
export function ChangeRow(p: Props) {
  const { t, label, language } = useI18n()
  const schema = useSchema()
  const { row } = p
  const e = schema.entity(row.entity)
  const Icon = entityIcon(row.entity)
  const whole = row.conflict && row.conflict !== 'cell' ? p.conflicts.findIndex((c) => c.key === conflictKey(row)) : -1
  const added = row.op === 'added'
  return (
    <article className={'change-row ' + row.op + (row.conflict ? ' conflicted' : '')} data-testid={testid.branches.change} data-id={row.id} data-op={row.op}>
      <header className="row">
        <span className={'op-sign ' + row.op} aria-label={t(`compare.${row.op}`)}>
          {row.op === 'added' ? '+' : row.op === 'deleted' ? '−' : '~'}
        </span>
        <Icon size={14} className="faint" aria-label={label(e?.label, row.entity)} />
        {row.op === 'deleted' ? <span className="name">{row.title || row.id}</span> : <Go to={paths.record(row.entity, row.id)} className="name">{row.title || row.id}</Go>}
        {row.conflict && <span className="pill danger">{t(conflictText[row.conflict] ?? 'compare.conflict.cell')}</span>}
        {row.masked && <span className="faint">{t('compare.masked')}</span>}
      </header>
      {row.rule && <p className="danger">{label(schema.field(row.rule.entity, row.rule.field ?? '')?.label, row.rule.field)} {problemText(language, row.rule.code, { value: row.rule.value ?? '', field: row.rule.field ?? '' })}</p>}
      {whole >= 0 && <WholeChoice {...p} index={whole} />}
      {row.op !== 'deleted' && row.cells.length > 0 && (
        <table className="change-cells">
          <thead>
            <tr>
              <th scope="col">{t('filter.field')}</th>
              {!added && <th scope="col">{t('compare.base')}</th>}
              {(!added || row.conflict) && <th scope="col">{p.sides.ours}</th>}
              <th scope="col">{p.sides.theirs}</th>
            </tr>
          </thead>
          <tbody>
            {row.cells.map((c) => (
              <CellRow key={c.field} {...p} cell={c} field={schema.field(row.entity, c.field)} added={added && !row.conflict} />
            ))}
          </tbody>
        </table>
      )}
    </article>
  )
}

const conflictText: Record<string, 'compare.conflict.cell' | 'compare.conflict.delete_update' | 'compare.conflict.update_delete' | 'compare.conflict.insert_insert' | 'compare.conflict.rule' | 'compare.conflict.in_source'> = {
  in_source: 'compare.conflict.in_source',
  cell: 'compare.conflict.cell',
  delete_update: 'compare.conflict.delete_update',
  update_delete: 'compare.conflict.update_delete',
  insert_insert: 'compare.conflict.insert_insert',
  rule: 'compare.conflict.rule',
}

function CellRow({ row, cell, field, added, titles, sides, chosen, choose, conflicts, at, setAt }: Props & { cell: CellChange; field: Field | undefined; added: boolean }) {
  const { label } = useI18n()
  const key = conflictKey(row, cell.field)
  const index = conflicts.findIndex((c) => c.key === key)
  const take = chosen.get(key)
  const side = (which: Take) => {
    const shown = <Shown field={field} cell={cell[which]} titles={titles} masked={cell.masked} />
    if (index < 0) return <td className={same(cell[which], cell.base) ? 'faint' : which === 'theirs' ? 'incoming' : ''}>{shown}</td>
    return (
      <td className={'choice' + (take === which ? ' taken' : take ? ' left' : '')}>
        <button
          type="button"
          aria-pressed={take === which}
          aria-label={sides[which]}
          onClick={() => {
            setAt(index)
            choose(key, take === which ? undefined : which)
          }}
          data-testid={which === 'ours' ? testid.branches.takeOurs : testid.branches.takeTheirs}
        >
          <span className="radio" aria-hidden />
          {shown}
        </button>
      </td>
    )
  }
  return (
    <tr id={index >= 0 ? 'conflict-' + index : undefined} className={index >= 0 ? 'conflict' + (index === at ? ' at' : '') : ''} data-testid={index >= 0 ? testid.branches.conflict : undefined} data-field={cell.field}>
      <th scope="row">{label(field?.label, cell.field)}</th>
      {!added && (
        <td className="faint">
          <Shown field={field} cell={cell.base} titles={titles} masked={cell.masked} />
        </td>
      )}
      {!added && side('ours')}
      {side('theirs')}
    </tr>
  )
}

const same = (a: Cell, b: Cell) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** A record that one side deleted, or that breaks a rule, is decided as a whole. */
function WholeChoice({ row, index, sides, chosen, choose, at, setAt }: Props & { index: number }) {
  const { t } = useI18n()
  const key = conflictKey(row)
  const take = chosen.get(key)
  const button = (which: Take) => (
    <button
      type="button"
      className={'whole-choice' + (take === which ? ' taken' : '')}
      aria-pressed={take === which}
      onClick={() => {
        setAt(index)
        choose(key, take === which ? undefined : which)
      }}
      data-testid={which === 'ours' ? testid.branches.takeOurs : testid.branches.takeTheirs}
    >
      <span className="radio" aria-hidden />
      {t('compare.take', { side: sides[which] })}
    </button>
  )
  return (
    <div id={'conflict-' + index} className={'row conflict-whole' + (index === at ? ' at' : '')} data-testid={testid.branches.conflict}>
      {button('ours')}
      {button('theirs')}
    </div>
  )
}
