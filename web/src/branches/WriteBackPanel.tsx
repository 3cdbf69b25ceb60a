import { useQuery } from '@tanstack/react-query'
import { CornerUpLeft } from 'lucide-react'
import { useState } from 'react'
import { pastWriteBacks, writeBackPlan } from '../api/homes'
import { Failure } from '../app/Failure'
import { Teach } from '../app/Teach'
import { useI18n, type TextKey } from '../i18n'
import '../i18n/homes'
import { problemText } from '../i18n/problems'
import { useSchema } from '../records/schema'
import { testid } from '../testids'
import { SourcePlan, type Outcome } from './SourcePlan'
import { bySource, rowKey, together } from './writeBacks'
import './branches.css'

/** What main holds over its sources, and the reviewed way of writing it there: a source at a time. */
export function WriteBackPanel() {
  const { t } = useI18n()
  const counts = useQuery({ queryKey: ['lake', 'main', 'writeback'], queryFn: ({ signal }) => writeBackPlan({}, signal), retry: false })
  const [chosen, setChosen] = useState('')
  const [done, setDone] = useState<Outcome>()
  if (counts.error) return <Failure error={counts.error} retry={() => void counts.refetch()} />
  if (counts.isPending) return <span className="skeleton" style={{ width: '40%' }} />
  const sources = bySource(counts.data.entities)
  const at = sources.find((s) => s.source === chosen) ?? sources[0]
  return (
    <div className="stack" style={{ gap: 16 }}>
      {done && <Done outcome={done} />}
      {at === undefined ? (
        !done && <Teach icon={CornerUpLeft} title={t('writeback.noneTitle')} text={t('writeback.noneText')} />
      ) : (
        <>
          <p className="soft">{t('writeback.intro')}</p>
          <div className="row wrap" role="tablist" aria-label={t('node.source')}>
            {sources.map((s) => (
              <button type="button" role="tab" key={s.source} className="compare-tab" aria-selected={s === at} onClick={() => setChosen(s.source)} data-testid={testid.writeBack.source(s.source)}>
                {s.source} <strong>{s.unread ? '?' : s.count}</strong>
              </button>
            ))}
          </div>
          <SourcePlan key={at.source} source={at.source} done={setDone} />
        </>
      )}
      <Past />
    </div>
  )
}

/** What a write-back did, and what it left and why. */
function Done({ outcome: { result, titles } }: { outcome: Outcome }) {
  const { t, language } = useI18n()
  return (
    <div className="info-note" role="status" data-testid={testid.writeBack.result} data-written={result.written}>
      <span>
        {t('writeback.done', { n: result.written, cleared: result.cleared })}
        {result.results
          .filter((r) => !r.done || r.code === 'altered')
          .map((r) => (
            <span key={rowKey(r.entity, r.id)} className={r.done ? 'soft' : 'danger'} style={{ display: 'block' }}>
              {t('writeback.rowSays', { row: titles.get(rowKey(r.entity, r.id)) || r.id, why: problemText(language, 'writeback_' + (r.code ?? 'failed'), {}, r.code) })}
            </span>
          ))}
      </span>
    </div>
  )
}

const states: Record<string, TextKey> = { refused: 'writeback.refused', failed: 'writeback.failed', interrupted: 'writeback.interrupted', writing: 'writeback.writing' }

/** What was written to sources before, a transaction a line. */
function Past() {
  const { t, label, format, language } = useI18n()
  const schema = useSchema()
  const { data } = useQuery({ queryKey: ['lake', 'main', 'writebacks'], queryFn: ({ signal }) => pastWriteBacks(signal), retry: false })
  if (!data || data.length === 0) return null
  const list = together(data)
  return (
    <details className="compare-log">
      <summary>{t('writeback.past', { n: list.length })}</summary>
      <table className="plain-table">
        <tbody>
          {list.map((w) => (
            <tr key={w.id}>
              <td>
                <time title={format.time(w.at)}>{format.ago(w.at)}</time>
              </td>
              <td>
                <code>{w.source}</code>
              </td>
              <td>{w.entities.map((e) => label(schema.entity(e)?.plural, e)).join(t('writeback.and'))}</td>
              <td>
                {states[w.state] ? (
                  <span className="danger" title={w.error && problemText(language, w.error, {}, w.error)}>
                    {t(states[w.state] as TextKey)}
                  </span>
                ) : (
                  t('writeback.written', { n: w.written })
                )}
              </td>
              <td className="faint">{w.actor}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
