import { expect, test } from 'vitest'
import { fieldName, goodName, optionName } from './fieldName'

test('names are made of labels', () => {
  expect(fieldName('Renewal date')).toBe('renewal_date')
  expect(fieldName('2nd Contact (é)')).toBe('nd_contact_e')
  expect(fieldName('续约')).toBe('')
  expect(goodName('renewal_date')).toBe(true)
  expect(goodName('id')).toBe(false)
  expect(goodName('1a')).toBe(false)
  expect(optionName('High', ['high', 'high_2'])).toBe('high_3')
  expect(optionName('高', [])).toBe('option')
})
