/** Value models, and the cases filled with a customer's numbers. */
import { answer, api, items } from './client'
import type { Place } from './place'
import type { components } from './schema'

type Schemas = components['schemas']
export type ValueModel = Schemas['ValueModel']
export type ValueCase = Schemas['ValueCase']
export type ValueAnswer = Schemas['ValueAnswer']
export type ValueResult = Schemas['ValueResult']
export type CaseInput = Schemas['ValueCaseInput']
export type CaseChange = Schemas['ValueCaseChange']

export const listModels = (place: Place, deal: string, signal?: AbortSignal) => items(api.GET('/api/value/models', { params: { query: { ...place, deal } }, signal }))
export const evaluate = (place: Place, body: Schemas['ValueQuestion'], signal?: AbortSignal) => answer(api.POST('/api/value/evaluate', { params: { query: { ...place } }, body, signal }))
export const createCase = (branch: string, language: string, body: Schemas['NewValueCase']) => answer(api.POST('/api/value/cases', { params: { query: { branch }, header: { 'Accept-Language': language } }, body }))
export const getCase = (place: Place, key: string, signal?: AbortSignal) => answer(api.GET('/api/value/cases/{key}', { params: { path: { key }, query: { ...place } }, signal }))
export const updateCase = (branch: string, key: string, body: CaseChange) => answer(api.PATCH('/api/value/cases/{key}', { params: { path: { key }, query: { branch } }, body }))
/** Where the browser fetches the case as a spreadsheet. */
export const workbookAddress = (place: Place, key: string, scenario: string) => `/api/value/cases/${encodeURIComponent(key)}/workbook?` + new URLSearchParams({ branch: place.branch, ...(place.at ? { at: String(place.at) } : {}), scenario }).toString()
