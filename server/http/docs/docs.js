// Browse and try the API from its own description; nothing is loaded from elsewhere.
'use strict'

const verbs = ['get', 'post', 'put', 'patch', 'delete']
let api

function element(name, attributes = {}, ...children) {
  const e = document.createElement(name)
  for (const [k, v] of Object.entries(attributes)) {
    if (k.startsWith('on')) e.addEventListener(k.slice(2), v)
    else if (v !== undefined && v !== false) e.setAttribute(k, v === true ? '' : v)
  }
  e.append(...children.filter((c) => c !== undefined && c !== null))
  return e
}

function operations() {
  const out = []
  for (const [path, item] of Object.entries(api.paths)) {
    for (const verb of verbs) if (item[verb]) out.push({ path, verb, ...item[verb] })
  }
  return out
}

function resolve(schema) {
  while (schema && schema.$ref) schema = api.components.schemas[schema.$ref.split('/').pop()]
  return schema || {}
}

// A schema as people write types.
function shape(schema, depth = 0) {
  if (!schema) return 'nothing'
  if (schema.$ref && depth > 2) return schema.$ref.split('/').pop()
  const s = resolve(schema)
  const pad = '  '.repeat(depth + 1)
  if (s.anyOf) return s.anyOf.map((a) => shape(a, depth + 1)).join(' | ')
  if (s.enum) return s.enum.map((v) => JSON.stringify(v)).join(' | ')
  const type = Array.isArray(s.type) ? s.type.join(' | ') : s.type
  if (type === 'array') return '[' + shape(s.items, depth) + ']'
  if (s.properties) {
    const lines = Object.entries(s.properties).map(([name, p]) => {
      const optional = (s.required || []).includes(name) ? '' : '?'
      const note = p.description ? '  // ' + p.description : ''
      return pad + name + optional + ': ' + shape(p, depth + 1) + note
    })
    return '{\n' + lines.join('\n') + '\n' + '  '.repeat(depth) + '}'
  }
  if (s.additionalProperties) return '{ [name]: ' + shape(s.additionalProperties, depth + 1) + ' }'
  return type || 'anything'
}

// An example body to begin with.
function example(schema, depth = 0) {
  const s = resolve(schema)
  if (s.default !== undefined) return s.default
  if (s.enum) return s.enum[0]
  if (s.anyOf) return example(s.anyOf[0], depth)
  const type = Array.isArray(s.type) ? s.type[0] : s.type
  if (type === 'array') return []
  if (s.properties && depth < 4) {
    const out = {}
    for (const name of s.required || []) out[name] = example(s.properties[name], depth + 1)
    return out
  }
  return { object: {}, string: '', integer: 0, number: 0, boolean: false }[type] ?? null
}

function list() {
  const words = document.getElementById('search').value.toLowerCase().split(/\s+/).filter(Boolean)
  const nav = document.getElementById('operations')
  nav.replaceChildren()
  let tag
  for (const op of operations().sort((a, b) => (a.tags[0] + a.path).localeCompare(b.tags[0] + b.path))) {
    const text = [op.operationId, op.path, op.summary, op.verb].join(' ').toLowerCase()
    if (!words.every((w) => text.includes(w))) continue
    if (op.tags[0] !== tag) nav.append(element('h2', {}, (tag = op.tags[0])))
    const current = location.hash.slice(1) === op.operationId
    nav.append(element('a', { href: '#' + op.operationId, title: op.summary, 'aria-current': current && 'true' }, element('span', { class: 'verb' }, op.verb.toUpperCase()), op.operationId))
  }
}

function show() {
  list()
  const op = operations().find((o) => o.operationId === location.hash.slice(1))
  if (!op) return
  const main = document.getElementById('operation')
  const fields = new Map()
  const rows = (op.parameters || []).map((p) => {
    const input = element('input', { 'aria-label': p.name, placeholder: p.schema.default ?? '' })
    fields.set(p, input)
    return element('tr', {}, element('td', {}, element('code', {}, p.name), p.required ? ' *' : ''), element('td', { class: 'quiet' }, p.in), element('td', { class: 'quiet' }, shape(p.schema) + (p.description ? ' — ' + p.description : '')), element('td', {}, input))
  })
  const content = (op.requestBody && op.requestBody.content) || {}
  const json = content['application/json']
  const body = json && element('textarea', { 'aria-label': 'Body', spellcheck: 'false' })
  if (body) body.value = JSON.stringify(example(json.schema), null, 2)
  const answer = element('pre', {}, 'Not sent yet.')
  const token = element('input', { 'aria-label': 'Token', placeholder: 'hw_… (absent: the session of this browser)' })
  main.replaceChildren(...[
    element('h2', {}, op.operationId),
    element('p', {}, element('span', { class: 'verb' }, op.verb.toUpperCase()), element('code', {}, op.path)),
    element('p', {}, op.summary || ''),
    op.security ? null : element('p', { class: 'quiet' }, 'Nobody needs to be signed in for this.'),
    rows.length ? element('h3', {}, 'Parameters') : null,
    rows.length ? element('table', {}, ...rows) : null,
    ...Object.entries(content).flatMap(([kind, c]) => [element('h3', {}, 'Body ', element('small', {}, kind)), element('pre', {}, shape(c.schema))]),
    ...Object.entries(op.responses).flatMap(([status, r]) => Object.entries(r.content || { '': {} }).slice(0, 1).map(([kind, c]) =>
      element('details', status.startsWith('2') ? { open: true } : {}, element('summary', {}, status + ' ' + (r.description || '') + ' ' + kind), c.schema ? element('pre', {}, shape(c.schema)) : null))),
    element('h3', {}, 'Try it'),
    body || null,
    element('p', {}, token, ' ', element('button', { onclick: () => send(op, fields, body, token.value, answer) }, 'Send')),
    answer,
  ].filter(Boolean))
}

async function send(op, fields, body, token, answer) {
  let path = op.path
  const query = new URLSearchParams()
  const headers = {}
  for (const [p, input] of fields) {
    if (p.in === 'path') path = path.replace('{' + p.name + '}', encodeURIComponent(input.value))
    else if (input.value && p.in === 'query') query.set(p.name, input.value)
    else if (input.value && p.in === 'header') headers[p.name] = input.value
  }
  if (body) headers['Content-Type'] = 'application/json'
  if (token) headers.Authorization = 'Bearer ' + token
  answer.textContent = '…'
  try {
    const began = performance.now()
    const r = await fetch(path + (query.size ? '?' + query : ''), { method: op.verb.toUpperCase(), headers, body: body ? body.value : undefined })
    let text = await r.text()
    try { text = JSON.stringify(JSON.parse(text), null, 2) } catch { /* not JSON: shown as it is */ }
    answer.textContent = r.status + ' ' + r.statusText + ' in ' + Math.round(performance.now() - began) + ' ms\n\n' + text.slice(0, 200000)
  } catch (e) {
    answer.textContent = String(e)
  }
}

async function start() {
  api = await (await fetch('../openapi.json')).json()
  document.getElementById('version').textContent = api.info.version
  document.getElementById('search').addEventListener('input', list)
  window.addEventListener('hashchange', show)
  list()
  show()
}

start().catch((e) => { document.getElementById('operation').textContent = String(e) })
