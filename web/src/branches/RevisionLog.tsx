import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Modal } from 'antd'
import { GitBranch, GitMerge, Import, PencilLine, RotateCw, Tags, Undo2, type LucideIcon } from 'lucide-react'
import { useEffect, useState } from 'react'
import { listRevisions, undoRevision } from '../api/branches'
import type { MergeResult, Revision } from '../api/types'
import { Face } from '../app/Face'
import { Failure } from '../app/Failure'
import { Go, MAIN, paths } from '../app/navigation'
import { useToasts } from '../app/Toasts'
import { Look } from '../asof/Look'
import { lookPath } from '../asof/log'
import { useI18n } from '../i18n'
import { useSchema } from '../records/schema'
import { actor, kindText } from '../records/show/Timeline'
import { useRights } from '../session/useSession'
import { testid } from '../testids'
import './branches.css'

const icons: Record<string, LucideIcon> = { write: PencilLine, import: Import, merge: GitMerge, refresh: RotateCw, undo: Undo2, schema: Tags, branch: GitBranch }

/** Every committed write of a branch (or those that touched one entity), newest first; each can be taken back. */
export function RevisionLog({ branch, entity }: { branch: string; entity?: string }) {
  const { t } = useI18n()
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['lake', branch, 'revisions'],
    queryFn: ({ pageParam }) => listRevisions(branch, pageParam || undefined),
    initialPageParam: 0,
    getNextPageParam: (last) => (last.length === 50 ? last.at(-1)?.rev : undefined),
  })
  const [kept, setKept] = useState<MergeResult | null>(null)
  const pages = data?.pages.length ?? 0
  const found = (data?.pages.flat() ?? []).some((r) => !entity || (r.changes?.[entity] ?? 0) > 0)
  useEffect(() => {
    if (entity && !found && hasNextPage && !isFetchingNextPage && pages < 10) void fetchNextPage()
  }, [entity, found, hasNextPage, isFetchingNextPage, pages, fetchNextPage])
  if (error) return <Failure error={error} retry={() => void refetch()} />
  const items = (data?.pages.flat() ?? []).filter((r) => !entity || (r.changes?.[entity] ?? 0) > 0)
  return (
    <section aria-label={t('revision.log')}>
      <p className="soft" style={{ marginBottom: 8 }}>
        {t(entity ? 'revision.introEntity' : 'revision.intro', { branch: branch === MAIN ? t('branch.main') : branch })}
      </p>
      {isPending && <span className="skeleton" style={{ width: '50%' }} />}
      <div className="revision-list">
        {items.map((r) => (
          <RevisionRow key={r.rev} revision={r} branch={branch} entity={entity} showKept={setKept} />
        ))}
      </div>
      {!isPending && items.length === 0 && <p className="faint">{t(entity && hasNextPage ? 'revision.noneYet' : 'revision.none')}</p>}
      {hasNextPage && (
        <Button type="text" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('revision.older')}
        </Button>
      )}
      {kept && <KeptDialog result={kept} close={() => setKept(null)} />}
    </section>
  )
}

function RevisionRow({ revision: r, branch, entity, showKept }: { revision: Revision; branch: string; entity?: string; showKept: (m: MergeResult) => void }) {
  const { t, label, format } = useI18n()
  const schema = useSchema()
  const rights = useRights()
  const client = useQueryClient()
  const toasts = useToasts()
  const undo = useMutation({
    mutationFn: () => undoRevision(branch, r.rev),
    onSuccess: (result) => {
      void client.invalidateQueries({ predicate: (q) => q.queryKey[0] === 'lake' || q.queryKey[0] === 'branches' })
      if (result.kept && result.kept.length > 0) showKept(result)
      else toasts.done(t('act.undone'))
    },
    onError: toasts.fail,
  })
  const Icon = icons[r.kind] ?? PencilLine
  const changes = Object.entries(r.changes ?? {}).map(([e, n]) => t('revision.count', { n, entity: label(schema.entity(e)?.plural, e) }))
  return (
    <div className="revision-row" data-testid={testid.branches.revision} data-rev={r.rev}>
      <Icon size={15} strokeWidth={1.75} aria-hidden />
      <span className="faint num rev">#{r.rev}</span>
      <span className="grow">
        <strong>{t(kindText[r.kind] ?? 'revision.write')}</strong> {format.list(changes)}
        {r.undoes ? <span className="faint"> · {t('revision.undoes', { rev: r.undoes })}</span> : null}
        {r.reason && <span className="soft"> · {r.reason}</span>}
        {r.import && r.actor && (
          <>
            {' · '}
            <Go to={paths.import(r.import)}>{t('revision.toImport')}</Go>
          </>
        )}
      </span>
      <span className="row soft who">
        <Face name={actor(r) ?? 'S'} small />
        {actor(r) ?? t('record.system')}
      </span>
      <time className="faint when" title={format.time(r.at)}>
        {format.ago(r.at)}
      </time>
      <Look to={lookPath(r, schema.entities.filter((e) => !e.directory).map((e) => e.name), entity)} place={{ branch, at: r.rev }} />
      {rights.write && r.undoable ? (
        <Button size="small" loading={undo.isPending} onClick={() => undo.mutate()} data-testid={testid.branches.undo}>
          {t('act.undo')}
        </Button>
      ) : (
        <span style={{ width: 48 }} />
      )}
    </div>
  )
}

/** After an undo: what stayed as it is because somebody worked on it since. */
export function KeptDialog({ result, close }: { result: MergeResult; close: () => void }) {
  const { t, label } = useI18n()
  const schema = useSchema()
  return (
    <Modal open title={t('revision.keptTitle')} footer={<Button onClick={close}>{t('act.done')}</Button>} onCancel={close} width={520}>
      <p className="soft">{t('revision.keptText', { n: result.kept?.length ?? 0, applied: result.applied })}</p>
      <ul>
        {(result.kept ?? []).slice(0, 100).map((k) => (
          <li key={k.entity + k.id}>
            <Go to={paths.record(k.entity, k.id)} onClick={close}>
              {k.title || k.id}
            </Go>{' '}
            <span className="faint">
              {label(schema.entity(k.entity)?.label, k.entity)} {format(k.cells.map((c) => label(schema.field(k.entity, c.field)?.label, c.field)))}
            </span>
          </li>
        ))}
      </ul>
    </Modal>
  )
}

const format = (names: string[]) => (names.length > 0 ? '（' + names.join('、') + '）' : '')
