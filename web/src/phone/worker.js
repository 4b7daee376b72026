// The service worker: it shows who calls while no page of the phone is in front,
// and leads to one. It keeps nothing and serves nothing.
//
// What comes, from the switch by Web Push or from a page, is a phone message:
// {type: 'phone.ring' | 'phone.stop', data: {call, from: {number, name}, cause}}.

addEventListener('install', () => skipWaiting())
addEventListener('activate', (e) => e.waitUntil(clients.claim()))

const who = (from) => from?.name || from?.number || 'Unknown number'
const patience = 3_000 // ms for the switch to answer

// ask asks the switch for something about a call; it gives the status, 0 for no answer.
const ask = (call, what) =>
  fetch(`/api/v1/calls/${encodeURIComponent(call)}/${what}`, { method: 'POST', signal: AbortSignal.timeout(patience) }).then((r) => r.status, () => 0)

const shown = (call) => registration.getNotifications({ tag: call })

// ring shows a call. A page that has it shown rings itself, and so the system need not.
const ring = (data, silent) =>
  registration.showNotification(who(data.from), {
    body: data.from?.name && data.from.number ? `Incoming call from ${data.from.number}` : 'Incoming call',
    tag: data.call, data, requireInteraction: true, silent,
    actions: [{ action: 'answer', title: 'Answer' }, { action: 'decline', title: 'Decline' }],
  })

const missed = (data, from) =>
  registration.showNotification('Missed call', { body: who(from), tag: data.call, silent: true, data: { missed: true } })

// pushed shows a call of which the switch has told, once that knows: then the call rings
// here, though no page may be open. If it does not any more, it has come too late.
async function pushed(data) {
  const status = await ask(data.call, 'shown')
  if (status === 404) return missed(data, data.from)
  if (status < 400) return ring(data, (await shown(data.call)).length > 0)
}

async function stop(data) {
  const list = await shown(data.call)
  // A push has to show something: a call that nobody took is worth it. It takes the place of
  // what was shown, by its tag; to close that as well could close this.
  if (data.cause === 'cancelled' || data.cause === 'no_answer') return missed(data, data.from ?? list[0]?.data?.from)
  for (const n of list) n.close()
}

// One after the other: a call may be over before it is shown.
let last = Promise.resolve()
const inTurn = (does) => (last = last.then(does).catch(() => {}))

addEventListener('push', (e) => {
  let message = null
  try {
    message = e.data?.json()
  } catch {
    // Not from our switch.
  }
  const does = message?.data && { 'phone.ring': pushed, 'phone.stop': stop }[message.type]
  if (does) e.waitUntil(inTurn(() => does(message.data)))
})

addEventListener('message', (e) => {
  const { type, data } = e.data
  if (type === 'phone.ring') e.waitUntil(inTurn(() => ring(data, true)))
  if (type === 'phone.stop') e.waitUntil(inTurn(() => stop(data)))
})

addEventListener('notificationclick', (e) => {
  e.notification.close()
  e.waitUntil(chosen(e.action, e.notification.data ?? {}))
})

// chosen does what was chosen. To answer takes a page: it is brought to the front, or opened.
async function chosen(act, { call, missed }) {
  if (act === 'decline') return ask(call, 'decline')
  const [page] = await clients.matchAll({ type: 'window', includeUncontrolled: true })
  if (!page) return clients.openWindow(act === 'answer' ? `/#/answer/${encodeURIComponent(call)}` : missed ? '/#/history' : '/')
  if (act) page.postMessage({ act, call })
  await page.focus().catch(() => {})
}
