/** Leading a deal: playbook, next actions, committee, objections, proofs of concept, qualification. */
import { answer, api, items } from './client'
import type { Place } from './place'
import type { components } from './schema'

type Schemas = components['schemas']
export type DealPlaybook = Schemas['DealPlaybook']
export type Standing = Schemas['DealStanding']
export type Criterion = Schemas['DealCriterion']
export type Found = Schemas['DealFound']
export type Witness = Schemas['DealWitness']
export type MoveRecord = Schemas['MoveRecord']
export type NextAction = Schemas['DealAction']
export type Pipeline = Schemas['Pipeline']
export type PipelineColumn = Schemas['PipelineColumn']
export type PipelineCard = Schemas['PipelineCard']
export type Today = Schemas['Today']
export type DealBrief = Schemas['DealBrief']
export type TaskBrief = Schemas['TaskBrief']

export const dealPlaybook = (place: Place, deal: string, signal?: AbortSignal) => answer(api.GET('/api/deals/{deal}/playbook', { params: { path: { deal }, query: { ...place } }, signal }))
export const moveDeal = (branch: string, deal: string, body: Schemas['MoveOrder']) => answer(api.POST('/api/deals/{deal}/move', { params: { path: { deal }, query: { branch } }, body }))
/** What a move would lack, and whether one may go on without it. */
export const checkMove = (place: Place, deal: string, to: string) => answer(api.GET('/api/deals/{deal}/move', { params: { path: { deal }, query: { ...place, to } } }))
export const pipeline = (place: Place, ask: { whose: 'mine' | 'all'; find: string; more: string[] }, signal?: AbortSignal) => answer(api.GET('/api/pipeline', { params: { query: { ...place, whose: ask.whose, find: ask.find || undefined, more: ask.more.length > 0 ? ask.more : undefined } }, signal }))
export const decideMove = (branch: string, move: string, grant: boolean, reason: string) => answer(api.POST('/api/moves/{move}/decision', { params: { path: { move }, query: { branch } }, body: { grant, reason: reason || undefined } }))
export const dealActions = (place: Place, deal: string, signal?: AbortSignal) => items(api.GET('/api/deals/{deal}/actions', { params: { path: { deal }, query: { ...place } }, signal }))
export const makeTask = (branch: string, deal: string, play: string, language: string) => answer(api.POST('/api/deals/{deal}/actions', { params: { path: { deal }, query: { branch }, header: { 'Accept-Language': language } }, body: { play } }))
export const today = (place: Place, whose: 'mine' | 'all', signal?: AbortSignal) => answer(api.GET('/api/today', { params: { query: { ...place, whose } }, signal }))
