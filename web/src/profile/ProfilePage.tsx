import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { useSearchParams } from 'react-router'
import { listProfiles, type Condition } from '../api/profile'
import { Failure } from '../app/Failure'
import { usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { useI18n } from '../i18n'
import '../i18n/profile'
import { testid } from '../testids'
import { Versions } from './Versions'
import { useWords } from './words'
import './profile.css'

const Builder = lazy(() => import('./Builder'))
const ReviewTab = lazy(() => import('./ReviewTab'))
const AlikeTab = lazy(() => import('./AlikeTab'))

const tabs = ['versions', 'build', 'review', 'alike'] as const
export type ProfileTab = (typeof tabs)[number]

/** What the form begins with when it is opened from a version or from look-alikes. */
export interface Seed {
  conditions: Condition[]
  threshold: number
}

/** Whom to sell to: versions of the profile, their back-tests, the focus review, references. */
export default function ProfilePage() {
  const { t } = useI18n()
  const { say } = useWords()
  const place = usePlace()
  const [params, setParams] = useSearchParams()
  const [seed, setSeed] = useState<Seed>()
  const pack = params.get('pack') ?? undefined
  const tab = tabs.find((x) => x === params.get('tab')) ?? 'versions'
  const profiles = useQuery({ queryKey: ['lake', placeKey(place), 'profiles', pack ?? ''], queryFn: ({ signal }) => listProfiles(place, pack, signal) })
  const put = (key: string, value: string) =>
    setParams((p) => {
      const next = new URLSearchParams(p)
      if (value) next.set(key, value)
      else next.delete(key)
      return next
    })
  if (profiles.error) return <Failure error={profiles.error} retry={() => void profiles.refetch()} />
  const data = profiles.data
  if (!data) return null
  const build = (s: Seed) => {
    setSeed(s)
    put('tab', 'build')
  }
  return (
    <div className="page profile-page">
      <div className="page-head">
        <h1>{t('nav.idealProfile')}</h1>
        <Select size="small" value={data.pack} aria-label={t('ideal.product')} onChange={(p: string) => (setSeed(undefined), put('pack', p))} options={data.products.map((p) => ({ value: p.id, label: say(p.name, p.id) }))} popupMatchSelectWidth={false} style={{ minWidth: 0 }} />
        <span className="grow" />
      </div>
      <nav className="profile-tabs" aria-label={t('nav.idealProfile')}>
        {tabs.map((x) => (
          <button key={x} type="button" aria-current={x === tab ? 'page' : undefined} onClick={() => put('tab', x === 'versions' ? '' : x)} data-testid={testid.profile.tab(x)}>
            {t(`ideal.${x}`)}
          </button>
        ))}
      </nav>
      <div className="page-body">
        <Suspense fallback={<span className="skeleton" style={{ width: '40%' }} />}>
          {tab === 'versions' && <Versions profiles={data} build={build} />}
          {tab === 'build' && <Builder key={data.pack + JSON.stringify(seed?.conditions ?? '')} profiles={data} seed={seed} saved={() => (setSeed(undefined), put('tab', ''))} />}
          {tab === 'review' && <ReviewTab pack={data.pack} />}
          {tab === 'alike' && <AlikeTab pack={data.pack} build={build} />}
        </Suspense>
      </div>
    </div>
  )
}
