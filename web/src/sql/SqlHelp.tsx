import { Popover } from 'antd'
import { CircleHelp } from 'lucide-react'
import { useMemo } from 'react'
import type { Entity } from '../api/types'
import { homeKind, stateOf } from '../homes/home'
import { useI18n, type TextKey } from '../i18n'
import '../i18n/homes'
import { testid } from '../testids'

/** What SQL can do here beyond a SELECT: other times, other homes, nearest vectors. */
export function SqlHelp({ entities, insert }: { entities: Entity[]; insert: (sql: string) => void }) {
  const { t } = useI18n()
  const samples = useMemo(() => {
    const native = entities.find((e) => e.name === 'deals') ?? entities.find((e) => homeKind(e) === 'native' && !e.directory)
    const foreign = entities.find((e) => homeKind(e) === 'foreign')
    const vector = entities.flatMap((e) => e.fields.filter((f) => f.kind === 'vector').map((f) => ({ e, f })))[0]
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
    const out: { key: TextKey; sql: string }[] = []
    if (native) {
      out.push({ key: 'help.version', sql: `SELECT count(*) FROM ${native.name} AT (VERSION => 1)` })
      out.push({ key: 'help.timestamp', sql: `SELECT count(*) FROM ${native.name} AT (TIMESTAMP => '${yesterday} 18:00:00')` })
      out.push({ key: 'help.compare', sql: `SELECT n.id, n.${native.title}\nFROM ${native.name} n\nANTI JOIN ${native.name} AT (VERSION => 1) o ON o.id = n.id` })
    }
    if (foreign) out.push({ key: 'help.join', sql: `SELECT *\nFROM ${foreign.name}\nLIMIT 20` })
    if (vector) out.push({ key: 'help.nearest', sql: `SELECT *\nFROM nearest('${vector.e.name}', '${vector.f.name}', [0.1, 0.2, 0.3], 10)` })
    return out
  }, [entities])
  const floating = entities.some((e) => stateOf(e).mode === 'floating')
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      arrow={false}
      content={
        <div className="sql-help">
          <p className="soft">{t('help.intro')}</p>
          {samples.map((s) => (
            <div key={s.key}>
              <strong>{t(s.key)}</strong>
              <button type="button" className="plain" onClick={() => insert(s.sql)} title={t('sql.insert')}>
                <pre className="cell-code">{s.sql}</pre>
              </button>
            </div>
          ))}
          {floating && <p className="faint">{t('help.floating')}</p>}
        </div>
      }
    >
      <button type="button" className="icon-button" aria-label={t('help.title')} title={t('help.title')} data-testid={testid.sql.help}>
        <CircleHelp size={16} />
      </button>
    </Popover>
  )
}
