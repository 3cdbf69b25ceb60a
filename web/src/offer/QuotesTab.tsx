import { Button } from 'antd'
import { FileSignature, Plus } from 'lucide-react'
import { useState } from 'react'
import { Failure } from '../app/Failure'
import { Teach } from '../app/Teach'
import { useI18n } from '../i18n'
import '../i18n/value'
import { WaitingFacts } from '../records/list/Peek'
import { useSchema } from '../records/schema'
import type { TabProps } from '../records/show/tabs'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'
import { QuoteForm } from './QuoteForm'
import { QuoteView } from './QuoteView'
import { useDealRecords, words } from './useDealRecords'
import './offer.css'

/** What a deal was offered for: each version with its price, its approval and where it stands. */
export default function QuotesTab({ record }: TabProps) {
  const { t, format } = useI18n()
  const rights = useRightsHere()
  const quotes = useDealRecords('quotes', record.id, ['title', 'number', 'version', 'status', 'amount', 'currency', 'edition', 'discount', 'valid_until'])
  const [chosen, choose] = useState('')
  const [making, setMaking] = useState(false)
  if (quotes.error) return <Failure error={quotes.error} retry={() => void quotes.refetch()} />
  if (!quotes.data) return <WaitingFacts />
  const list = quotes.data.items
  const shown = list.find((q) => q.id === chosen) ?? list[0]
  const made = (id: string) => {
    choose(id)
    setMaking(false)
  }
  if (making) return <QuoteForm deal={record} made={made} close={() => setMaking(false)} />
  if (!shown)
    return (
      <Teach icon={FileSignature} title={t('quote.none')} text={t('quote.noneText')} id={testid.offer.empty}>
        {rights.write && (
          <Button type="primary" onClick={() => setMaking(true)} data-testid={testid.offer.new}>
            {t('quote.new')}
          </Button>
        )}
      </Teach>
    )
  return (
    <div className="offer-tab">
      <div className="offer-split">
        <nav className="offer-list" aria-label={t('quote.versions')}>
          {rights.write && (
            <Button icon={<Plus size={14} />} onClick={() => setMaking(true)} data-testid={testid.offer.new}>
              {t('quote.new')}
            </Button>
          )}
          {list.map((q) => (
            <button key={q.id} type="button" className={'offer-item' + (q.id === shown.id ? ' chosen' : '')} aria-current={q.id === shown.id} onClick={() => choose(q.id)} data-testid={testid.offer.version}>
              <span className="row">
                <b>V{words(q.cells['version'])}</b>
                <span className="grow clip">{format.money({ amount: words(q.cells['amount']), currency: words(q.cells['currency']) })}</span>
                <QuoteStatus status={words(q.cells['status'])} />
              </span>
              <span className="faint clip">
                {words(q.cells['number'])}
                {Number(q.cells['discount'] ?? 0) > 0 && ' · ' + t('quote.off', { n: words(q.cells['discount']) })}
              </span>
            </button>
          ))}
        </nav>
        <QuoteView key={shown.id} id={shown.id} deal={record} />
      </div>
    </div>
  )
}

const tones: Record<string, string> = { approval: 'warning', approved: 'info', sent: 'info', accepted: 'success', refused: 'danger' }

export function QuoteStatus({ status }: { status: string }) {
  const { label } = useI18n()
  const schema = useSchema()
  return <span className={'pill ' + (tones[status] ?? '')}>{label(schema.field('quotes', 'status')?.options?.find((o) => o.name === status)?.label, status)}</span>
}
