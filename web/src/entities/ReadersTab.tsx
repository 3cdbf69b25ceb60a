import { useQuery } from '@tanstack/react-query'
import { Eye } from 'lucide-react'
import { entityReaders } from '../api/homes'
import type { Entity } from '../api/types'
import { Face } from '../app/Face'
import { Failure } from '../app/Failure'
import { useBranch } from '../app/navigation'
import { Teach } from '../app/Teach'
import { useI18n, type TextKey } from '../i18n'
import '../i18n/homes'

const ways: Record<string, TextKey> = { page: 'readers.page', sql: 'readers.sql', export: 'readers.export', api: 'readers.api' }

/** Who has read the entity, by which way, how often. */
export function ReadersTab({ entity }: { entity: Entity }) {
  const { t, format } = useI18n()
  const branch = useBranch()
  const { data, error, isPending, refetch } = useQuery({ queryKey: ['lake', branch, 'readers', entity.name], queryFn: ({ signal }) => entityReaders(branch, entity.name, signal) })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (isPending) return <span className="skeleton" style={{ width: '40%', margin: 20 }} />
  const items = data?.items ?? []
  if (items.length === 0) return <Teach icon={Eye} title={t('readers.noneTitle')} text={t('readers.noneText')} />
  return (
    <div className="entity-pad">
      {data.since && <p className="soft">{t('readers.since', { time: format.time(data.since) })}</p>}
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{t('readers.who')}</th>
            <th scope="col">{t('readers.via')}</th>
            <th scope="col" className="num">{t('readers.times')}</th>
            <th scope="col">{t('readers.last')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((r) => (
            <tr key={r.user_id + r.via}>
              <td>
                <span className="row">
                  <Face name={r.name} small />
                  {r.name}
                </span>
              </td>
              <td>{ways[r.via] ? t(ways[r.via] as TextKey) : r.via}</td>
              <td className="num">{format.number(r.count)}</td>
              <td>
                <time title={format.time(r.last_at)}>{format.ago(r.last_at)}</time>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
