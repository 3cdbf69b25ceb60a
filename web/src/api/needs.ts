/** What customers need: found in notes, decided on, looked at. */
import { answer, api } from './client'
import type { Place } from './place'
import type { components } from './schema'

type Schemas = components['schemas']
export type NeedBoard = Schemas['NeedBoard']
export type KnownNeed = Schemas['KnownNeed']
export type KeptNeed = Schemas['KeptNeed']
export type MinedNote = Schemas['MinedNote']
export type NeedFinding = Schemas['NeedFinding']
export type NeedDecision = Schemas['NeedDecision']
export type NeedModel = Schemas['NeedModel']
export type NeedMap = Schemas['NeedMap']
export type NeedGraph = Schemas['NeedGraph']
export type NoteLine = Schemas['NoteLine']
export type NoteToMine = Schemas['NoteToMine']
export type NeedMapBy = 'industry' | 'segment' | 'region'

/** Whom needs are about: a deal, or an account. */
export type Whom = { deal: string } | { account: string }

export const needsOf = (place: Place, whom: Whom, signal?: AbortSignal) => answer(api.GET('/api/needs', { params: { query: { ...place, ...whom } }, signal }))
export const mineNote = (branch: string, body: NoteToMine, signal?: AbortSignal) => answer(api.POST('/api/needs/mine', { params: { query: { branch } }, body, signal }))
/** Keeps a file as a note, and mines it. */
export function mineFile(branch: string, whom: Whom, file: File) {
  const form = new FormData()
  form.set('file', file)
  return answer(api.POST('/api/needs/mine/file', { params: { query: { branch, ...whom } }, body: { file: '' }, bodySerializer: () => form }))
}
export const decideNeeds = (branch: string, whom: Whom, decisions: NeedDecision[], language: string) =>
  answer(api.POST('/api/needs/decide', { params: { query: { branch }, header: { 'Accept-Language': language } }, body: { ...whom, decisions } }))
export const needMap = (branch: string, by: NeedMapBy, product: string | undefined, signal?: AbortSignal) => answer(api.GET('/api/needs/map', { params: { query: { branch, by, product } }, signal }))
export const needGraph = (branch: string, industry: string, product: string | undefined, signal?: AbortSignal) => answer(api.GET('/api/needs/graph', { params: { query: { branch, industry: industry || undefined, product } }, signal }))
