// Steps of the tests of notifications.

// away has the page believe that another window is in front, which Playwright keeps from it.
export const away = (p) => p.evaluate(() => void (document.hasFocus = () => false))

// shown are the notifications of the page's service worker.
export const shown = (p) =>
  p.evaluate(async () => {
    const worker = await navigator.serviceWorker.getRegistration('/')
    const list = (await worker?.getNotifications()) ?? []
    return list.map(({ title, body, tag }) => ({ title, body, tag }))
  })

// push hands the service worker a push, as the browser does that has got one.
export async function push(p, { message }) {
  const cdp = await p.context().newCDPSession(p)
  const registration = new Promise((done) => {
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      for (const r of registrations) if (!r.isDeleted && p.url().startsWith(r.scopeURL)) done(r)
    })
  })
  await cdp.send('ServiceWorker.enable')
  const { registrationId } = await registration
  await cdp.send('ServiceWorker.deliverPushMessage', { origin: new URL(p.url()).origin, registrationId, data: message })
  await cdp.detach()
}

// choose clicks on a notification, or on one of its buttons. The click is not the
// browser's, which would bring the page to the front, too.
export async function choose(p, { tag, action = '' }) {
  const context = p.context()
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'))
  await worker.evaluate(
    async ([tag, action]) => {
      const [notification] = await registration.getNotifications({ tag })
      const e = new NotificationEvent('notificationclick', { notification, action })
      const waits = []
      e.waitUntil = (p) => waits.push(p)
      dispatchEvent(e)
      await Promise.all(waits)
    },
    [tag, action],
  )
}
