// Who is signed in here.
import { ask, Problem } from './api.js'

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

export async function leave() {
  await ask('POST', '/logout')
  location.hash = ''
  session.me = null
}
