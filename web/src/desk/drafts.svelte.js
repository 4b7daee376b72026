// The configuration's files as they are edited here. What is not written yet stays
// while one looks at something else in the page.
import { ask } from '../api.js'

class Drafts {
  files = $state([]) // {name, variables, hash, was, text}
  loaded = $state(false)
  check = $state.raw(null) // of what is here
  checking = $state(false)
  stale = $state(false) // somebody else has written
  dirty = $derived(this.files.filter((f) => f.text !== f.was))
  errors = $derived(this.check?.diagnostics.filter((d) => d.severity === 'error').length ?? 0)
}
export const drafts = new Drafts()

// read reads the files anew; what was changed here and not written is kept where
// the file is the same.
export async function read() {
  const list = await ask('GET', '/config/files')
  const all = await Promise.all(list.map((f) => ask('GET', `/config/files/${encodeURIComponent(f.name)}`)))
  drafts.files = all.map(({ name, variables, hash, text = '' }) => {
    const mine = drafts.files.find((f) => f.name === name)
    return { name, variables, hash, was: text, text: mine && mine.hash === hash ? mine.text : text }
  })
  drafts.loaded = true
  drafts.stale = false
}

let turn = 0
// check asks what the files would be.
export async function check() {
  const mine = ++turn
  drafts.checking = true
  try {
    const c = await ask('POST', '/config/check', { files: drafts.dirty.map(({ name, text }) => ({ name, text })) })
    if (mine === turn) drafts.check = c
  } finally {
    if (mine === turn) drafts.checking = false
  }
}

// write puts what was changed into its files.
export async function write() {
  try {
    const written = await ask('PUT', '/config/files', drafts.dirty.map(({ name, text, hash }) => ({ name, text, hash })))
    for (const w of written) {
      const f = drafts.files.find((o) => o.name === w.name)
      f.hash = w.hash
      f.was = f.text
    }
  } catch (e) {
    drafts.stale = e.status === 409
    throw e
  }
}

export function revert() {
  for (const f of drafts.files) f.text = f.was
}
