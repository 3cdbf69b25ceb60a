/** What a deal is pursued with: committee, objections, proofs of concept, qualification. */
import { address, answer, api } from './client'
import type { Place } from './place'
import type { components } from './schema'
import type { Cells, Narrow } from './types'

type Schemas = components['schemas']
export type Committee = Schemas['DealCommittee']
export type Person = Schemas['DealPerson']
export type Inferred = Schemas['DealInferred']
export type DealObjections = Schemas['DealObjections']
export type Usage = Schemas['DealUsage']
export type DealPOCs = Schemas['DealPOCs']
export type POCMeasured = Narrow<Schemas['POCMeasured'], { cells: Cells }>
export type POCShown = Narrow<Schemas['POCShown'], { cells: Cells; criteria: POCMeasured[] }>
export type Qualification = Schemas['DealQualification']
export type Scored = Schemas['DealScored']
export type Board = Schemas['QualificationBoard']
export type BoardOf = 'deals' | 'accounts'
export type BoardCard = (Schemas['BoardDeal'] & { of: 'deals' }) | (Schemas['BoardAccount'] & { of: 'accounts' })
export type AnswerGiven = Schemas['AnswerGiven']

const at = (deal: string, place: Place) => ({ params: { path: { deal }, query: { ...place } } })
const on = (deal: string, branch: string) => ({ params: { path: { deal }, query: { branch } } })

export const dealCommittee = (place: Place, deal: string, signal?: AbortSignal) => answer(api.GET('/api/deals/{deal}/committee', { ...at(deal, place), signal }))
export const addMembers = (branch: string, deal: string, contacts: string[]) => answer(api.POST('/api/deals/{deal}/committee', { ...on(deal, branch), body: { contacts } }))
export const writeInferred = (branch: string, deal: string, contact: string) => answer(api.POST('/api/deals/{deal}/committee/{contact}/address', { params: { path: { deal, contact }, query: { branch } } }))
export const dealObjections = (place: Place, deal: string, signal?: AbortSignal) => answer(api.GET('/api/deals/{deal}/objections', { ...at(deal, place), signal }))
export const recordObjection = (branch: string, deal: string, body: Schemas['NewObjection']) => answer(api.POST('/api/deals/{deal}/objections', { ...on(deal, branch), body }))
export const dealPOCs = (place: Place, deal: string, signal?: AbortSignal) => answer(api.GET('/api/deals/{deal}/pocs', { ...at(deal, place), signal }))
export const startPOC = (branch: string, deal: string, template: string, language: string) => answer(api.POST('/api/deals/{deal}/pocs', { params: { path: { deal }, query: { branch }, header: { 'Accept-Language': language } }, body: { template } }))
export const agreePOC = (branch: string, poc: string, by?: string) => answer(api.POST('/api/pocs/{poc}/agreement', { params: { path: { poc }, query: { branch } }, body: { by } }))
export const reopenPOC = (branch: string, poc: string) => answer(api.DELETE('/api/pocs/{poc}/agreement', { params: { path: { poc }, query: { branch } } }))
export function attach(branch: string, deal: string, file: File) {
  const form = new FormData()
  form.set('file', file)
  return answer(api.POST('/api/deals/{deal}/attachments', { ...on(deal, branch), body: { file: '' }, bodySerializer: () => form }))
}
export const attachmentAddress = (id: string, place: Place) => address(`/attachments/${encodeURIComponent(id)}/content`, { branch: place.branch, at: place.at?.toString() })
export const dealQualification = (place: Place, deal: string, signal?: AbortSignal) => answer(api.GET('/api/deals/{deal}/qualification', { ...at(deal, place), signal }))
export const answerQuestion = (branch: string, deal: string, body: Schemas['AnswerGiven']) => answer(api.POST('/api/deals/{deal}/answers', { ...on(deal, branch), body }))
export const proveLetter = (branch: string, deal: string, body: Schemas['LetterProof']) => answer(api.POST('/api/deals/{deal}/letters', { ...on(deal, branch), body }))
export const qualificationBoard = (place: Place, ask: { of: BoardOf; product: string; whose: 'mine' | 'all'; find: string; page: string }, signal?: AbortSignal) =>
  answer(api.GET('/api/qualification', { params: { query: { ...place, of: ask.of, product: ask.product || undefined, whose: ask.whose, find: ask.find || undefined, page_token: ask.page || undefined } }, signal }))
export const answerOf = (branch: string, of: BoardOf, id: string, body: AnswerGiven) => (of === 'deals' ? answerQuestion(branch, id, body) : answer(api.POST('/api/accounts/{account}/answers', { params: { path: { account: id }, query: { branch } }, body })))
/** Puts a deal or an account into a cell by hand; without a cell it stands by its points again. */
export const place = (branch: string, of: BoardOf, id: string, product: string, body: Schemas['Placement']) =>
  of === 'deals' ? answer(api.POST('/api/deals/{deal}/placement', { ...on(id, branch), body })) : answer(api.POST('/api/accounts/{account}/placement', { params: { path: { account: id }, query: { branch, product } }, body }))
export const makeAccountTask = (branch: string, account: string, product: string, play: string, language: string) => answer(api.POST('/api/accounts/{account}/actions', { params: { path: { account }, query: { branch, product }, header: { 'Accept-Language': language } }, body: { play } }))
