import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Button, Dropdown, Input, Segmented, Select } from 'antd'
import { ChevronDown, LibraryBig, Plus, Search } from 'lucide-react'
import { lazy, Suspense, useRef, useState } from 'react'
import { useSearchParams } from 'react-router'
import { catalogSearch, listTables } from '../api/homes'
import type { CatalogHit, HomeKind } from '../api/homeTypes'
import { listRecords } from '../api/records'
import { Failure } from '../app/Failure'
import { useKeys } from '../app/keys'
import { Go, paths, useBranch, useGo } from '../app/navigation'
import { entityIcon } from '../app/Rail'
import { Teach } from '../app/Teach'
import { HomeWords } from '../homes/HomeWords'
import { ModeBadge } from '../homes/ModeBadge'
import { useI18n } from '../i18n'
import '../i18n/homes'
import { useSchema } from '../records/schema'
import { useSoon } from '../search/useSoon'
import { useRights } from '../session/useSession'
import { testid } from '../testids'
import { CloneChooser } from './CloneChooser'
import { NativeDialog } from './NativeDialog'
import './catalog.css'

// The editor is heavy and comes when it is needed.
const DeriveDialog = lazy(() => import('./DeriveDialog'))
const FileDialog = lazy(() => import('./FileDialog'))

type Dialog = 'native' | 'derive' | 'clone' | 'file'
const kinds: HomeKind[] = ['native', 'foreign', 'derived', 'clone']

/** Every entity of the branch: where it lives, how fresh it is, what stands on it. */
export default function CatalogPage() {
  const { t } = useI18n()
  const branch = useBranch()
  const rights = useRights()
  const [params, setParams] = useSearchParams()
  const [words, setWords] = useState(params.get('q') ?? '')
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const kind = params.get('kind') ?? ''
  const source = params.get('source') ?? ''
  const q = useSoon(words.trim(), 150)
  const find = useRef<HTMLInputElement>(null)
  const { data, error, isPending, refetch } = useQuery({ queryKey: ['lake', branch, 'catalog', q, kind, source], queryFn: ({ signal }) => catalogSearch(branch, q, kind, source, signal), placeholderData: keepPreviousData })
  const put = (key: string, value: string) =>
    setParams(
      (p) => {
        const next = new URLSearchParams(p)
        if (value) next.set(key, value)
        else next.delete(key)
        return next
      },
      { replace: true },
    )
  useKeys({ '/': () => find.current?.focus(), n: () => rights.schema && setDialog('native') })
  const items = data ?? []
  const sources = [...new Set([...items.flatMap((i) => i.source ?? []), ...(source ? [source] : [])])].sort()
  return (
    <div className="page">
      <div className="page-head">
        <h1 className="grow">{t('nav.catalog')}</h1>
        {rights.schema && <CreateMenu open={setDialog} />}
      </div>
      <div className="page-body">
        <div className="row wrap catalog-tools">
          <Input
            ref={(i) => void (find.current = i?.input ?? null)}
            prefix={<Search size={14} aria-hidden />}
            allowClear
            value={words}
            placeholder={t('catalog.find')}
            aria-label={t('catalog.find')}
            onChange={(e) => {
              setWords(e.target.value)
              put('q', e.target.value.trim())
            }}
            data-testid={testid.catalog.find}
          />
          <Segmented value={kind} onChange={(k: string) => put('kind', k)} options={[{ value: '', label: t('compare.everything') }, ...kinds.map((k) => ({ value: k, label: t(`home.${k}`) }))]} />
          {(sources.length > 0 || source) && <Select allowClear placeholder={t('catalog.anySource')} aria-label={t('catalog.anySource')} value={source || undefined} options={sources.map((s) => ({ value: s, label: s }))} onChange={(s: string | undefined) => put('source', s ?? '')} style={{ minWidth: 140 }} />}
          <span className="faint">{data && t('catalog.count', { n: items.length })}</span>
        </div>
        {error ? (
          <Failure error={error} retry={() => void refetch()} />
        ) : isPending ? (
          <span className="skeleton" style={{ width: '50%' }} />
        ) : items.length === 0 ? (
          <Teach icon={LibraryBig} title={t('catalog.noneTitle')} text={t(q || kind || source ? 'catalog.noMatch' : 'catalog.noneText')} />
        ) : (
          <table className="plain-table catalog-table">
            <thead>
              <tr>
                <th scope="col">{t('catalog.entity')}</th>
                <th scope="col">{t('catalog.home')}</th>
                <th scope="col">{t('catalog.mode')}</th>
                <th scope="col" className="num">{t('source.rows')}</th>
                <th scope="col" className="num wide-only">{t('catalog.dependents')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((h) => (
                <HitRow key={h.entity + (h.field ?? '')} hit={h} />
              ))}
            </tbody>
          </table>
        )}
      </div>
      {dialog === 'native' && <NativeDialog close={() => setDialog(null)} />}
      {dialog === 'clone' && <CloneChooser close={() => setDialog(null)} />}
      <Suspense fallback={null}>
        {dialog === 'derive' && <DeriveDialog close={() => setDialog(null)} />}
        {dialog === 'file' && <FileDialog close={() => setDialog(null)} />}
      </Suspense>
    </div>
  )
}

function HitRow({ hit: h }: { hit: CatalogHit }) {
  const { t, label, format } = useI18n()
  const rows = useRowCount(h)
  const schema = useSchema()
  const e = schema.entity(h.entity)
  const Icon = entityIcon(h.entity)
  return (
    <tr data-testid={testid.catalog.row(h.entity)} data-kind={h.kind} data-mode={h.state.mode}>
      <td>
        <Go to={paths.entity(h.entity)} className="catalog-name">
          <Icon size={15} strokeWidth={1.75} aria-hidden />
          <strong className="clip">{label(h.label, h.entity)}</strong>
          <code className="faint">{h.entity}</code>
        </Go>
        {h.field && (
          <small className="faint match">
            {t('catalog.inField', { field: label(schema.field(h.entity, h.field)?.label, h.field) })} <code>{h.field}</code>
          </small>
        )}
        {h.match === 'sql' && <small className="faint match">{t('catalog.inSql')}</small>}
      </td>
      <td>
        <HomeWords kind={h.kind} source={h.source} table={h.table} of={e?.home.of} />
      </td>
      <td>
        <ModeBadge state={h.state} />
        {(h.state.drift ?? 0) > 0 && (
          <Go to={paths.entity(h.entity, 'definition')} className="pill warning">
            {t('entity.drifted', { n: h.state.drift })}
          </Go>
        )}
      </td>
      <td className="num">{rows === undefined || rows.n < 0 ? <span className="faint">—</span> : <span title={rows.about ? t('catalog.about') : undefined}>{(rows.about ? '≈ ' : '') + format.compact(rows.n)}</span>}</td>
      <td className="num wide-only">{h.dependents > 0 ? h.dependents : <span className="faint">0</span>}</td>
    </tr>
  )
}

/** How many rows an entity has: counted where that is cheap, else as its source estimates. */
function useRowCount(h: CatalogHit): { n: number; about: boolean } | undefined {
  const branch = useBranch()
  const rights = useRights()
  const known = h.rows ?? h.state.rows
  const native = known === undefined && h.kind === 'native'
  const foreign = known === undefined && h.kind === 'foreign' && rights.schema
  const counted = useQuery({ queryKey: ['lake', branch, 'totals', h.entity, 'catalog'], queryFn: ({ signal }) => listRecords({ branch, entity: h.entity, fields: ['id'], page_size: 1, total: true }, signal), enabled: native, staleTime: 60_000, retry: false })
  const tables = useQuery({ queryKey: ['lake', branch, 'tables', h.source], queryFn: ({ signal }) => listTables(branch, h.source ?? '', signal), enabled: foreign, staleTime: 300_000, retry: false })
  if (known !== undefined) return { n: known, about: false }
  if (native) return counted.data?.total === undefined ? undefined : { n: counted.data.total, about: false }
  const n = tables.data?.find((x) => x.name === h.table)?.rows
  return n === undefined ? undefined : { n, about: true }
}

function CreateMenu({ open }: { open: (d: Dialog) => void }) {
  const { t } = useI18n()
  const go = useGo()
  const item = (key: string, title: string, text: string, onClick: () => void) => ({
    key,
    onClick,
    label: (
      <span className="create-item" data-testid={testid.catalog.create(key)}>
        {title}
        <small className="faint">{text}</small>
      </span>
    ),
  })
  return (
    <Dropdown
      trigger={['click']}
      placement="bottomRight"
      menu={{
        items: [
          item('source', t('create.source'), t('create.sourceText'), () => go('/sources')),
          item('derive', t('create.derive'), t('create.deriveText'), () => open('derive')),
          item('file', t('create.file'), t('create.fileText'), () => open('file')),
          item('clone', t('create.clone'), t('create.cloneText'), () => open('clone')),
          item('native', t('create.native'), t('create.nativeText'), () => open('native')),
        ],
      }}
    >
      <Button type="primary" icon={<Plus size={15} />} data-testid={testid.catalog.new}>
        {t('create.title')} <ChevronDown size={14} />
      </Button>
    </Dropdown>
  )
}
