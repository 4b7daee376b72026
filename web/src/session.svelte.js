// Who is signed in here.
import { ask, onParting, Problem } from './api.js'

// me is undefined until it is known, and null for nobody.
export const session = $state({ me: undefined, trouble: '' })

export async function look() {
  try {
    come(await ask('GET', '/me'))
  } catch (e) {
    session.me = null
    if (!(e instanceof Problem && e.status === 401)) session.trouble = e.message
  }
}

export function come(me) {
  session.me = me
  session.trouble = ''
}

onParting(() => (session.me = null))

const partings = new Set()

// beforeLeaving has something done while who signs out still may: a call ends. The
// function that it returns takes that back.
export function beforeLeaving(f) {
  partings.add(f)
  return () => partings.delete(f)
}

export async function leave() {
  await Promise.all([...partings].map((f) => f()))
  await ask('POST', '/logout')
  location.hash = ''
  session.me = null
}
