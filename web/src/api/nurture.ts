/** Plans of keeping in touch with customers who aren't ready. */
import { answer, api } from './client'
import type { Place } from './place'
import type { components } from './schema'

type Schemas = components['schemas']
export type AccountNurture = Schemas['AccountNurture']
export type NurtureStanding = Schemas['NurtureStanding']
export type NurtureBegin = Schemas['NurtureBegin']
export type NurtureTouch = Schemas['NurtureTouch']
export type NurtureCheck = Schemas['NurtureCheck']
export type NurtureContact = Schemas['NurtureContact']

export const accountNurture = (place: Place, account: string, signal?: AbortSignal) => answer(api.GET('/api/accounts/{account}/nurture', { params: { path: { account }, query: { ...place } }, signal }))
/** Lays out a round; the tasks are worded in this language. */
export const beginNurture = (branch: string, account: string, body: NurtureBegin, language: string) =>
  answer(api.POST('/api/accounts/{account}/nurture', { params: { path: { account }, query: { branch }, header: { 'Accept-Language': language } }, body }))
export const stopNurture = (branch: string, account: string, body: { pack: string; plan: string; reason?: string }) => answer(api.POST('/api/accounts/{account}/nurture/stop', { params: { path: { account }, query: { branch } }, body }))
