/** Whom to sell to: versions of the profile, back-tests, the focus review, look-alikes. */
import { answer, api, items } from './client'
import type { Place } from './place'
import type { components } from './schema'

type Schemas = components['schemas']
export type Text = Schemas['PackText']
export type Condition = Schemas['PackCondition']
export type Version = Schemas['ProfileVersion']
export type Profiles = Schemas['Profiles']
export type Scores = Schemas['ProfileScores']
export type Scored = Schemas['ProfileScored']
export type Backtest = Schemas['ProfileBacktest']
export type BacktestResult = Schemas['ProfileResult']
export type Leak = Schemas['ProfileLeak']
export type Rate = Schemas['ProfileRate']
export type Reviewed = Schemas['ProfileReviewed']
export type ReviewGroup = Schemas['ProfileReviewGroup']
export type Alike = Schemas['ProfileAlike']
export type Benchmark = Schemas['ProfileBenchmark']
export type RouteProgress = Schemas['RouteProgress']
export type AccountFits = Schemas['AccountFits']
export type Unit = 'accounts' | 'leads' | 'deals'
export type ReviewBy = 'segment' | 'industry' | 'region'

/** A saved version, or conditions as they stand in the form. */
export interface Draft {
  profile?: string
  conditions?: Condition[]
  threshold?: number
}

export const listProfiles = (place: Place, pack: string | undefined, signal?: AbortSignal) => answer(api.GET('/api/profiles', { params: { query: { ...place, pack } }, signal }))
export const scoreProfile = (place: Place, body: Draft & { pack?: string; unit?: Unit; limit?: number }, signal?: AbortSignal) => answer(api.POST('/api/profiles/score', { params: { query: { ...place } }, body, signal }))
export const backtest = (branch: string, body: Draft & { pack?: string; unit?: Unit; on?: string; months?: number; last?: string }) => answer(api.POST('/api/profiles/backtest', { params: { query: { branch } }, body }))
export const accountFits = (place: Place, key: string, signal?: AbortSignal) => answer(api.GET('/api/profiles/accounts/{key}', { params: { path: { key }, query: { ...place } }, signal }))
export const reviewFocus = (place: Place, pack: string | undefined, by: ReviewBy, months: number, signal?: AbortSignal) => answer(api.GET('/api/profiles/review', { params: { query: { ...place, pack, by, months } }, signal }))
export const lookAlikes = (place: Place, accounts: string[]) => answer(api.POST('/api/profiles/lookalikes', { params: { query: { ...place } }, body: { accounts } }))
export const benchmarkCustomers = (place: Place, signal?: AbortSignal) => items(api.GET('/api/profiles/benchmarks', { params: { query: { ...place } }, signal }))
export const industryRoutes = (place: Place, pack: string | undefined, signal?: AbortSignal) => items(api.GET('/api/profiles/routes', { params: { query: { ...place, pack } }, signal }))
