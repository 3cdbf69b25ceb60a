export type Params = Record<string, string | number | undefined>

/** Fills {name} with a value, and {n|row|rows} with the form that fits the number n. */
export function fill(text: string, params: Params = {}): string {
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (all, name: string, one?: string, many?: string) => {
    const value = params[name]
    if (one !== undefined) return Number(value) === 1 ? one : (many ?? '')
    if (value === undefined) return all
    return typeof value === 'number' ? value.toLocaleString('en-US') : value
  })
}
