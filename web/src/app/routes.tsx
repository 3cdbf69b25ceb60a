import { createBrowserRouter, Navigate, useRouteError, type RouteObject } from 'react-router'
import { Gate } from '../session/Gate'
import { Setup } from '../session/Setup'
import { SignIn } from '../session/SignIn'
import { Failure } from './Failure'
import { NotFound } from './NotFound'
import { Shell } from './Shell'
import { useBranch, onBranch, paths } from './navigation'

type Page = { default: React.ComponentType }
const page = (load: () => Promise<Page>) => ({ lazy: async () => ({ Component: (await load()).default }) })

function First() {
  return <Navigate to={onBranch(paths.list('accounts'), useBranch())} replace />
}

function Broken() {
  return <Failure error={useRouteError()} />
}

const pages: RouteObject[] = [
  { index: true, element: <First /> },
  { path: 'records/:entity', ...page(() => import('../records/list/ListPage')) },
  { path: 'records/:entity/:id', ...page(() => import('../records/show/RecordPage')) },
  { path: 'today', ...page(() => import('../deal/TodayPage')) },
  { path: 'pipeline', ...page(() => import('../deal/PipelinePage')) },
  { path: 'qualification', ...page(() => import('../deal/BoardPage')) },
  { path: 'needs', ...page(() => import('../needs/NeedsPage')) },
  { path: 'recon', ...page(() => import('../recon/ReconPage')) },
  { path: 'profile', ...page(() => import('../profile/ProfilePage')) },
  { path: 'packs', ...page(() => import('../packs/PacksPage')) },
  { path: 'packs/:name', ...page(() => import('../packs/PackPage')) },
  { path: 'imports', ...page(() => import('../imports/ImportsPage')) },
  { path: 'imports/new', ...page(() => import('../imports/WizardPage')) },
  { path: 'imports/:id', ...page(() => import('../imports/ImportPage')) },
  { path: 'branches', ...page(() => import('../branches/BranchesPage')) },
  { path: 'branches/:name', ...page(() => import('../branches/ComparePage')) },
  { path: 'sources', ...page(() => import('../sources/SourcesPage')) },
  { path: 'sources/:name', ...page(() => import('../sources/SourcePage')) },
  { path: 'catalog', ...page(() => import('../catalog/CatalogPage')) },
  { path: 'entities/:name', ...page(() => import('../entities/EntityPage')) },
  { path: 'sql', ...page(() => import('../sql/SqlPage')) },
  { path: 'settings/people', ...page(() => import('../settings/PeoplePage')) },
  { path: 'settings/fields', ...page(() => import('../settings/FieldsPage')) },
  { path: 'settings/tokens', ...page(() => import('../settings/TokensPage')) },
  { path: 'settings/profile', ...page(() => import('../settings/ProfilePage')) },
  { path: '*', element: <NotFound /> },
]

export const router = createBrowserRouter([
  { path: '/sign-in', element: <SignIn />, errorElement: <Broken /> },
  { path: '/setup', element: <Setup />, errorElement: <Broken /> },
  {
    path: '/',
    element: <Gate />,
    errorElement: <Broken />,
    hydrateFallbackElement: <span />,
    children: [{ element: <Shell />, children: [{ errorElement: <Broken />, children: pages }] }],
  },
])
