import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { Anchor } from 'lucide-react'
import { useMemo } from 'react'
import { branchDrift, settleDrift } from '../api/branches'
import type { DriftRow } from '../api/homeTypes'
import type { Cell, Field, Take, Titles } from '../api/types'
import { Failure } from '../app/Failure'
import { Go, paths } from '../app/navigation'
import { Teach } from '../app/Teach'
import { useToasts } from '../app/Toasts'
import { useI18n, type TextKey } from '../i18n'
import '../i18n/homes'
import { CellView } from '../records/inputs/CellView'
import { isEmpty } from '../records/inputs/cell'
import { useSchema } from '../records/schema'
import { useRights } from '../session/useSession'
import { testid } from '../testids'
import './branches.css'

export const useDrift = (branch: string, enabled = true) => useQuery({ queryKey: ['lake', branch, 'drift'], queryFn: ({ signal }) => branchDrift(branch, signal), enabled, staleTime: 15_000, retry: false })

const codes: Record<string, TextKey> = { moved: 'drift.moved', gone: 'drift.gone', exists: 'drift.exists' }

/** Rows whose source has changed under what was written over them: before, now, mine. */
export function DriftPanel({ branch }: { branch: string }) {
  const { t, label } = useI18n()
  const schema = useSchema()
  const rights = useRights()
  const client = useQueryClient()
  const toasts = useToasts()
  const { data, error, isPending, refetch } = useDrift(branch)
  const settle = useMutation({
    mutationFn: ({ entity, ids, take }: { entity: string; ids: string[]; take: Take }) => settleDrift(branch, entity, ids, take),
    onSuccess: (r, { ids, take }) => {
      void client.invalidateQueries({ predicate: (q) => q.queryKey[0] === 'branches' || (q.queryKey[0] === 'lake' && q.queryKey[1] === branch) })
      toasts.undoable(t(take === 'ours' ? 'drift.keptMine' : 'drift.tookSource', { n: ids.length }), branch, r?.revision)
    },
    onError: toasts.fail,
  })
  const groups = useMemo(() => {
    const out = new Map<string, DriftRow[]>()
    for (const r of data?.items ?? []) out.set(r.entity, [...(out.get(r.entity) ?? []), r])
    return [...out]
  }, [data])
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (isPending) return <span className="skeleton" style={{ width: '40%' }} />
  if (groups.length === 0) return <Teach icon={Anchor} title={t('drift.noneTitle')} text={t('drift.noneText')} />
  return (
    <div className="stack" style={{ gap: 20 }}>
      <p className="soft">{t('drift.intro')}</p>
      {groups.map(([entity, rows]) => {
        const all = (take: Take) => settle.mutate({ entity, ids: rows.map((r) => r.id), take })
        return (
          <section key={entity} className="stack" aria-label={label(schema.entity(entity)?.plural, entity)}>
            <div className="row wrap">
              <h2 className="grow">
                {label(schema.entity(entity)?.plural, entity)} <span className="faint">{rows.length}</span>
              </h2>
              {rights.write && rows.length > 1 && (
                <>
                  <Button size="small" disabled={settle.isPending} onClick={() => all('ours')} data-testid={testid.drift.allMine}>
                    {t('drift.allMine')}
                  </Button>
                  <Button size="small" disabled={settle.isPending} onClick={() => all('theirs')} data-testid={testid.drift.allTheirs}>
                    {t('drift.allSource')}
                  </Button>
                </>
              )}
            </div>
            {rows.map((r) => (
              <Row key={r.id} row={r} titles={data.titles ?? {}} may={rights.write} busy={settle.isPending} take={(take) => settle.mutate({ entity, ids: [r.id], take })} />
            ))}
          </section>
        )
      })}
    </div>
  )
}

function Row({ row, titles, may, busy, take }: { row: DriftRow; titles: Titles; may: boolean; busy: boolean; take: (t: Take) => void }) {
  const { t, label } = useI18n()
  const schema = useSchema()
  return (
    <article className="change-row changed" data-testid={testid.drift.row} data-id={row.id} data-code={row.code}>
      <header className="row wrap">
        <Go to={paths.record(row.entity, row.id)} className="name">
          {row.title || row.id}
        </Go>
        <span className="pill warning">{codes[row.code] ? t(codes[row.code] as TextKey) : row.code}</span>
        <span className="grow" />
        {may && (
          <>
            <Button size="small" disabled={busy} onClick={() => take('ours')} data-testid={testid.drift.mine}>
              {t('drift.mine')}
            </Button>
            <Button size="small" disabled={busy} onClick={() => take('theirs')} data-testid={testid.drift.theirs}>
              {t('drift.source')}
            </Button>
          </>
        )}
      </header>
      {row.cells.length > 0 && (
        <table className="change-cells">
          <thead>
            <tr>
              <th scope="col">{t('filter.field')}</th>
              <th scope="col">{t('drift.beforeHead')}</th>
              <th scope="col">{t('drift.nowHead')}</th>
              <th scope="col">{t('drift.mineHead')}</th>
            </tr>
          </thead>
          <tbody>
            {row.cells.map((c) => {
              const field = schema.field(row.entity, c.field)
              return (
                <tr key={c.field}>
                  <th scope="row">{label(field?.label, c.field)}</th>
                  <td className="faint">
                    <Shown field={field} cell={c.before} titles={titles} masked={c.masked} />
                  </td>
                  <td className="incoming">
                    <Shown field={field} cell={c.now} titles={titles} masked={c.masked} />
                  </td>
                  <td>
                    <Shown field={field} cell={c.mine} titles={titles} masked={c.masked} />
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
    </article>
  )
}

export function Shown({ field, cell, titles, masked }: { field: Field | undefined; cell: Cell; titles: Titles; masked?: boolean }) {
  const { t } = useI18n()
  if (!masked && isEmpty(cell)) return <span className="faint">{t('value.empty')}</span>
  if (!field) return <span>{String(cell)}</span>
  return <CellView field={field} cell={cell} titles={titles} plain masked={masked} />
}
