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
export type Today = Schemas['Today']
export type DealBrief = Schemas['DealBrief']
export type TaskBrief = Schemas['TaskBrief']

export const dealPlaybook = (place: Place, deal: string, signal?: AbortSignal) => answer(api.GET('/api/deals/{deal}/playbook', { params: { path: { deal }, query: { ...place } }, signal }))
export const moveDeal = (branch: string, deal: string, body: Schemas['MoveOrder']) => answer(api.POST('/api/deals/{deal}/move', { params: { path: { deal }, query: { branch } }, body }))
export const decideMove = (branch: string, move: string, grant: boolean, reason: string) => answer(api.POST('/api/moves/{move}/decision', { params: { path: { move }, query: { branch } }, body: { grant, reason: reason || undefined } }))
export const dealActions = (place: Place, deal: string, signal?: AbortSignal) => items(api.GET('/api/deals/{deal}/actions', { params: { path: { deal }, query: { ...place } }, signal }))
export const makeTask = (branch: string, deal: string, play: string, language: string) => answer(api.POST('/api/deals/{deal}/actions', { params: { path: { deal }, query: { branch }, header: { 'Accept-Language': language } }, body: { play } }))
export const today = (place: Place, whose: 'mine' | 'all', signal?: AbortSignal) => answer(api.GET('/api/today', { params: { query: { ...place, whose } }, signal }))
