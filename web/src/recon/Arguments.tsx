import { Tooltip } from 'antd'
import { Copy } from 'lucide-react'
import type { ReconFinding, ReconMeaning } from '../api/recon'
import { useToasts } from '../app/Toasts'
import { useI18n, type TextKey } from '../i18n'
import '../i18n/recon'
import { testid } from '../testids'
import { argumentsOf, rawValue, result, said, strengthTone } from './words'

type Names = Record<string, { zh: string; en: string }>

/** What can be said, the strongest first, each with what was seen. */
export function Arguments({ findings, names }: { findings: ReconFinding[]; names: Names }) {
  const { t } = useI18n()
  const list = argumentsOf(findings)
  return (
    <section aria-label={t('recon.arguments')} data-testid={testid.recon.arguments}>
      <h2>{t('recon.arguments')}</h2>
      {list.length === 0 && <p className="faint">{t('recon.noArguments')}</p>}
      <div className="recon-arguments">
        {list.map(({ finding, meaning }) => (
          <Argument key={finding.id + meaning.finding.id} finding={finding} meaning={meaning} names={names} />
        ))}
      </div>
    </section>
  )
}

function Argument({ finding, meaning, names }: { finding: ReconFinding; meaning: ReconMeaning; names: Names }) {
  const { t, language, format } = useI18n()
  const toasts = useToasts()
  const rule = meaning.finding
  const say = said(rule.say, language)
  const name = (id: string) => {
    const text = names[id]
    return text ? said(text, language) : id
  }
  const copy = () => void navigator.clipboard.writeText(say).then(() => toasts.done(t('recon.copied')))
  return (
    <article className="card recon-argument" data-testid={testid.recon.argument(rule.id)}>
      <header className="row">
        <span className={'pill ' + (strengthTone[rule.strength] ?? '')}>{t(`recon.${rule.strength}` as TextKey)}</span>
        <strong className="grow">{said(rule.name, language)}</strong>
        <Tooltip title={t('recon.copy')}>
          <button type="button" className="icon-button" aria-label={t('recon.copy')} onClick={copy}>
            <Copy size={14} />
          </button>
        </Tooltip>
      </header>
      <p className="soft">{said(rule.means, language)}</p>
      <blockquote>{say}</blockquote>
      <p className="recon-ground faint">
        {finding.subject && <code>{finding.subject}</code>} {result(t, finding)} {rawValue(finding) && <code>{rawValue(finding)}</code>} <time title={format.time(finding.seen_at)}>{format.ago(finding.seen_at)}</time>
      </p>
      {(rule.needs ?? []).length > 0 && (
        <p className="row wrap">
          <span className="faint">{t('recon.needs')}</span>
          {rule.needs?.map((n) => (
            <span key={n} className="pill" title={n}>
              {name(n)}
            </span>
          ))}
        </p>
      )}
      {(rule.objections ?? []).length > 0 && (
        <p className="row wrap">
          <span className="faint">{t('recon.objections')}</span>
          {rule.objections?.map((n) => (
            <span key={n} className="pill" title={n}>
              {name(n)}
            </span>
          ))}
        </p>
      )}
      <p className="faint recon-source">{t('recon.fromPack', { pack: said(meaning.pack_name, language), id: rule.id })}</p>
    </article>
  )
}
