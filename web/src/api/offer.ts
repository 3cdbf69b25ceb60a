/** What is offered to a customer: quotes, contracts, documents and promises. */
import { address, answer, api, items } from './client'
import type { Place } from './place'
import type { components } from './schema'
import type { LakeRecord, Narrow } from './types'

type Schemas = components['schemas']
export type PriceBook = Schemas['PriceBook']
export type PriceList = PriceBook['lists'][number]
export type Edition = PriceList['editions'][number]
export type Ask = Schemas['QuoteAsk']
export type Offer = Schemas['QuoteOffer']
export type Priced = Schemas['PricedOffer']
export type Gain = Schemas['QuoteGain']
export type Limit = Schemas['QuoteLimit']
export type Step = 'submit' | 'approve' | 'return' | 'send' | 'accept' | 'refuse'
export type Quote = Narrow<Schemas['Quote'], Pick<LakeRecord, 'cells' | 'titles'> & { may: Step[]; lines: LakeRecord[] }>
export type NewQuote = Schemas['NewQuote']
export type DealTemplate = Schemas['DealTemplate']
export type DealDocument = Schemas['DealDocument']
export type DocumentPart = Schemas['DocumentPart']
export type Run = Schemas['DocumentRun']
export type FoundPromise = Schemas['Promise']
export type Proposition = Schemas['DealProposition']

const spoken = (language: string) => ({ 'Accept-Language': language })

export const priceBook = (place: Place, deal: string, signal?: AbortSignal) => answer(api.GET('/api/quotes/prices', { params: { query: { ...place, deal } }, signal }))
export const priceQuote = (place: Place, body: Schemas['PriceQuestion'], signal?: AbortSignal) => answer(api.POST('/api/quotes/price', { params: { query: { ...place } }, body, signal }))
export const createQuote = (branch: string, language: string, body: NewQuote) => answer(api.POST('/api/quotes', { params: { query: { branch }, header: spoken(language) }, body })) as Promise<Quote>
export const getQuote = (place: Place, key: string, language: string, signal?: AbortSignal) => answer(api.GET('/api/quotes/{key}', { params: { path: { key }, query: { ...place }, header: spoken(language) }, signal })) as Promise<Quote>
export const advanceQuote = (branch: string, language: string, key: string, step: Step, reason?: string) => answer(api.POST('/api/quotes/{key}/{step}', { params: { path: { key, step }, query: { branch }, header: spoken(language) }, body: { reason: reason || undefined } })) as Promise<Quote>
export const createAgreement = (branch: string, key: string, body: Schemas['NewAgreement']) => answer(api.POST('/api/quotes/{key}/agreement', { params: { path: { key }, query: { branch } }, body })) as Promise<LakeRecord>

export const listTemplates = (place: Place, deal: string, language: string, signal?: AbortSignal) => items(api.GET('/api/documents/templates', { params: { query: { ...place, deal }, header: spoken(language) }, signal }))
export const makeDocument = (branch: string, body: Schemas['NewDocument']) => answer(api.POST('/api/documents', { params: { query: { branch } }, body }))
export const getDocument = (place: Place, key: string, signal?: AbortSignal) => answer(api.GET('/api/documents/{key}', { params: { path: { key }, query: { ...place } }, signal }))
export const sendDocument = (branch: string, key: string, anyway?: string) => answer(api.POST('/api/documents/{key}/send', { params: { path: { key }, query: { branch } }, body: { anyway: anyway || undefined } }))
/** Changes the text of a draft, or with check only says what it would be; base is the revision that the text was made of. */
export const editDocument = (branch: string, key: string, base: number, body: Schemas['DocumentText'], signal?: AbortSignal) =>
  answer(api.PUT('/api/documents/{key}/text', { params: { path: { key }, query: { branch }, header: { 'If-Match': `"${base}"` } }, body, signal }))
/** Where the browser fetches a document as a file. */
export const documentAddress = (place: Place, key: string, format: 'docx' | 'pdf') => address(`/documents/${encodeURIComponent(key)}/file`, { branch: place.branch, at: place.at?.toString(), format })

export const findPromises = (place: Place, deal: string, text: string, signal?: AbortSignal) => items(api.POST('/api/promises/find', { params: { query: { ...place } }, body: { deal, text }, signal }))
export const notePromises = (branch: string, deal: string) => answer(api.POST('/api/promises/note', { params: { query: { branch } }, body: { deal } }))

export const listPropositions = (place: Place, deal: string, language: string, signal?: AbortSignal) => items(api.GET('/api/value/propositions', { params: { query: { ...place, deal }, header: spoken(language) }, signal }))
