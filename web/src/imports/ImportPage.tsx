import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Modal, Progress } from 'antd'
import { ArrowLeft, Download, RotateCcw, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { useParams } from 'react-router'
import { cancelImport, getImport, rejectsAddress, resumeImport, undoImport } from '../api/imports'
import type { Import, MergeResult } from '../api/types'
import { Failure } from '../app/Failure'
import { Go, MAIN, paths } from '../app/navigation'
import { useToasts } from '../app/Toasts'
import { KeptDialog } from '../branches/RevisionLog'
import { useI18n } from '../i18n'
import { problemText } from '../i18n/problems'
import { useSchema } from '../records/schema'
import { WaitingFacts } from '../records/list/Peek'
import { useRights } from '../session/useSession'
import { testid } from '../testids'
import { Counts, Created } from './CheckStep'
import { importKey, percent } from './ImportTray'
import { track } from './tracked'
import './imports.css'

/** One import: while it runs, and what came of it. */
export default function ImportPage() {
  const { id = '' } = useParams()
  const { data, error, refetch } = useQuery({ queryKey: importKey(id), queryFn: () => getImport(id), refetchInterval: (q) => (q.state.data?.state === 'running' ? 500 : false) })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <WaitingFacts />
  return <Shown import={data} />
}

function Shown({ import: i }: { import: Import }) {
  const { t, label, format, language } = useI18n()
  const schema = useSchema()
  const rights = useRights()
  const client = useQueryClient()
  const toasts = useToasts()
  const [asking, setAsking] = useState(false)
  const [kept, setKept] = useState<MergeResult | null>(null)
  const refresh = () => void client.invalidateQueries({ predicate: (q) => ['lake', 'branches', 'import', 'imports'].includes(String(q.queryKey[0])) })
  const cancel = useMutation({ mutationFn: (undo: boolean) => cancelImport(i.id, undo), onSuccess: () => (setAsking(false), refresh()), onError: toasts.fail })
  const resume = useMutation({ mutationFn: () => resumeImport(i.id), onSuccess: () => (track(i.id), refresh()), onError: toasts.fail })
  const undo = useMutation({
    mutationFn: () => undoImport(i.id),
    onSuccess: (r) => {
      refresh()
      if (r.kept && r.kept.length > 0) setKept(r)
      else toasts.done(t('import.undone'))
    },
    onError: toasts.fail,
  })
  const running = i.state === 'running'
  const entity = schema.entity(i.entity)
  return (
    <div className="page">
      <div className="page-head">
        <Go to="/imports" className="icon-button" aria-label={t('act.back')}>
          <ArrowLeft size={16} />
        </Go>
        <h1 className="clip">{i.file}</h1>
        <span className={'pill ' + tone(i.state)} data-testid={testid.imports.state} data-state={i.state}>
          {t(`import.state.${i.state}`)}
        </span>
      </div>
      <div className="page-body">
        <div className="import-result" data-testid={testid.imports.result}>
          <p className="soft">
            {t('import.what', { entity: label(entity?.plural, i.entity), branch: i.branch === MAIN ? t('branch.main') : i.branch })} · {i.actor_name} · {format.time(i.started_at)}
          </p>
          {running && (
            <div>
              <Progress percent={percent(i)} />
              <p className="soft">
                {t('import.rowsRead', { n: i.read })} · {t('import.rateLeft', { rate: format.compact(Math.round(i.rate)), left: format.duration(i.seconds_left) })}
              </p>
            </div>
          )}
          <Counts of={i} />
          <Created of={i} />
          {i.linking && <p className="soft">{t('import.linking')}</p>}
          {(i.error_code || i.error) && <p className="error-note">{problemText(language, i.error_code ?? 'unexpected', i.error_params, i.error)}</p>}
          <div className="row wrap">
            {running && rights.write && (
              <Button onClick={() => setAsking(true)} data-testid={testid.imports.cancel}>
                {t('act.cancel')}
              </Button>
            )}
            {i.state === 'interrupted' && rights.write && (
              <Button type="primary" icon={<RotateCcw size={14} />} loading={resume.isPending} onClick={() => resume.mutate()}>
                {t('import.resume')}
              </Button>
            )}
            {!running && i.state !== 'undone' && (
              <Go to={paths.list(i.entity)}>
                <Button tabIndex={-1} type="primary">
                  {t('import.see', { entity: label(entity?.plural, i.entity) })}
                </Button>
              </Go>
            )}
            {i.rejected > 0 && (
              <a href={rejectsAddress(i.id)} download data-testid={testid.imports.rejects}>
                <Button tabIndex={-1} icon={<Download size={14} />}>
                  {t('import.rejects', { n: i.rejected })}
                </Button>
              </a>
            )}
            {!running && i.state !== 'undone' && rights.write && (i.inserted > 0 || i.updated > 0) && (
              <Button icon={<Undo2 size={14} />} loading={undo.isPending} onClick={() => undo.mutate()} data-testid={testid.imports.undo}>
                {t('import.undo')}
              </Button>
            )}
          </div>
          {!running && i.finished_at && <p className="faint">{t('import.took', { time: format.duration((Date.parse(i.finished_at) - Date.parse(i.started_at)) / 1000) })}</p>}
        </div>
      </div>
      <Modal open={asking} title={t('import.cancelTitle')} onCancel={() => setAsking(false)} footer={null} width={420}>
        <p className="soft">{t('import.cancelText', { n: i.inserted + i.updated })}</p>
        <div className="row wrap" style={{ justifyContent: 'flex-end', marginTop: 12 }}>
          <Button onClick={() => setAsking(false)}>{t('import.goOn')}</Button>
          <Button loading={cancel.isPending} onClick={() => cancel.mutate(false)}>
            {t('import.cancelKeep')}
          </Button>
          <Button danger loading={cancel.isPending} onClick={() => cancel.mutate(true)}>
            {t('import.cancelUndo')}
          </Button>
        </div>
      </Modal>
      {kept && <KeptDialog result={kept} close={() => setKept(null)} />}
    </div>
  )
}

export function tone(state: Import['state']): string {
  return { running: 'info', done: 'success', failed: 'danger', cancelled: 'warning', interrupted: 'warning', undone: '' }[state]
}
