import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox } from 'antd'
import { useState } from 'react'
import { adoptDrift, schemaDrift } from '../api/homes'
import type { SchemaChange } from '../api/homeTypes'
import type { Entity } from '../api/types'
import { Go, paths, useBranch } from '../app/navigation'
import { useProblem } from '../app/useProblem'
import { useToasts } from '../app/Toasts'
import { useI18n, type TextKey } from '../i18n'
import '../i18n/homes'
import { useSchema } from '../records/schema'
import { testid } from '../testids'

const words: Record<string, TextKey> = { column_gone: 'schemaDrift.gone', column_new: 'schemaDrift.new', type_changed: 'schemaDrift.type', key_changed: 'schemaDrift.key' }

/** Where a source's table is no longer as it was declared, and what that breaks. */
export function SchemaDrift({ entity: e, may }: { entity: Entity; may: boolean }) {
  const { t, format } = useI18n()
  const problem = useProblem()
  const branch = useBranch()
  const client = useQueryClient()
  const toasts = useToasts()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const { data, error, isPending, isFetching, refetch } = useQuery({ queryKey: ['lake', branch, 'schema-drift', e.name], queryFn: ({ signal }) => schemaDrift(branch, e.name, signal), staleTime: 30_000, retry: false })
  const adopt = useMutation({
    mutationFn: () => adoptDrift(branch, e.name, [...chosen]),
    onSuccess: () => {
      setChosen(new Set())
      toasts.done(t('schemaDrift.adopted'))
      void client.invalidateQueries({ queryKey: ['lake', branch] })
    },
  })
  const changes = data?.changes ?? []
  return (
    <section className="stack" data-testid={testid.entity.drift} data-changes={data ? changes.length : ''}>
      <div className="row wrap">
        <h2>{t('schemaDrift.title')}</h2>
        {data && <span className="faint">{t('schemaDrift.checked', { ago: format.ago(data.checked_at) })}</span>}
        <Button size="small" type="text" loading={isFetching && !isPending} onClick={() => void refetch()}>
          {t('schemaDrift.again')}
        </Button>
      </div>
      {isPending && <span className="skeleton" style={{ width: '30%' }} />}
      {data && changes.length === 0 && <p className="soft">{t('schemaDrift.none')}</p>}
      {changes.length > 0 && (
        <table className="plain-table">
          <thead>
            <tr>
              {may && <th scope="col" style={{ width: 34 }} />}
              <th scope="col">{t('declare.column')}</th>
              <th scope="col">{t('schemaDrift.what')}</th>
              <th scope="col">{t('schemaDrift.breaks')}</th>
            </tr>
          </thead>
          <tbody>
            {changes.map((c) => (
              <DriftLine key={c.code + c.column} change={c} may={may} chosen={chosen.has(c.column)} choose={(on) => setChosen((s) => (on ? new Set([...s, c.column]) : new Set([...s].filter((x) => x !== c.column))))} />
            ))}
          </tbody>
        </table>
      )}
      {may && changes.length > 0 && (
        <Button type="primary" disabled={chosen.size === 0} loading={adopt.isPending} onClick={() => adopt.mutate()} style={{ alignSelf: 'start' }} data-testid={testid.entity.adopt}>
          {t('schemaDrift.adopt', { n: chosen.size })}
        </Button>
      )}
      {(error ?? adopt.error) && (
        <p className="error-note" role="alert">
          {problem(error ?? adopt.error)}
        </p>
      )}
    </section>
  )
}

function DriftLine({ change: c, may, chosen, choose }: { change: SchemaChange; may: boolean; chosen: boolean; choose: (on: boolean) => void }) {
  const { t, label } = useI18n()
  const schema = useSchema()
  return (
    <tr>
      {may && (
        <td>
          <Checkbox checked={chosen} aria-label={c.column} onChange={(e) => choose(e.target.checked)} />
        </td>
      )}
      <td>
        <code>{c.column}</code>
      </td>
      <td>
        {words[c.code] ? t(words[c.code] as TextKey) : c.code} {(c.was || c.now) && <code className="faint">{[c.was, c.now].filter(Boolean).join(' → ')}</code>}
      </td>
      <td>
        {(c.breaks ?? []).length === 0 ? (
          <span className="faint">{t('schemaDrift.nothing')}</span>
        ) : (
          (c.breaks ?? []).map((b, i) => {
            const [entity = '', field] = b.split('.')
            return (
              <span key={b}>
                {i > 0 && '、'}
                <Go to={paths.entity(entity)}>{label(schema.entity(entity)?.plural, entity)}</Go>
                {field && ' · ' + label(schema.field(entity, field)?.label, field)}
              </span>
            )
          })
        )}
      </td>
    </tr>
  )
}
