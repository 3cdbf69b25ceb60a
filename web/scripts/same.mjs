// Fails when two files differ: what is generated must be what is committed.
import { readFileSync } from 'node:fs'

const [made, kept] = process.argv.slice(2)
if (readFileSync(made, 'utf8') !== readFileSync(kept, 'utf8')) {
  console.error(kept + ' is stale: make generate')
  process.exit(1)
}
