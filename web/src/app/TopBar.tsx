import { Dropdown, Tooltip, type MenuProps } from 'antd'
import { Languages, Menu, Search } from 'lucide-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { signOut, updateMe } from '../api/session'
import { AsOf } from '../asof/AsOf'
import { BranchSwitch } from '../branches/BranchSwitch'
import { useI18n } from '../i18n'
import { ImportTray } from '../imports/ImportTray'
import { useSession } from '../session/useSession'
import { useTheme, type ThemeChoice } from '../theme/ThemeProvider'
import { testid } from '../testids'
import { useGo } from './navigation'
import { Face } from './Face'
import { keyName } from './keys'

export function TopBar({ openSearch, openKeys, openRail }: { openSearch: () => void; openKeys: () => void; openRail: () => void }) {
  const { t, language, setLanguage } = useI18n()
  const { workspace } = useSession()
  const switchTo = language === 'en' ? 'zh-CN' : 'en'
  const change = () => {
    setLanguage(switchTo)
    void updateMe({ language: switchTo === 'en' ? 'en' : 'zh' }).catch(() => undefined) // this browser keeps it anyway
  }
  return (
    <header className="top">
      <button type="button" className="icon-button menu-button" onClick={openRail} aria-label={t('nav.open')}>
        <Menu size={18} />
      </button>
      <BranchSwitch />
      <AsOf />
      <span className="spacer" />
      {workspace.demo && (
        <Tooltip title={workspace.demo_note || t('app.demoNote')}>
          <span className="demo-tag" data-testid={testid.shell.demo}>
            {t('app.demo')}
          </span>
        </Tooltip>
      )}
      <ImportTray />
      <button type="button" className="search-button" onClick={openSearch} aria-label={t('search.title')} data-testid={testid.shell.search}>
        <Search size={14} aria-hidden />
        <span className="clip">{t('top.searchHint')}</span>
        <kbd>{keyName('mod')}K</kbd>
      </button>
      <Tooltip title={t('top.language')}>
        <button type="button" className="icon-button" onClick={change} aria-label={t('top.language')} data-testid={testid.shell.language} data-language={language}>
          <Languages size={16} />
        </button>
      </Tooltip>
      <PersonMenu openKeys={openKeys} />
    </header>
  )
}

function PersonMenu({ openKeys }: { openKeys: () => void }) {
  const { t } = useI18n()
  const { user } = useSession()
  const { choice, choose } = useTheme()
  const go = useGo()
  const client = useQueryClient()
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      client.clear()
      location.assign('/sign-in')
    },
  })
  const look = (c: ThemeChoice, text: string) => ({ key: c, label: (choice === c ? '✓ ' : '') + text, onClick: () => choose(c) })
  const items: MenuProps['items'] = [
    { key: 'who', disabled: true, label: <span className="soft">{user?.name + (user?.email ? ' · ' + user.email : '')}</span> },
    { type: 'divider' },
    { key: 'profile', label: t('nav.profile'), onClick: () => go('/settings/profile') },
    { key: 'theme', label: t('top.theme'), children: [look('light', t('top.light')), look('dark', t('top.dark')), look('system', t('top.system'))] },
    { key: 'keys', label: t('top.shortcuts'), extra: '?', onClick: openKeys },
    { type: 'divider' },
    { key: 'out', label: <span data-testid={testid.shell.signOut}>{t('top.signOut')}</span>, onClick: () => leave.mutate() },
  ]
  return (
    <Dropdown menu={{ items }} trigger={['click']} placement="bottomRight">
      <button type="button" className="person-button" aria-label={t('top.account')} data-testid={testid.shell.person}>
        <Face name={user?.name ?? ''} />
      </button>
    </Dropdown>
  )
}
