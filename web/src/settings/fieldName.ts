/** A field name made of an English label: "Renewal date" → renewal_date. */
export function fieldName(label: string): string {
  const name = label
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 48)
  return name
}

export const goodName = (name: string) => /^[a-z][a-z0-9_]{0,47}$/.test(name) && !['id', 'created_at', 'updated_at'].includes(name)

/** The stored name of a new option: its English label, else a number. */
export function optionName(en: string, taken: string[]): string {
  const base = fieldName(en) || 'option'
  if (!taken.includes(base)) return base
  let n = 2
  while (taken.includes(base + '_' + n)) n++
  return base + '_' + n
}
