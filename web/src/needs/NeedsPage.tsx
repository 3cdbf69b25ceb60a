import { Segmented } from 'antd'
import { useEffect } from 'react'
import { useSearchParams } from 'react-router'
import { useI18n } from '../i18n'
import '../i18n/needs'
import { testid } from '../testids'
import { HeatMap } from './HeatMap'
import { IndustryGraph } from './IndustryGraph'
import './map.css'
import './needs.css'

/** What customers need, and what is known of an industry before one asks. */
export default function NeedsPage() {
  const { t } = useI18n()
  const [params, setParams] = useSearchParams()
  const view = params.get('view') === 'graph' ? 'graph' : 'map'
  useEffect(() => {
    document.title = t('need.pageTitle') + ' · Headwater'
    return () => void (document.title = 'Headwater')
  }, [t])
  return (
    <div className="page">
      <header className="page-head">
        <h1 className="grow">{t('need.pageTitle')}</h1>
        <Segmented
          size="small"
          value={view}
          onChange={(v) =>
            setParams(
              (p) => {
                if (v === 'graph') p.set('view', v)
                else p.delete('view')
                return p
              },
              { replace: true },
            )
          }
          options={(['map', 'graph'] as const).map((v) => ({ value: v, label: <span data-testid={testid.needs.view(v)}>{t(v === 'map' ? 'need.viewMap' : 'need.viewGraph')}</span> }))}
        />
      </header>
      <div className="page-body">{view === 'map' ? <HeatMap /> : <IndustryGraph />}</div>
    </div>
  )
}

/** Parameters of the address, and how to change several at once; an empty one goes. */
export function useAddress(): [(name: string) => string, (changes: Record<string, string>) => void] {
  const [params, setParams] = useSearchParams()
  return [
    (name) => params.get(name) ?? '',
    (changes) =>
      setParams(
        (p) => {
          for (const [name, v] of Object.entries(changes)) {
            if (v) p.set(name, v)
            else p.delete(name)
          }
          return p
        },
        { replace: true },
      ),
  ]
}
