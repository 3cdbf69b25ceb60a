// The program under test, run as a person would run it.
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const here = dirname(fileURLToPath(import.meta.url))
export const root = resolve(here, '../..')
const bin = process.env.HEADWATER_BIN || join(root, 'bin/headwater')
const run = promisify(execFile)

export const scratch = await mkdtemp(join(tmpdir(), 'headwater-stories-'))
const running = new Set()
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')))
export const clean = () => rm(scratch, { recursive: true, force: true })

/** Runs a command of the program and returns its standard output as JSON. */
export async function headwater(...args) {
  const { stdout } = await run(bin, args)
  return JSON.parse(stdout)
}

/** Writes the dirty files, once, and says what is wrong in each. */
export const dirtyFiles = once(async () => {
  const dir = join(scratch, 'dirty')
  const { stdout } = await run('go', ['run', './e2e/fixtures/dirty.go', dir], { cwd: root })
  return { dir, files: JSON.parse(stdout) }
})

/** Runs SQL statements on an SQLite file of the stories, and returns the rows of the last. */
export function sqlite(file, ...statements) {
  return new Promise((done, failed) => {
    const child = execFile('go', ['run', '-tags', 'sqlite_fts5', './e2e/fixtures/sqlite.go', file], { cwd: root }, (error, stdout, stderr) => (error ? failed(new Error(stderr || error.message)) : done(JSON.parse(stdout))))
    child.stdin.end(statements.join(';\n'))
  })
}

function once(make) {
  let made
  return () => (made ??= make())
}

/** Starts a server on a free port; resolves when it has printed how to come in. */
export async function serve(data, ...flags) {
  const child = spawn(bin, ['serve', '--data', data, '--listen', '127.0.0.1:0', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  child.once('exit', () => running.delete(child))
  let said = ''
  let errors = ''
  const ended = new Promise((r) => child.once('exit', (code) => r(code)))
  child.stderr.on('data', (b) => (errors += b))
  /** Waits until the server has said something. */
  const saying = (what) =>
    new Promise((found, failed) => {
      const look = () => what.test(said) && found(what.exec(said)[1])
      child.stdout.on('data', look)
      look()
      void ended.then((code) => failed(new Error(`the server ended with ${code}\n${said}${errors}`)))
    })
  child.stdout.on('data', (b) => (said += b))
  const url = await saying(/(http:\/\/[\d.:]+).*\n/)
  return {
    url,
    link: () => saying(/(http:\S+code=\S+).*\n/),
    errors: () => errors,
    stop: () => {
      child.kill('SIGTERM')
      return ended
    },
  }
}

/** A small client of the API with a token, for what isn't the story itself. */
export function api(url, token) {
  return async (method, path, body) => {
    const headers = { Authorization: 'Bearer ' + token, ...(body ? { 'Content-Type': 'application/json' } : {}) }
    const res = await fetch(url + '/api' + path, { method, headers, body: body && JSON.stringify(body) })
    const text = await res.text()
    if (!res.ok) throw Object.assign(new Error(`${method} ${path}: ${res.status} ${text}`), { status: res.status })
    return text && JSON.parse(text)
  }
}

/** The names of the page's controls, from the page's own source. */
const source = await readFile(join(root, 'web/src/testids.ts'), 'utf8')
const plain = source.replaceAll(/: string(?=[,)])/g, '').replace('} as const', '}')
export const { testid } = await import('data:text/javascript,' + encodeURIComponent(plain))
