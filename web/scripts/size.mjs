// Measures what the browser loads before the first page can show: the entry, everything it
// imports statically, and its style sheets, gzip-compressed. Fails above the limit.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const limit = 400 * 1024
const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'))
const size = (file) => gzipSync(readFileSync('dist/' + file), { level: 9 }).length

function load(key, seen) {
  const chunk = manifest[key]
  if (!chunk || seen.has(chunk.file)) return
  seen.add(chunk.file)
  for (const css of chunk.css ?? []) seen.add(css)
  for (const next of chunk.imports ?? []) load(next, seen)
}
const total = (files) => [...files].reduce((n, f) => n + size(f), 0)
const kb = (n) => (n / 1024).toFixed(1).padStart(7) + ' KB'

const first = new Set()
load('index.html', first)
for (const f of first) console.log(kb(size(f)), f)
const sum = total(first) + size('index.html')
console.log(kb(sum), 'first load, of', kb(limit))
for (const [key, chunk] of Object.entries(manifest)) {
  if (!chunk.isDynamicEntry) continue
  const files = new Set(first)
  load(key, files)
  console.log(kb(total(files) + size('index.html')), 'with', key)
}
process.exit(sum > limit ? 1 : 0)
