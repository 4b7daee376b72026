// Changes to blocks of the configuration's files, as forms make them: first a
// draft with what it would do, then, if somebody agrees, written and in force.
import { ask } from '../api.js'

export const blocks = (kind) => ask('GET', `/config/blocks?kind=${encodeURIComponent(kind)}`)

// draft makes changes, one on the other, and is what the files would hold and
// what that would be: {files: [{name, text, hash, diff}], check}.
export async function draft(edits) {
  const files = new Map()
  let check
  for (const e of edits) {
    const drafts = [...files.values()].map(({ name, text }) => ({ name, text }))
    const done = await ask('POST', '/config/blocks', { ...e, ...(drafts.length && { drafts }) })
    const before = files.get(done.name)
    files.set(done.name, { name: done.name, text: done.text, hash: before?.hash ?? done.hash, diff: (before?.diff ?? '') + done.diff })
    check = done.check
  }
  return { files: [...files.values()], check }
}

// write puts drafts into their files and in force.
export async function write(files) {
  await ask('PUT', '/config/files', files.map(({ name, text, hash }) => ({ name, text, hash })))
  return ask('POST', '/config/apply')
}

// label makes a block's name of what people call it.
export function label(text, taken) {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^[_0-9]+|_+$/g, '') || 'x'
  let out = plain
  for (let i = 2; taken.includes(out); i++) out = `${plain}_${i}`
  return out
}

// plain is the value of an expression that is a text without anything to work
// out, undefined for any other.
export const plain = (expr) => (expr !== undefined && /^"([^"\\$%]|\\.)*"$/.test(expr) ? JSON.parse(expr) : undefined)

// listed adds a name to a list as files write it.
export const listed = (expr, name) => (/\]\s*$/.test(expr) ? expr.replace(/,?\s*\]\s*$/, (end) => (expr.trim() === '[]' ? `${name}]` : `, ${name}]`)) : `[${expr}, ${name}]`)

// Where a form takes a pattern or a number, it takes what else can stand there, too:
// who writes quotes, brackets of a function or the name of something means an
// expression. shownPatterns and shownNumber are what a form shows of an expression,
// patterns and setNumber what becomes of what is written there: a value, null for
// none, or an expression.
const named = /^(call|conference|extension|group|local|match|menu|park|queue|var|voicemail)[.[]/
const quoted = (text) => JSON.stringify(text).replace(/[$%](?=\{)/g, '$&$&')
const set = (text, isText) => (text === '' ? { value: null } : isText ? { value: text } : { expression: text })

export function shownPatterns(expr = '') {
  if (!/^\[.*\]$/s.test(expr)) return plain(expr) ?? expr
  const all = expr.slice(1, -1).split(',').map((one) => one.trim()).filter(Boolean)
  return all.every((one) => /^("[^"\\$%]*"|[a-z_][\w.]*)$/i.test(one)) ? all.map((one) => plain(one) ?? one).join(', ') : expr
}
export function patterns(text) {
  if (/["(]/.test(text)) return set(text, false)
  const all = text.split(/[\s,]+/).filter(Boolean)
  if (all.length < 2) return set(all[0] ?? '', !named.test(all[0]))
  return { expression: `[${all.map((one) => (named.test(one) ? one : quoted(one))).join(', ')}]` }
}

const number = /^\+?[\d*#]+$/
export const shownNumber = (expr = '') => (number.test(plain(expr) ?? '') ? plain(expr) : expr)
export const setNumber = (text) => set(text, number.test(text))
