import { answer, api, items } from './client'
import type { components } from './schema'

type Body<T extends keyof components['schemas']> = components['schemas'][T]
export type PersonInput = Partial<Body<'CreateUser'>> & Body<'UpdateUser'>

export const getSession = () => answer(api.GET('/api/session'))
export const signIn = (email: string, password: string) => answer(api.POST('/api/session', { body: { email, password } }))
export const signInLink = (code: string) => answer(api.POST('/api/session/link', { body: { code } }))
export const signOut = () => answer(api.DELETE('/api/session'))
export const setup = (body: Body<'Setup'>) => answer(api.POST('/api/setup', { body }))
export const updateMe = (body: Body<'UpdateMe'>) => answer(api.PATCH('/api/me', { body }))

export const listUsers = () => items(api.GET('/api/users'))
export const createUser = (body: Body<'CreateUser'>) => answer(api.POST('/api/users', { body }))
export const updateUser = (id: string, body: Body<'UpdateUser'>) => answer(api.PATCH('/api/users/{id}', { params: { path: { id } }, body }))
export const listTeams = () => items(api.GET('/api/teams'))
export const createTeam = (name: string) => answer(api.POST('/api/teams', { body: { name } }))
export const listTokens = () => items(api.GET('/api/tokens'))
export const createToken = (name: string, days: number) => answer(api.POST('/api/tokens', { body: { name, days } }))
export const deleteToken = (id: string) => answer(api.DELETE('/api/tokens/{id}', { params: { path: { id } } }))
