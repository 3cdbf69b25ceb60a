import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { Check, Search } from 'lucide-react'
import { useEffect, useState } from 'react'
import { listRevisions } from '../api/branches'
import { listRecords } from '../api/records'
import type { Revision } from '../api/types'
import { usePlace } from '../app/navigation'
import { useProblem } from '../app/useProblem'
import { homeKind } from '../homes/home'
import { useI18n } from '../i18n'
import '../i18n/asof'
import { useSchema } from '../records/schema'
import { actor, kindText } from '../records/show/Timeline'
import { testid } from '../testids'
import { findRevisions, instantOf } from './log'
import { useGoTo } from './useMoment'

/** Now, a revision of the branch, or a date and time. */
export default function AsOfMenu({ close }: { close: () => void }) {
  const { t } = useI18n()
  const { at } = usePlace()
  const goTo = useGoTo()
  const choose = (rev?: number) => {
    close()
    goTo(rev)
  }
  return (
    <div className="asof-menu" role="dialog" aria-label={t('asof.control')} onKeyDown={(e) => e.key === 'Escape' && close()}>
      <button type="button" className="asof-item now" aria-current={at === undefined} onClick={() => choose()} data-testid={testid.asof.now}>
        <strong className="grow">{t('asof.now')}</strong>
        {at === undefined && <Check size={14} aria-hidden />}
      </button>
      <ByTime choose={choose} />
      <Log choose={choose} />
    </div>
  )
}

/** Finds the revision that counted at a time; any entity that lives in the lake can tell. */
function ByTime({ choose }: { choose: (rev: number) => void }) {
  const { t } = useI18n()
  const { branch } = usePlace()
  const schema = useSchema()
  const problem = useProblem()
  const [local, setLocal] = useState('')
  const entity = schema.entities.find((e) => homeKind(e) === 'native')?.name
  const instant = instantOf(local)
  const find = useMutation({
    mutationFn: async () => {
      const { revision } = await listRecords({ branch, entity: entity ?? '', fields: ['id'], page_size: 1, at_time: instant })
      // What other branches wrote since then changes nothing here: name the branch's own revision.
      return (await listRevisions(branch, revision + 1, 1))[0]?.rev ?? revision
    },
    retry: false,
    onSuccess: choose,
  })
  const go = () => instant && entity && !find.isPending && find.mutate()
  return (
    <div className="asof-time">
      <div className="row">
        <Input size="small" type="datetime-local" value={local} onChange={(e) => setLocal(e.target.value)} onPressEnter={go} aria-label={t('asof.time')} data-testid={testid.asof.time} />
        <Button size="small" disabled={!instant || !entity} loading={find.isPending} onClick={go} data-testid={testid.asof.goTime}>
          {t('asof.goTime')}
        </Button>
      </div>
      {find.error && (
        <p className="danger" role="alert">
          {problem(find.error)}
        </p>
      )}
    </div>
  )
}

function Log({ choose }: { choose: (rev: number) => void }) {
  const { t, label } = useI18n()
  const { branch } = usePlace()
  const schema = useSchema()
  const problem = useProblem()
  const [search, setSearch] = useState('')
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['lake', branch, 'revisions'],
    queryFn: ({ pageParam }) => listRevisions(branch, pageParam || undefined),
    initialPageParam: 0,
    getNextPageParam: (last) => (last.length === 50 ? last.at(-1)?.rev : undefined),
  })
  const what = (r: Revision) => Object.keys(r.changes ?? {}).map((e) => label(schema.entity(e)?.plural, e))
  const found = findRevisions(data?.pages.flat() ?? [], search, (r) => [actor(r) ?? t('record.system'), r.reason ?? '', t(kindText[r.kind] ?? 'revision.write'), ...what(r)])
  const pages = data?.pages.length ?? 0
  useEffect(() => {
    if (search.trim() && found.length === 0 && hasNextPage && !isFetchingNextPage && pages < 10) void fetchNextPage()
  }, [search, found.length, hasNextPage, isFetchingNextPage, pages, fetchNextPage])
  return (
    <>
      <Input size="small" autoFocus allowClear prefix={<Search size={13} aria-hidden />} placeholder={t('asof.find')} aria-label={t('asof.find')} value={search} onChange={(e) => setSearch(e.target.value)} data-testid={testid.asof.find} />
      <div className="asof-list" aria-busy={isPending || isFetchingNextPage}>
        {isPending && <span className="skeleton" />}
        {error && <p className="danger">{problem(error)}</p>}
        {found.map((r) => (
          <Item key={r.rev} revision={r} what={what(r)} choose={() => choose(r.rev)} />
        ))}
        {!isPending && !error && !isFetchingNextPage && found.length === 0 && <p className="faint">{t('asof.noneFound')}</p>}
        {hasNextPage && (
          <Button type="text" size="small" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('revision.older')}
          </Button>
        )}
      </div>
    </>
  )
}

function Item({ revision: r, what, choose }: { revision: Revision; what: string[]; choose: () => void }) {
  const { t, format } = useI18n()
  const { at } = usePlace()
  return (
    <button type="button" className="asof-item" aria-current={at === r.rev} onClick={choose} data-testid={testid.asof.revision} data-rev={r.rev}>
      <span className="faint num">#{r.rev}</span>
      <span className="grow">
        <span className="clip">
          {t(kindText[r.kind] ?? 'revision.write')} {format.list(what)}
        </span>
        <small className="faint clip">
          {actor(r) ?? t('record.system')}
          {r.reason && ' · ' + r.reason}
        </small>
      </span>
      <time className="faint" title={format.time(r.at)}>
        {format.ago(r.at)}
      </time>
      {at === r.rev && <Check size={14} aria-hidden />}
    </button>
  )
}
