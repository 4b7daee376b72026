// Steps of the tests of notifications.

// away has the page believe that another window is in front, which Playwright keeps from it.
export const away = (p) => p.evaluate(() => void (document.hasFocus = () => false))

const workerOf = async (p) => p.context().serviceWorkers()[0] ?? p.context().waitForEvent('serviceworker')

// watch registers the service worker, and has it show and list notifications one after the
// other: Chromium forgets one that is being shown while they are listed.
export async function watch(p) {
  await p.evaluate(async () => {
    await navigator.serviceWorker.register('/sw.js')
    await navigator.serviceWorker.ready
  })
  const worker = await workerOf(p)
  await worker.evaluate(() => {
    let last = Promise.resolve()
    for (const name of ['showNotification', 'getNotifications']) {
      const does = registration[name].bind(registration)
      registration[name] = (...what) => (last = last.then(() => does(...what)))
    }
  })
}

// takesPushes gives the page, and those that are opened later, a subscription, which
// Chromium would ask a service on the internet for, and tells what the switch answers to it.
export async function takesPushes(p, { subscription }, tell) {
  const give = (s) => {
    PushManager.prototype.subscribe = async () => ({ toJSON: () => s })
  }
  await p.context().addInitScript(give, subscription)
  await p.evaluate(give, subscription)
  p.on('response', (r) => {
    if (r.url().includes('/api/v1/push')) tell('push', { text: `${r.request().method()} ${r.status()}` })
  })
}

// shown are the notifications of the page's service worker.
export const shown = async (p) =>
  (await workerOf(p)).evaluate(async () => {
    const list = await registration.getNotifications()
    return list.map(({ title, body, tag }) => ({ title, body, tag }))
  })

// push hands the service worker of an origin a push, as the browser does that has got one.
export async function push(p, { message, origin }) {
  const cdp = await p.context().newCDPSession(p)
  const registration = new Promise((done) => {
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      for (const r of registrations) if (!r.isDeleted && r.scopeURL.startsWith(origin)) done(r)
    })
  })
  await cdp.send('ServiceWorker.enable')
  const { registrationId } = await registration
  await cdp.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data: message })
  await cdp.detach()
}

// choose clicks on a notification, or on one of its buttons, and gives the page that it
// wants opened. The click is not the browser's, which would bring a page to the front, and
// lets one be opened.
export async function choose(p, { tag, action = '' }) {
  const worker = await workerOf(p)
  return worker.evaluate(
    async ([tag, action]) => {
      const [notification] = await registration.getNotifications({ tag })
      const e = new NotificationEvent('notificationclick', { notification, action })
      const waits = []
      let opened = ''
      e.waitUntil = (p) => waits.push(p)
      clients.openWindow = async (url) => void (opened = url)
      dispatchEvent(e)
      await Promise.all(waits)
      return opened
    },
    [tag, action],
  )
}
