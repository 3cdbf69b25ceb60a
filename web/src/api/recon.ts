/** What domains show from outside: looked at in jobs, kept as findings. */
import { answer, api, items } from './client'
import type { Place } from './place'
import type { components } from './schema'

type Schemas = components['schemas']
export type AccountRecon = Schemas['AccountRecon']
export type ReconFinding = Schemas['ReconFinding']
export type ReconMeaning = Schemas['ReconMeaning']
export type ReconEvent = Schemas['ReconEvent']
export type ReconRun = Schemas['ReconRun']
export type ReconChange = Schemas['ReconChange']
export type ReconJob = Schemas['ReconJob']
export type ReconItem = Schemas['ReconItem']
export type ReconSeen = Schemas['ReconSeen']
export type ReconOrder = Schemas['ReconOrder']
export type ReconProposal = Schemas['ReconProposal']

const said = (language: string) => ({ 'Accept-Language': language })

export const accountRecon = (place: Place, account: string, signal?: AbortSignal) => answer(api.GET('/api/accounts/{account}/recon', { params: { path: { account }, query: { ...place } }, signal }))
/** Begins to look; what is written for people comes in this language. */
export const lookAtAccount = (branch: string, account: string, language: string) => answer(api.POST('/api/accounts/{account}/recon', { params: { path: { account }, query: { branch }, header: said(language) } }))
export const startRecon = (branch: string, body: ReconOrder, language: string) => answer(api.POST('/api/recon/jobs', { params: { query: { branch }, header: said(language) }, body }))
export const listReconJobs = (signal?: AbortSignal) => items(api.GET('/api/recon/jobs', { signal }))
export const getReconJob = (id: string, signal?: AbortSignal) => answer(api.GET('/api/recon/jobs/{id}', { params: { path: { id } }, signal }))
export const cancelReconJob = (id: string) => answer(api.POST('/api/recon/jobs/{id}/cancel', { params: { path: { id } } }))
