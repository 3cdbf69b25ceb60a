import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Modal } from 'antd'
import { Upload } from 'lucide-react'
import { useRef, useState } from 'react'
import { importPack, listPacks, type PackInfo } from '../api/packs'
import { Failure } from '../app/Failure'
import { Go, useBranch, usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { useToasts } from '../app/Toasts'
import { useI18n } from '../i18n'
import '../i18n/packs'
import { useRights } from '../session/useSession'
import { testid } from '../testids'
import { Places, ProblemList } from './ProblemList'
import './packs.css'

/** All knowledge packs of the branch: as shipped, changed or uploaded. */
export default function PacksPage() {
  const { t } = useI18n()
  const place = usePlace()
  const rights = useRights()
  const [uploading, setUploading] = useState(false)
  const packs = useQuery({ queryKey: ['lake', placeKey(place), 'packs'], queryFn: ({ signal }) => listPacks(place, signal) })
  if (packs.error) return <Failure error={packs.error} retry={() => void packs.refetch()} />
  const list = packs.data?.items ?? []
  const groups = [
    { key: 'pack.products' as const, items: list.filter((p) => (p.extends ?? []).length === 0) },
    { key: 'pack.industries' as const, items: list.filter((p) => (p.extends ?? []).length > 0) },
  ]
  return (
    <div className="page">
      <div className="page-head">
        <h1 className="grow">{t('nav.packs')}</h1>
        {rights.schema && (
          <Button icon={<Upload size={14} />} onClick={() => setUploading(true)} data-testid={testid.packs.upload}>
            {t('pack.upload')}
          </Button>
        )}
      </div>
      <div className="page-body">
        <p className="soft">{t('pack.intro')}</p>
        {(packs.data?.problems.length ?? 0) > 0 && (
          <div className="error-note">
            <p>{t('pack.broken', { n: packs.data?.problems.length })}</p>
            <Places list={packs.data?.problems ?? []} />
          </div>
        )}
        {groups.map((g) => (
          <section key={g.key}>
            <h2>{t(g.key)}</h2>
            <div className="pack-grid">
              {g.items.map((p) => (
                <Card key={p.id} pack={p} />
              ))}
            </div>
          </section>
        ))}
      </div>
      {uploading && <UploadDialog close={() => setUploading(false)} />}
    </div>
  )
}

function Card({ pack: p }: { pack: PackInfo }) {
  const { t, label } = useI18n()
  return (
    <Go to={'/packs/' + encodeURIComponent(p.id)} className="pack-card" data-testid={testid.packs.pack(p.id)}>
      <span className="row wrap">
        <strong className="grow">{label(p.name, p.id)}</strong>
        {p.state !== 'shipped' && <span className={'pill ' + (p.state === 'uploaded' ? 'info' : 'warning')}>{t(p.state === 'uploaded' ? 'pack.state.uploaded' : 'pack.state.pack')}</span>}
      </span>
      <span className="soft pack-summary">{label(p.summary)}</span>
      <span className="faint">
        {p.version} · {t('pack.items', { n: p.items })}
        {p.changes > 0 && ' · ' + t('pack.changes', { n: p.changes })}
      </span>
    </Go>
  )
}

function UploadDialog({ close }: { close: () => void }) {
  const { t, label } = useI18n()
  const branch = useBranch()
  const client = useQueryClient()
  const toasts = useToasts()
  const [files, setFiles] = useState<File[]>([])
  const one = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const check = useMutation({ mutationFn: (list: File[]) => importPack(branch, list, true) })
  const take = useMutation({
    mutationFn: () => importPack(branch, files, false),
    onSuccess: (r) => {
      void client.invalidateQueries({ predicate: (q) => q.queryKey[0] === 'lake' || q.queryKey[0] === 'branches' })
      toasts.done(t('pack.taken', { n: r.written }))
      close()
    },
  })
  const chosen = (list: FileList | null) => {
    const all = [...(list ?? [])].filter((f) => /\.(ya?ml|zip)$/i.test(f.name))
    setFiles(all)
    if (all.length > 0) check.mutate(all)
  }
  return (
    <Modal open title={t('pack.upload')} onCancel={close} onOk={() => take.mutate()} okText={t('pack.takeIn')} cancelText={t('act.cancel')} okButtonProps={{ disabled: !check.data, loading: take.isPending, 'data-testid': testid.packs.takeIn }} width={640}>
      <div className="stack" style={{ gap: 10 }}>
        <p className="soft">{t('pack.uploadText')}</p>
        <input ref={one} type="file" accept=".zip,.yaml,.yml" multiple hidden aria-label={t('pack.chooseZip')} onChange={(e) => chosen(e.target.files)} data-testid={testid.packs.file} />
        <input ref={folder} type="file" hidden aria-label={t('pack.chooseFolder')} onChange={(e) => chosen(e.target.files)} {...{ webkitdirectory: '' }} />
        <div className="row">
          <Button onClick={() => one.current?.click()} loading={check.isPending}>
            {t('pack.chooseZip')}
          </Button>
          <Button onClick={() => folder.current?.click()} loading={check.isPending}>
            {t('pack.chooseFolder')}
          </Button>
        </div>
        {check.data && <p className="info-note">{t('pack.checked', { name: label(check.data.name, check.data.pack), version: check.data.version, n: check.data.items })}</p>}
        <ProblemList error={check.error ?? take.error} />
      </div>
    </Modal>
  )
}
