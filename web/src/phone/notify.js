// Calls shown by the system, and Web Push, which also reaches a browser without
// an open page. Both go through the service worker (worker.js), whose notifications
// have buttons.
import { ask } from '../api.js'

// worker is the service worker, null where there is none: an origin that is not
// secure, a private window.
const worker = () => navigator.serviceWorker?.register('/sw.js').then(() => navigator.serviceWorker.ready).catch(() => null) ?? null

export const canNotify = () => typeof Notification !== 'undefined' && isSecureContext

// permit asks for the permission; it must come from a click.
export const permit = async () => canNotify() && (await Notification.requestPermission()) === 'granted'

// The worker is told one thing after the other: a call may be over before it is there.
let told = Promise.resolve()
const tell = (registration, message) => {
  if (!canNotify() || Notification.permission !== 'granted') return
  told = told.then(async () => (await registration())?.active?.postMessage(message)).catch(() => {})
}

export const notify = (ring, name) => tell(worker, { type: 'phone.ring', data: { ...ring, from: { ...ring.from, name } } })

export const closeNotification = (call) => tell(() => navigator.serviceWorker?.getRegistration('/'), { type: 'phone.stop', data: { call } })

const bytes = (base64url) => Uint8Array.from(atob(base64url.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))

// browser names this browser, whatever pages it has: it takes pushes as one.
function browser() {
  let id = localStorage.getItem('plugboard.browser')
  if (!id) {
    id = Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, '0')).join('')
    localStorage.setItem('plugboard.browser', id)
  }
  return id
}

// subscribe lets the switch push to this browser, if it can.
export async function subscribe(key) {
  if (!key || !canNotify() || Notification.permission !== 'granted') return
  const w = await worker()
  if (!w?.pushManager) return
  try {
    const subscription = await w.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) })
    await ask('PUT', '/push', { device: browser(), subscription: subscription.toJSON() })
  } catch {
    // The browser's push service is not reachable: the page rings all the same while it is open.
  }
}

// unsubscribe ends that.
export const unsubscribe = () => ask('DELETE', `/push/${browser()}`).catch(() => {}) // nothing is pushed
