import { call, segment } from './client'
import type { Person, Role, Scope, Session, Team, Token } from './types'

export const getSession = () => call<Session>('GET', '/session')
export const signIn = (email: string, password: string) => call<Session>('POST', '/session', { body: { email, password } })
export const signInLink = (code: string) => call<Session>('POST', '/session/link', { body: { code } })
export const signOut = () => call<void>('DELETE', '/session')
export const setup = (body: { code: string; workspace: string; name: string; email: string; password: string }) => call<Session>('POST', '/setup', { body })
export const updateMe = (body: { name?: string; language?: string; password?: string; old_password?: string }) => call<Session>('PATCH', '/me', { body })

export interface PersonInput {
  name?: string
  email?: string
  role?: Role
  scope?: Scope
  team?: string
  active?: boolean
  reset?: boolean
  password?: string
}
export interface PersonSaved {
  user: Person
  link?: string
}
export const listUsers = () => call<{ items: Person[] }>('GET', '/users').then((r) => r.items ?? [])
export const createUser = (body: PersonInput) => call<PersonSaved>('POST', '/users', { body })
export const updateUser = (id: string, body: PersonInput) => call<PersonSaved>('PATCH', '/users/' + segment(id), { body })
export const listTeams = () => call<{ items: Team[] }>('GET', '/teams').then((r) => r.items ?? [])
export const createTeam = (name: string) => call<Team>('POST', '/teams', { body: { name } })
export const listTokens = () => call<{ items: Token[] }>('GET', '/tokens').then((r) => r.items ?? [])
export const createToken = (name: string, days?: number) => call<{ token: string; id: string }>('POST', '/tokens', { body: { name, days } })
export const deleteToken = (id: string) => call<void>('DELETE', '/tokens/' + segment(id))
