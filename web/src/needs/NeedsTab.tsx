import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Target } from 'lucide-react'
import { decideNeeds, needsOf, type KeptNeed, type NeedDecision, type Whom } from '../api/needs'
import { Failure } from '../app/Failure'
import { useBranch, usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { Teach } from '../app/Teach'
import { useToasts } from '../app/Toasts'
import { useI18n } from '../i18n'
import '../i18n/needs'
import { WaitingFacts } from '../records/list/Peek'
import type { TabProps } from '../records/show/tabs'
import { useRightsHere } from '../session/useSession'
import { testid } from '../testids'
import { Composer } from './Composer'
import { Coverage } from './Coverage'
import { KeptNeeds } from './KeptNeeds'
import { ModelLine } from './ModelLine'
import { useMining } from './useMining'
import { useTask, Workbench } from './Workbench'
import './needs.css'

/** What a deal, or an account, needs: mined from notes, decided on by people. */
export default function NeedsTab({ entity, record }: TabProps) {
  const { t, language } = useI18n()
  const place = usePlace()
  const branch = useBranch()
  const client = useQueryClient()
  const toasts = useToasts()
  const rights = useRightsHere()
  const ofAccount = entity.name === 'accounts'
  const whom: Whom = ofAccount ? { account: record.id } : { deal: record.id }
  const mining = useMining(whom)
  const toTask = useTask(record)
  const { data: board, error, refetch } = useQuery({
    queryKey: ['lake', placeKey(place), 'needs', record.id],
    queryFn: ({ signal }) => needsOf(place, whom, signal),
    // A model on its way is looked after until it is there.
    refetchInterval: (q) => (q.state.data?.model.state === 'training' ? 2500 : false),
  })
  const decide = useMutation({
    mutationFn: ({ need, decision }: { need: KeptNeed; decision: NeedDecision['decision'] }) => decideNeeds(branch, whom, [{ decision, need: need.id }], language),
    onSuccess: (r, { decision }) => {
      const said = { confirm: 'need.status.confirmed', reject: 'need.status.rejected', reopen: 'need.reopen', accept: 'need.accept', correct: 'need.correct' } as const
      toasts.undoable(t(said[decision]), branch, r.revision)
      void client.invalidateQueries({ predicate: ({ queryKey: [kind, on] }) => kind === 'branches' || (kind === 'lake' && on === branch) })
    },
    onError: toasts.fail,
  })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!board) return <WaitingFacts />
  if (mining.note) return <Workbench mining={mining} known={board.known} model={board.model} record={record} />
  const count = (status: string, kind?: string) => board.needs.filter((n) => n.status === status && (!kind || n.kind === kind)).length
  const empty = board.needs.length === 0
  return (
    <div className="needs-tab">
      {rights.write && <Composer mining={mining} notes={board.notes} id={record.id} assistant={board.model.assistant} />}
      {empty ? (
        <Teach icon={Target} title={t('need.emptyTitle')} text={t(place.at !== undefined ? 'need.emptyPast' : 'need.emptyText')} id={testid.needs.empty} />
      ) : (
        <p className="needs-summary" data-testid={testid.needs.summary} data-confirmed={count('confirmed')} data-hidden={count('confirmed', 'hidden')}>
          {t('need.summary', { confirmed: count('confirmed'), hidden: count('confirmed', 'hidden'), found: count('found') })}
        </p>
      )}
      {!empty && <KeptNeeds board={board} ofAccount={ofAccount} mayWrite={rights.write} decide={(need, decision) => decide.mutate({ need, decision })} toTask={(question, because) => toTask.mutate({ question, because })} />}
      <Coverage board={board} />
      <ModelLine model={board.model} />
    </div>
  )
}
