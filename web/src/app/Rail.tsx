import { Activity, BookOpenText, Boxes, Building2, Cable, ChevronsLeft, ChevronsRight, CircleUser, Contact, GitBranch, Grid2x2, Handshake, KanbanSquare, KeyRound, LibraryBig, Package, Radar, SquareTerminal, Sunrise, Table2, Tags, Target, Upload, UserRoundSearch, UsersRound, type LucideIcon } from 'lucide-react'
import { Tooltip } from 'antd'
import { useLocation } from 'react-router'
import { homeKind } from '../homes/home'
import { useI18n, type TextKey } from '../i18n'
import { groups, useSchema } from '../records/schema'
import { useRights, useSession } from '../session/useSession'
import { testid } from '../testids'
import { Go, paths } from './navigation'

interface Item {
  name: string
  to: string
  label: string
  icon: LucideIcon
}

const icons: Record<string, LucideIcon> = { accounts: Building2, contacts: Contact, leads: Boxes, deals: Handshake, activities: Activity, products: Package, users: UsersRound }

export const entityIcon = (name: string): LucideIcon => icons[name] ?? Table2

/** The groups of pages; each holds only what works. */
function useGroups(): { key: TextKey; items: Item[] }[] {
  const { t, label } = useI18n()
  const schema = useSchema()
  const rights = useRights()
  const entities = schema.entities.filter((e) => !e.directory)
  const item = (name: string): Item[] => {
    const e = schema.entity(name)
    return e ? [{ name, to: paths.list(name), label: label(e.plural, name), icon: entityIcon(name) }] : []
  }
  const page = (name: string, to: string, key: TextKey, icon: LucideIcon): Item => ({ name, to, label: t(key), icon })
  const lake: Item[] = [page('branches', '/branches', 'nav.branches', GitBranch), page('sql', '/sql', 'nav.sql', SquareTerminal)]
  if (rights.write) lake.unshift(page('imports', '/imports', 'nav.imports', Upload))
  lake.unshift(page('catalog', '/catalog', 'nav.catalog', LibraryBig))
  if (rights.schema) lake.unshift(page('sources', '/sources', 'nav.sources', Cable))
  const ahead: Record<string, Item[]> = { match: [page('idealProfile', '/profile', 'nav.idealProfile', UserRoundSearch)], process: [page('today', '/today', 'nav.today', Sunrise), page('pipeline', '/pipeline', 'nav.pipeline', KanbanSquare), page('board', '/qualification', 'nav.board', Grid2x2)] }
  const settings = [page('people', '/settings/people', 'nav.people', UsersRound)]
  settings.push(page('fields', '/settings/fields', 'nav.fields', Tags))
  settings.push(page('packs', '/packs', 'nav.packs', BookOpenText), page('tokens', '/settings/tokens', 'nav.tokens', KeyRound), page('profile', '/settings/profile', 'nav.profile', CircleUser))
  const behind: Record<string, Item[]> = { match: [page('needs', '/needs', 'nav.needs', Target), page('recon', '/recon', 'nav.recon', Radar)], process: [] }
  return [
    ...groups.map((g) => ({ key: ('nav.' + g.key) as TextKey, items: [...(ahead[g.key] ?? []), ...g.entities.flatMap(item), ...(behind[g.key] ?? [])] })),
    { key: 'nav.more' as TextKey, items: entities.filter((e) => e.custom && homeKind(e) === 'native').flatMap((e) => item(e.name)) },
    { key: 'nav.lake' as TextKey, items: lake },
    { key: 'nav.settings' as TextKey, items: settings },
  ].filter((g) => g.items.length > 0)
}

export function Rail({ narrow, toggle, close }: { narrow: boolean; toggle: () => void; close: () => void }) {
  const { t } = useI18n()
  const { workspace } = useSession()
  const list = useGroups()
  const here = useLocation().pathname
  const active = (to: string) => here === to || here.startsWith(to + '/') || (to === '/catalog' && here.startsWith('/entities/'))
  return (
    <div className="rail" id="rail">
      <Go to="/" className="brand" onClick={close}>
        <img src="/icon.svg" alt={t('app.name')} />
        <span className="brand-text clip">
          {workspace.name || t('app.name')}
          <small className="clip">{t('app.tagline')}</small>
        </span>
      </Go>
      <nav aria-label={t('nav.main')}>
        {list.map((g) => (
          <div className="group" key={g.key} role="group" aria-label={t(g.key)}>
            <div className="group-name">{t(g.key)}</div>
            {g.items.map((i) => (
              <Tooltip key={i.name} title={narrow ? i.label : ''} placement="right">
                <Go to={i.to} className={'item' + (active(i.to) ? ' active' : '')} aria-current={active(i.to) ? 'page' : undefined} aria-label={i.label} data-testid={testid.shell.nav(i.name)} onClick={close}>
                  <i.icon strokeWidth={1.75} aria-hidden />
                  <span className="clip">{i.label}</span>
                </Go>
              </Tooltip>
            ))}
          </div>
        ))}
      </nav>
      <div className="foot">
        <button type="button" className="icon-button" onClick={toggle} aria-label={t(narrow ? 'nav.expand' : 'nav.collapse')} aria-expanded={!narrow} aria-controls="rail">
          {narrow ? <ChevronsRight size={16} /> : <ChevronsLeft size={16} />}
        </button>
      </div>
    </div>
  )
}
