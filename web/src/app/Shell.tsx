import { onlineManager } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useState, useSyncExternalStore, type CSSProperties } from 'react'
import { Outlet, useLocation } from 'react-router'
import { useBranchColor } from '../branches/useBranches'
import { useI18n } from '../i18n'
import { testid } from '../testids'
import { useKeys } from './keys'
import { MAIN, paths, useBranch, useGo, usePlace } from './navigation'
import { Rail } from './Rail'
import { TopBar } from './TopBar'
import './shell.css'

const SearchDialog = lazy(() => import('../search/SearchDialog'))
const PastBar = lazy(() => import('../asof/PastBar'))
const KeySheet = lazy(() => import('./KeySheet'))

/** The frame around every page: rail, top bar, and the colour of the branch. */
export function Shell() {
  const { t } = useI18n()
  const branch = useBranch()
  const { at } = usePlace()
  const color = useBranchColor(branch)
  const here = useLocation()
  const [narrow, setNarrow] = useState(() => localStorage.getItem('headwater.rail') === 'narrow')
  const [open, setOpen] = useState(false)
  const [search, setSearch] = useState(false)
  const [keys, setKeys] = useState(false)
  const online = useSyncExternalStore(
    (tell) => onlineManager.subscribe(tell),
    () => onlineManager.isOnline(),
  )
  const go = useGo()
  useKeys({
    'mod+k': () => setSearch(true),
    '?': () => setKeys(true),
    'g a': () => go(paths.list('accounts')),
    'g c': () => go(paths.list('contacts')),
    'g l': () => go(paths.list('leads')),
    'g d': () => go(paths.list('deals')),
    'g t': () => go(paths.list('activities')),
    'g p': () => go(paths.list('products')),
    'g b': () => go('/branches'),
    'g i': () => go('/imports'),
    'g s': () => go('/sql'),
    'g o': () => go('/sources'),
    'g e': () => go('/catalog'),
  })
  useEffect(() => setOpen(false), [here.pathname])
  const toggle = () => {
    localStorage.setItem('headwater.rail', narrow ? 'wide' : 'narrow')
    setNarrow(!narrow)
  }
  const classes = ['shell', narrow && 'narrow', open && 'rail-open', branch !== MAIN && 'on-branch', at !== undefined && 'past'].filter(Boolean).join(' ')
  const style = { '--branch': color } as CSSProperties
  return (
    <div className={classes} style={style} data-branch={branch} onClick={(e) => e.target === e.currentTarget && setOpen(false)}>
      <a className="skip-link" href="#main">
        {t('app.skip')}
      </a>
      <TopBar openSearch={() => setSearch(true)} openKeys={() => setKeys(true)} openRail={() => setOpen(true)} />
      <Rail narrow={narrow && !open} toggle={toggle} close={() => setOpen(false)} />
      <main id="main" tabIndex={-1}>
        <Suspense fallback={null}>
          {at !== undefined && <PastBar />}
          <Outlet key={branch + ' ' + (at ?? '')} />
        </Suspense>
      </main>
      <Suspense fallback={null}>
        {search && <SearchDialog close={() => setSearch(false)} />}
        {keys && <KeySheet close={() => setKeys(false)} />}
      </Suspense>
      {!online && (
        <div className="offline-bar" role="status" data-testid={testid.shell.offline}>
          {t('app.offline')}
        </div>
      )}
    </div>
  )
}
