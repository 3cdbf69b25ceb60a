import { Button, Select } from 'antd'
import { GitMerge, LibraryBig, UserRoundSearch } from 'lucide-react'
import { useState } from 'react'
import type { Profiles, Version } from '../api/profile'
import { Go, MAIN, paths, useBranch } from '../app/navigation'
import { Teach } from '../app/Teach'
import { useI18n } from '../i18n'
import '../i18n/profile'
import { useRights } from '../session/useSession'
import { testid } from '../testids'
import { BacktestPanel } from './BacktestPanel'
import { differences } from './compare'
import { ConditionText } from './ConditionText'
import type { Seed } from './ProfilePage'
import { useWords } from './words'

/** All versions, newest first; the chosen one with its conditions, comparison and back-test. */
export function Versions({ profiles, build }: { profiles: Profiles; build: (s: Seed) => void }) {
  const { t, format } = useI18n()
  const { say } = useWords()
  const branch = useBranch()
  const rights = useRights()
  const versions = profiles.versions
  const [chosen, choose] = useState(versions[0]?.id)
  const version = versions.find((v) => v.id === chosen) ?? versions[0]
  if (!version)
    return (
      <Teach icon={UserRoundSearch} title={t('ideal.none')} text={t('ideal.noneText')}>
        <Button type="primary" onClick={() => build({ conditions: [], threshold: 1 })}>
          {t('ideal.first')}
        </Button>
      </Teach>
    )
  return (
    <div className="profile-split">
      <ol className="profile-versions" aria-label={t('ideal.versions')}>
        {versions.map((v) => (
          <li key={v.id}>
            <button type="button" className={'profile-version' + (v.id === version.id ? ' active' : '')} aria-pressed={v.id === version.id} onClick={() => choose(v.id)} data-testid={testid.profile.version(v.id)}>
              <span className="row wrap">
                <strong>V{v.version}</strong>
                <span className="grow">{say(v.name, v.id)}</span>
                <Mark version={v} />
              </span>
              <span className="faint">{v.at ? t('ideal.by', { name: v.author || '—', time: format.ago(v.at) }) : t('ideal.shipped')}</span>
              <span className="soft">{v.change || say(v.reason)}</span>
            </button>
          </li>
        ))}
      </ol>
      <article className="profile-detail" key={version.id}>
        <div className="row wrap">
          <h2 className="grow">
            V{version.version} {say(version.name)}
          </h2>
          <Button onClick={() => build({ conditions: version.conditions, threshold: version.threshold })} data-testid={testid.profile.edit}>
            {t('ideal.edit')}
          </Button>
          {branch !== MAIN && !version.on_main && rights.branch && (
            <Go to={paths.compare(branch)} className="plain" title={t('ideal.publishHint')} data-testid={testid.profile.publish}>
              <GitMerge size={14} aria-hidden /> {t('ideal.publish')}
            </Go>
          )}
        </div>
        <Conditions version={version} />
        <dl className="profile-texts">
          {(['reason', 'reach', 'lesson'] as const).map((k) => (
            <div key={k}>
              <dt>{t(`ideal.${k}`)}</dt>
              <dd>{say(version[k])}</dd>
            </div>
          ))}
        </dl>
        <Comparison version={version} versions={versions} />
        <BacktestPanel draft={{ profile: version.id }} pack={profiles.pack} versions={versions.filter((v) => v.id !== version.id)} last={version.previous} />
        <p className="faint">
          <LibraryBig size={13} aria-hidden /> <Go to={`/packs/${encodeURIComponent(profiles.pack)}?section=profiles&item=${encodeURIComponent(version.id)}`}>{say(profiles.name, profiles.pack)}</Go>
        </p>
      </article>
    </div>
  )
}

function Mark({ version: v }: { version: Version }) {
  const { t } = useI18n()
  if (!v.on_main) return <span className="pill warning">{t(v.published ? 'ideal.changedHere' : 'ideal.draft')}</span>
  if (v.published) return <span className="pill success">{t('ideal.published')}</span>
  return null
}

function Conditions({ version: v }: { version: Version }) {
  const { t } = useI18n()
  const { say } = useWords()
  return (
    <table className="plain-table">
      <tbody>
        {v.conditions.map((c) => (
          <tr key={c.id}>
            <td className="num profile-weight">{c.weight > 0 ? '+' + c.weight : c.weight}</td>
            <td>
              <ConditionText of={c} /> {c.must && <span className="pill info">{t('ideal.must')}</span>}
              <div className="faint">{say(c.why)}</div>
            </td>
          </tr>
        ))}
        <tr>
          <td className="num profile-weight">≥ {v.threshold}</td>
          <td className="soft">{t('ideal.thresholdOf', { n: v.threshold })}</td>
        </tr>
      </tbody>
    </table>
  )
}

function Comparison({ version, versions }: { version: Version; versions: Version[] }) {
  const { t } = useI18n()
  const others = versions.filter((v) => v.id !== version.id)
  const [with_, setWith] = useState(others.some((v) => v.id === version.previous) ? version.previous : others[0]?.id)
  const other = others.find((v) => v.id === with_)
  if (!other) return null
  const list = differences(version.conditions, other.conditions)
  return (
    <section className="profile-section">
      <div className="row wrap">
        <h3>{t('ideal.compareWith')}</h3>
        <Select size="small" value={other.id} aria-label={t('ideal.compareWith')} onChange={setWith} options={others.map((v) => ({ value: v.id, label: 'V' + v.version }))} />
      </div>
      {list.length === 0 && version.threshold === other.threshold && <p className="soft">{t('ideal.same')}</p>}
      <table className="plain-table" data-testid={testid.profile.comparison}>
        <tbody>
          {version.threshold !== other.threshold && (
            <tr>
              <td>
                <span className="pill warning">{t('ideal.changed')}</span>
              </td>
              <td>
                {t('ideal.threshold')} <del>{other.threshold}</del> → {version.threshold}
              </td>
            </tr>
          )}
          {list.map((d) => (
            <tr key={d.id + d.kind}>
              <td style={{ width: 64 }}>
                <span className={'pill ' + (d.kind === 'onlyHere' ? 'success' : d.kind === 'onlyThere' ? 'danger' : 'warning')}>{t(`ideal.${d.kind}`)}</span>
              </td>
              <td>
                {d.there && (
                  <del className="faint">
                    <ConditionText of={d.there} /> · {d.there.weight > 0 && '+'}
                    {d.there.weight}
                  </del>
                )}{' '}
                {d.here && (
                  <span>
                    <ConditionText of={d.here} /> · {d.here.weight > 0 && '+'}
                    {d.here.weight}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
