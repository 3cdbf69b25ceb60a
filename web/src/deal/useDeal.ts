import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { dealActions, dealPlaybook, decideMove, makeTask, moveDeal } from '../api/deals'
import { useBranch, usePlace } from '../app/navigation'
import { placeKey } from '../app/place'
import { useToasts } from '../app/Toasts'
import { useI18n } from '../i18n'
import '../i18n/deal'
import { useSchema } from '../records/schema'

/** Everything that is shown of a branch is asked again. */
export function useRefreshAll() {
  const client = useQueryClient()
  return useCallback(() => void client.invalidateQueries({ predicate: ({ queryKey }) => (queryKey[0] === 'lake' && queryKey[2] !== 'entities') || queryKey[0] === 'branches' }), [client])
}

export function usePlaybook(deal: string) {
  const place = usePlace()
  return useQuery({ queryKey: ['lake', placeKey(place), 'deal', deal, 'playbook'], queryFn: ({ signal }) => dealPlaybook(place, deal, signal) })
}

export function useActions(deal: string) {
  const place = usePlace()
  return useQuery({ queryKey: ['lake', placeKey(place), 'deal', deal, 'actions'], queryFn: ({ signal }) => dealActions(place, deal, signal) })
}

/** The label of a stage of deals. */
export function useStageName() {
  const { label } = useI18n()
  const schema = useSchema()
  return useCallback((stage: string) => label(schema.field('deals', 'stage')?.options?.find((o) => o.name === stage)?.label, stage), [label, schema])
}

export function useMove(deal: string) {
  const branch = useBranch()
  const toasts = useToasts()
  const refresh = useRefreshAll()
  const stage = useStageName()
  const { t } = useI18n()
  return useMutation({
    mutationFn: (body: { to: string; override?: boolean; reason?: string }) => moveDeal(branch, deal, body),
    onSuccess: (r, body) => {
      if (r.status === 'asked') toasts.done(t('progress.asked'))
      else toasts.undoable(t('progress.moved', { stage: stage(body.to) }), branch, r.revision)
      refresh()
    },
  })
}

export function useDecide() {
  const branch = useBranch()
  const toasts = useToasts()
  const refresh = useRefreshAll()
  const { t } = useI18n()
  return useMutation({
    mutationFn: ({ move, grant, reason = '' }: { move: string; grant: boolean; reason?: string }) => decideMove(branch, move, grant, reason),
    onSuccess: (r, { grant }) => {
      toasts.undoable(t(grant ? 'progress.granted' : 'progress.refused'), branch, r.revision)
      refresh()
    },
    onError: toasts.fail,
  })
}

export function useMakeTask() {
  const branch = useBranch()
  const toasts = useToasts()
  const refresh = useRefreshAll()
  const { t, format, language } = useI18n()
  return useMutation({
    mutationFn: ({ deal, play }: { deal: string; play: string; due?: string }) => makeTask(branch, deal, play, language),
    onSuccess: (r, { due }) => {
      if (r.made) toasts.undoable(t('next.made', { date: due ? format.date(due) : '' }), branch, r.revision)
      else toasts.done(t('next.already'))
      refresh()
    },
    onError: toasts.fail,
  })
}

/** The label of an option of an entity's field; "" for none. */
export function useOptionName(entity: string) {
  const { label } = useI18n()
  const schema = useSchema()
  return useCallback((field: string, option?: string) => (option ? label(schema.field(entity, field)?.options?.find((o) => o.name === option)?.label, option) : ''), [label, schema, entity])
}
