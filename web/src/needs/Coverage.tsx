import { Tooltip } from 'antd'
import type { NeedBoard } from '../api/needs'
import { useI18n, type TextKey } from '../i18n'
import '../i18n/needs'
import { testid } from '../testids'
import { kindKey, statusOf } from './words'

/** Where a deal stands on each need of the pack; what is typical and wasn't talked about stands out. */
export function Coverage({ board }: { board: NeedBoard }) {
  const { t, label } = useI18n()
  const state = (code: string) => {
    const of = board.needs.filter((n) => n.code === code)
    return of.find((n) => n.status === 'confirmed') ?? of.find((n) => n.status === 'found') ?? of.find((n) => n.status === 'rejected')
  }
  const known = board.known.filter((k) => ['confirmed', 'found'].includes(state(k.code)?.status ?? ''))
  return (
    <section className="coverage" data-testid={testid.needs.coverage} data-known={known.length}>
      <p className="soft">{t('need.coverage', { pack: label(board.pack_name), n: board.known.length, known: known.length })}</p>
      <div className="row wrap" style={{ gap: 6 }}>
        {board.known.map((k) => {
          const n = state(k.code)
          const said: TextKey = n ? statusOf(n.status)[0] : k.expected ? 'need.expected' : 'need.unknown'
          return (
            <Tooltip
              key={k.code}
              title={
                <>
                  {t(said)}
                  {n && n.status !== 'rejected' ? ' · ' + t(kindKey(n.kind)) : ''}
                  <br />
                  {label(k.pain)}
                  {!n && (
                    <>
                      <br />
                      {label(k.confirm)}
                    </>
                  )}
                </>
              }
            >
              <span tabIndex={0} className={`cover is-${n?.status ?? (k.expected ? 'expected' : 'none')}`} aria-label={k.code + ' ' + label(k.name) + '：' + t(said)}>
                <code>{k.code}</code> {label(k.name)}
              </span>
            </Tooltip>
          )
        })}
      </div>
    </section>
  )
}
