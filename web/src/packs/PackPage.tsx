import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Modal, Popconfirm } from 'antd'
import { ChevronLeft, Download, Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useParams, useSearchParams } from 'react-router'
import { dropPack, exportUrl, packContents, type ItemState, type PackSection } from '../api/packs'
import { Failure } from '../app/Failure'
import { Go, useBranch, useGo, usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { useToasts } from '../app/Toasts'
import { useI18n } from '../i18n'
import '../i18n/packs'
import { useRightsHere, useRights } from '../session/useSession'
import { testid } from '../testids'
import { usePackWords } from './keys'
import './packs.css'

const ItemEditor = lazy(() => import('./ItemEditor'))

/** One pack: its sections and items on the left, the chosen item on the right. */
export default function PackPage() {
  const { name = '' } = useParams()
  const { t, label } = useI18n()
  const place = usePlace()
  const rights = useRights()
  const here = useRightsHere()
  const branch = useBranch()
  const go = useGo()
  const client = useQueryClient()
  const toasts = useToasts()
  const [params, setParams] = useSearchParams()
  const [find, setFind] = useState('')
  const [adding, setAdding] = useState<string>()
  const may = rights.schema && here.write
  const contents = useQuery({ queryKey: ['lake', placeKey(place), 'pack', name], queryFn: ({ signal }) => packContents(place, name, signal) })
  const drop = useMutation({
    mutationFn: () => dropPack(branch, name),
    onSuccess: () => {
      toasts.done(t('pack.dropped'))
      void client.invalidateQueries({ queryKey: ['lake'] })
      if (contents.data?.pack.state === 'uploaded') go('/packs')
    },
    onError: toasts.fail,
  })
  if (contents.error) return <Failure error={contents.error} retry={() => void contents.refetch()} />
  if (!contents.data) return null
  const { pack, sections } = contents.data
  const section = params.get('section') ?? ''
  const item = params.get('item') ?? ''
  const choose = (s: string, i: string) =>
    setParams((p) => {
      const next = new URLSearchParams(p)
      next.set('section', s)
      next.set('item', i)
      return next
    })
  return (
    <div className="page">
      <div className="page-head pack-head">
        <Go to="/packs" className="icon-button" aria-label={t('nav.packs')}>
          <ChevronLeft size={16} />
        </Go>
        <h1 className="grow">{label(pack.name, pack.id)}</h1>
        <span className="faint">{pack.version}</span>
        <a className="plain" href={exportUrl(place, pack.id)} download data-testid={testid.packs.download}>
          <Download size={14} aria-hidden /> {t('pack.download')}
        </a>
        {may && pack.state !== 'shipped' && (
          <Popconfirm title={t('pack.dropText', { name: label(pack.name, pack.id), n: pack.changes })} okText={t('pack.drop')} cancelText={t('act.cancel')} onConfirm={() => drop.mutate()}>
            <Button danger size="small" loading={drop.isPending}>
              {t(pack.state === 'uploaded' ? 'pack.dropUploaded' : 'pack.drop')}
            </Button>
          </Popconfirm>
        )}
      </div>
      <div className={'page-body pack-split' + (item ? ' chosen' : '')}>
        <nav className="pack-tree" aria-label={t('nav.packs')}>
          <Input size="small" allowClear value={find} placeholder={t('pack.find')} aria-label={t('pack.find')} onChange={(e) => setFind(e.target.value)} />
          {sections.map((s) => (
            <Section key={s.section} of={s} find={find} open={section === s.section} chosen={section === s.section ? item : ''} choose={(i) => choose(s.section, i)} add={may && s.section !== 'pack' ? () => setAdding(s.section) : undefined} />
          ))}
        </nav>
        <div className="pack-detail">
          {item ? (
            <Suspense fallback={<span className="skeleton" style={{ width: '40%' }} />}>
              <ItemEditor key={section + '/' + item} pack={pack.id} section={section} item={item} fresh={!sections.some((s) => s.section === section && s.items.some((i) => i.id === item))} may={may} gone={() => choose(section, '')} />
            </Suspense>
          ) : (
            <p className="soft">{t('pack.choose')}</p>
          )}
        </div>
      </div>
      {adding && (
        <AddItem
          close={() => setAdding(undefined)}
          add={(id) => {
            choose(adding, id)
            setAdding(undefined)
          }}
        />
      )}
    </div>
  )
}

const dot: Record<string, string> = { changed: 'warning', added: 'success', removed: 'danger' }

function Section({ of: s, find, open, chosen, choose, add }: { of: PackSection; find: string; open: boolean; chosen: string; choose: (item: string) => void; add?: () => void }) {
  const { t, label } = useI18n()
  const words = usePackWords()
  const wanted = find.trim().toLowerCase()
  const items = s.items.filter((i) => !wanted || (i.id + i.name.zh + i.name.en).toLowerCase().includes(wanted))
  if (items.length === 0 && (wanted || !add)) return null
  return (
    <details open={open || wanted !== ''}>
      <summary title={s.section}>
        {words.key(s.section)} <span className="faint">{items.length}</span> {s.items.some((i) => i.state !== 'shipped') && <span className="pill warning">{s.items.filter((i) => i.state !== 'shipped').length}</span>}
      </summary>
      <p className="faint pack-doc">{words.doc(s.doc)}</p>
      {items.map((i) => (
        <button key={i.id} type="button" className={'pack-item' + (chosen === i.id ? ' active' : '')} aria-current={chosen === i.id ? 'true' : undefined} onClick={() => choose(i.id)} data-testid={testid.packs.item(s.section, i.id)}>
          <span className="clip grow">{label(i.name, i.id)}</span>
          {i.state !== 'shipped' && <span className={'pill ' + (dot[i.state] ?? '')}>{t(`pack.state.${i.state as ItemState}`)}</span>}
        </button>
      ))}
      {add && (
        <Button type="text" size="small" icon={<Plus size={13} />} onClick={add} data-testid={testid.packs.add(s.section)}>
          {t('pack.add')}
        </Button>
      )}
    </details>
  )
}

function AddItem({ close, add }: { close: () => void; add: (id: string) => void }) {
  const { t } = useI18n()
  const [id, setId] = useState('')
  const fits = /^[A-Za-z0-9]+([-_][A-Za-z0-9]+)*$/.test(id)
  return (
    <Modal open title={t('pack.add')} onCancel={close} onOk={() => add(id)} okText={t('pack.add')} cancelText={t('act.cancel')} okButtonProps={{ disabled: !fits }} width={400}>
      <label className="stack" style={{ gap: 4 }}>
        <span>{t('pack.newId')}</span>
        <Input autoFocus value={id} onChange={(e) => setId(e.target.value)} onPressEnter={() => fits && add(id)} data-testid={testid.packs.newId} />
        <span className="faint">{t('pack.newIdHint')}</span>
      </label>
    </Modal>
  )
}
