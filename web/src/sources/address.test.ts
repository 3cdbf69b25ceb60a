import { expect, test } from 'vitest'
import { blank, complete, goodName, parseAddress, proposeName, writeAddress } from './address'

test.each([
  'postgres://reader:p%40ss@db.example.com:5433/crm?sslmode=require',
  'mysql://shop@127.0.0.1/sakila',
  'postgres://reader:***@db.example.com/crm',
  'sqlite:///srv/data/chinook.db',
  'file:///srv/%E8%A1%A8%E6%A0%BC',
  's3://bucket/year/2026?region=eu-west-1&endpoint=http://127.0.0.1:9000',
  'chroma://127.0.0.1:8000',
  'iceberg+rest://catalog.example.com/v1?warehouse=w',
])('%s is taken apart and put together again', (url) => {
  const a = parseAddress(url)
  expect(a && writeAddress(a)).toBe(url)
})

test('a pasted password may hold what an address must not', () => {
  const a = parseAddress(' postgres://me:a@b:c@host:5432/db ')
  expect(a).toMatchObject({ user: 'me', password: 'a@b:c', host: 'host', port: '5432', path: 'db' })
  expect(a && writeAddress(a)).toBe('postgres://me:a%40b%3Ac@host:5432/db')
})

test('what is no address, or not yet a whole one', () => {
  expect(parseAddress('db.example.com')).toBeUndefined()
  expect(complete(blank('postgres'))).toBe(false)
  expect(complete({ ...blank('file'), path: '/srv' })).toBe(true)
})

test('a name is proposed from the address and is free', () => {
  const of = (url: string, taken: string[] = []) => proposeName(parseAddress(url) ?? blank('x'), taken)
  expect(of('postgres://h/CRM-prod')).toBe('crm-prod')
  expect(of('sqlite:///srv/Chinook.db', ['chinook'])).toBe('chinook_2')
  expect(of('chroma://vectors.example.com:8000')).toBe('vectors')
  expect(of('file:///数据')).toBe('file')
  expect(goodName('crm-prod')).toBe(true)
  expect(goodName('2crm')).toBe(false)
})
