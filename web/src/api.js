// The switch as a page asks it: JSON under /api/v1, and the cookie of who has
// signed in.

// Problem is an answer that says what is wrong (RFC 9457).
export class Problem extends Error {
  constructor(status, body) {
    const all = [body.detail, ...(body.errors ?? []).map((e) => e.message)].filter(Boolean)
    super(all.join(': ') || `The switch answered ${status}.`)
    this.status = status
  }
}

// ask sends a request and returns what the answer holds, null for nothing. A
// signal gives it up.
export async function ask(method, path, body, signal) {
  let res, text
  try {
    res = await fetch('/api/v1' + path, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    })
    text = await res.text()
  } catch {
    throw new Error('The switch does not answer.')
  }
  let value = null
  try {
    value = text ? JSON.parse(text) : null
  } catch {
    throw new Error('The switch answered something else than was asked.')
  }
  if (res.status === 401) parted?.()
  if (!res.ok) throw new Problem(res.status, value ?? {})
  return value
}

// onParting is called when the switch does not know any more who asks: they have
// signed out on another page, or the session is too old.
let parted
export const onParting = (f) => (parted = f)

// listen follows the events: tell is called with each of them, the snapshot
// first, and up with whether the way stands. It comes back by itself after a
// break, with what was missed. query is more for the address, as {device}: with
// that the page is a phone. The function that it returns ends it, and its send
// sends a message, if the way stands.
export function listen(tell, up, query = {}) {
  let socket, timer
  let after = 0
  let wait = 500
  let over = false
  const open = () => {
    clearTimeout(timer)
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'
    const more = new URLSearchParams(after ? { ...query, after } : query)
    socket = new WebSocket(`${scheme}//${location.host}/api/v1/events?${more}`)
    socket.onopen = () => {
      wait = 500
      up(true)
    }
    socket.onmessage = (m) => {
      const event = JSON.parse(m.data)
      if (event.type === 'missed') return
      after = event.seq || after
      tell(event)
    }
    socket.onclose = () => {
      if (over) return
      up(false)
      ask('GET', '/me').catch(() => {}) // a browser does not say why it failed: nobody may be signed in
      timer = setTimeout(open, wait)
      wait = Math.min(wait * 2, 10_000)
    }
  }
  // With the network back there is nothing to wait for.
  const soon = () => socket.readyState === WebSocket.CLOSED && open()
  addEventListener('online', soon)
  open()
  const end = () => {
    over = true
    clearTimeout(timer)
    removeEventListener('online', soon)
    socket.close()
  }
  end.send = (message) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message))
  return end
}
