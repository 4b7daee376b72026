// The service worker: it shows who calls while no page of the phone is in front,
// and leads to one. It keeps nothing and serves nothing.
//
// What comes, from the switch by Web Push or from a page, is a phone message:
// {type: 'phone.ring' | 'phone.stop', data: {call, from: {number, name}, cause}}.

addEventListener('install', () => skipWaiting())
addEventListener('activate', (e) => e.waitUntil(clients.claim()))

const who = (from) => from?.name || from?.number || 'Unknown number'

async function show({ type, data }) {
  if (type === 'phone.ring') {
    return registration.showNotification(who(data.from), {
      body: data.from?.name && data.from.number ? `Incoming call from ${data.from.number}` : 'Incoming call',
      tag: data.call, data, requireInteraction: true, silent: true,
      actions: [{ action: 'answer', title: 'Answer' }, { action: 'decline', title: 'Decline' }],
    })
  }
  if (type !== 'phone.stop') return
  const shown = await registration.getNotifications({ tag: data.call })
  for (const n of shown) n.close()
  // A push has to show something: a call that nobody took is worth it.
  if (data.cause === 'cancelled' || data.cause === 'no_answer') {
    const from = data.from ?? shown[0]?.data?.from
    await registration.showNotification('Missed call', { body: who(from), tag: data.call, silent: true, data: { missed: true } })
  }
}

addEventListener('push', (e) => {
  let message = null
  try {
    message = e.data?.json()
  } catch {
    // Not from our switch.
  }
  if (message?.data) e.waitUntil(show(message))
})

addEventListener('message', (e) => e.waitUntil(show(e.data)))

addEventListener('notificationclick', (e) => {
  e.notification.close()
  const { call, missed } = e.notification.data ?? {}
  e.waitUntil(lead(missed ? '#/history' : '#/', call && { act: e.action, call }))
})

// lead brings a page to the front, and tells it what was chosen.
async function lead(hash, message) {
  const [page] = await clients.matchAll({ type: 'window', includeUncontrolled: true })
  if (!page) return clients.openWindow('/' + hash)
  if (message?.act) page.postMessage(message)
  if (message?.act !== 'decline') await page.focus().catch(() => {})
}
