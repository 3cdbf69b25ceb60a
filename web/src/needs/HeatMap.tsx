import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Segmented, Select, Tooltip } from 'antd'
import { Target } from 'lucide-react'
import { useMemo } from 'react'
import { needMap, type NeedMap, type NeedMapBy } from '../api/needs'
import { Failure } from '../app/Failure'
import { Go, paths, useBranch } from '../app/navigation'
import { Teach } from '../app/Teach'
import { useI18n } from '../i18n'
import '../i18n/needs'
import { WaitingFacts } from '../records/list/Peek'
import { testid } from '../testids'
import { useAddress } from './NeedsPage'
import { Sentences } from './Sentences'

const fields: NeedMapBy[] = ['industry', 'segment', 'region']

/** Needs by kind of customer: the cells hold accounts, and lead to what they said. */
export function HeatMap() {
  const { t, label } = useI18n()
  const branch = useBranch()
  const [at, put] = useAddress()
  const [product, code, column] = [at('product'), at('need'), at('of')]
  const by = fields.find((f) => f === at('by')) ?? 'industry'
  const { data, error, refetch } = useQuery({
    queryKey: ['lake', branch, 'needs-map', by, product],
    queryFn: ({ signal }) => needMap(branch, by, product || undefined, signal),
    placeholderData: keepPreviousData,
  })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <WaitingFacts />
  const choose = (need: string, of: string) => put({ need, of })
  return (
    <div className="needs-map">
      <p className="soft">{t('need.pageIntro')}</p>
      <div className="row wrap">
        <span className="faint">{t('need.by')}</span>
        <Segmented
          size="small"
          value={by}
          onChange={(v) => put({ by: v === 'industry' ? '' : v, of: '' })}
          options={fields.map((f) => ({ value: f, label: t(`need.by.${f}`) }))}
        />
        {data.products.length > 1 && (
          <Select
            size="small"
            aria-label={t('need.product')}
            value={data.product}
            onChange={(v: string) => put({ product: v, need: '', of: '' })}
            options={data.products.map((p) => ({ value: p.id, label: label(p.name, p.id) + ' · ' + p.needs }))}
            popupMatchSelectWidth={false}
            style={{ maxWidth: 'min(100%, 360px)' }}
          />
        )}
        <span className="grow" />
        {data.cells.length > 0 && <span className="faint wide-only">{t('need.share')}</span>}
      </div>
      {data.partial && <p className="info-note">{t('need.partial')}</p>}
      {data.cells.length === 0 ? (
        <Teach icon={Target} title={t('need.mapEmptyTitle')} text={t('need.mapEmptyText')}>
          <Go to={paths.list('deals')}>{t('need.mapEmptyGo')}</Go>
        </Teach>
      ) : (
        <>
          <Answer map={data} />
          <Table map={data} code={code} column={column} choose={choose} />
          {code ? <Sentences map={data} by={by} code={code} column={column} /> : <p className="faint">{t('need.sentencesHint')}</p>}
        </>
      )}
    </div>
  )
}

/** What each need adds up to over all columns. */
function useTotals(map: NeedMap) {
  return useMemo(() => {
    const sum = (code: string, f: 'accounts' | 'confirmed') => map.cells.filter((c) => c.code === code).reduce((n, c) => n + c[f], 0)
    return {
      all: map.columns.reduce((n, c) => n + c.accounts, 0),
      rows: map.known.map((k) => ({ need: k, accounts: sum(k.code, 'accounts'), confirmed: sum(k.code, 'confirmed') })),
    }
  }, [map])
}

/** The answer in one sentence. */
function Answer({ map }: { map: NeedMap }) {
  const { t, label } = useI18n()
  const { all, rows } = useTotals(map)
  const top = rows.reduce((a, b) => (b.accounts > a.accounts ? b : a), rows[0] ?? { need: undefined, accounts: 0, confirmed: 0 })
  if (!top?.need) return null
  return <p className="needs-summary">{t('need.mapAnswer', { n: all, need: label(top.need.name), count: top.accounts, confirmed: top.confirmed })}</p>
}

function Table({ map, code, column, choose }: { map: NeedMap; code: string; column: string; choose: (code: string, value: string) => void }) {
  const { t, label } = useI18n()
  const { all, rows } = useTotals(map)
  const name = (c: NeedMap['columns'][number]) => (c.value ? label(c.label, c.value) : t('need.unknownColumn'))
  const shade = (n: number, of: number) => (n === 0 ? undefined : { background: `color-mix(in srgb, var(--accent) ${Math.round(8 + (62 * n) / Math.max(1, of))}%, var(--surface))`, color: n / Math.max(1, of) > 0.62 ? 'var(--on-accent)' : undefined })
  return (
    <div className="heat-scroll">
      <table className="heat" aria-label={t('need.mapLabel')}>
        <thead>
          <tr>
            <td />
            {map.columns.map((c) => (
              <th key={c.value} scope="col">
                {name(c)}
                <small className="faint">{t('need.accountsKnown', { n: c.accounts })}</small>
              </th>
            ))}
            <th scope="col">Σ</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ need: k, accounts }) => (
            <tr key={k.code} className={code === k.code ? 'here' : undefined}>
              <th scope="row">
                <button type="button" className="plain clip" onClick={() => choose(k.code, '')} title={label(k.pain)}>
                  <code className="faint">{k.code}</code> {label(k.name)}
                </button>
              </th>
              {map.columns.map((c) => {
                const cell = map.cells.find((x) => x.code === k.code && x.value === c.value)
                if (!cell) return <td key={c.value} />
                const said = t('need.mapCell', { column: name(c), n: cell.accounts, need: label(k.name), all: c.accounts, share: Math.round((100 * cell.accounts) / Math.max(1, c.accounts)), confirmed: cell.confirmed, hidden: cell.hidden })
                return (
                  <td key={c.value}>
                    <Tooltip title={said}>
                      <button type="button" className={'heat-cell' + (code === k.code && column === (c.value || '-') ? ' here' : '')} style={shade(cell.accounts, c.accounts)} onClick={() => choose(k.code, c.value || '-')} aria-label={said} data-testid={testid.needs.cell(k.code, c.value)}>
                        {cell.accounts}
                      </button>
                    </Tooltip>
                  </td>
                )
              })}
              <td className="num">
                {accounts > 0 && (
                  <Tooltip title={Math.round((100 * accounts) / Math.max(1, all)) + '%'}>
                    <span>{accounts}</span>
                  </Tooltip>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
