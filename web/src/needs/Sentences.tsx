import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { NeedMap, NeedMapBy } from '../api/needs'
import { listRecords } from '../api/records'
import { Failure } from '../app/Failure'
import { Go, paths, useBranch } from '../app/navigation'
import { useI18n } from '../i18n'
import '../i18n/needs'
import { testid } from '../testids'
import { kindKey, statusOf } from './words'

/** What customers said of a need; column "" is everybody, "-" those where the field isn't filled in. */
export function Sentences({ map, by, code, column }: { map: NeedMap; by: NeedMapBy; code: string; column: string }) {
  const { t, label } = useI18n()
  const branch = useBranch()
  const need = map.known.find((k) => k.code === code)
  const of = map.columns.find((c) => c.value === column)
  const where = [`code = ${JSON.stringify(code)}`, 'status != rejected', 'account:*']
  if (column === '-') where.push(`NOT account.${by}:*`)
  else if (column) where.push(`account.${by} = ${JSON.stringify(column)}`)
  const filter = where.join(' AND ')
  const { data, error } = useQuery({
    queryKey: ['lake', branch, 'list', 'needs', 'sentences', filter, map.product],
    queryFn: ({ signal }) => listRecords({ branch, entity: 'needs', fields: ['evidence', 'kind', 'status', 'account', 'deal', 'activity', 'pack'], filter, order: 'account', page_size: 300 }, signal),
  })
  const host = useRef<HTMLElement>(null)
  useEffect(() => {
    host.current?.scrollIntoView({ block: 'nearest', behavior: 'smooth' })
  }, [code, column])
  if (!need) return null
  if (error) return <Failure error={error} />
  const title = label(need.name)
  return (
    <section className="sentences" ref={host} data-testid={testid.needs.sentences}>
      <div className="row wrap">
        <h2>{column ? t('need.sentencesOf', { need: title, column: of ? label(of.label, of.value) : t('need.unknownColumn') }) : t('need.sentences', { need: title })}</h2>
        <span className="grow" />
        <Go to={paths.list('needs', { filter })}>{t('need.openList')}</Go>
      </div>
      <ul>
        {data?.items.map((r) => {
          const [status, pill] = statusOf(String(r.cells['status'] ?? ''))
          const title = (entity: string, field: string) => data.titles[entity]?.[String(r.cells[field] ?? '')]
          const deal = title('deals', 'deal')
          const note = title('activities', 'activity')
          return (
            <li key={r.id}>
              <Go to={paths.record('needs', r.id)} className="said">
                {String(r.cells['evidence'] ?? '') || t('need.noSentence')}
              </Go>
              <span className="row wrap">
                <span className={'pill kind-' + String(r.cells['kind'] ?? '')}>{t(kindKey(String(r.cells['kind'] ?? '')))}</span>
                <span className={'pill ' + pill}>{t(status)}</span>
                <Go to={paths.record('accounts', String(r.cells['account'] ?? ''))}>{title('accounts', 'account')}</Go>
                {deal && <Go to={paths.record('deals', String(r.cells['deal'])) + '?tab=needs'}>{deal}</Go>}
                {note && (
                  <span className="faint">
                    {t('need.fromNote')} <Go to={paths.record('activities', String(r.cells['activity']))}>{note}</Go>
                  </span>
                )}
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
