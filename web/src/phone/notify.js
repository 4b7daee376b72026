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

export async function notify(ring, name) {
  if (!canNotify() || Notification.permission !== 'granted') return
  const w = await worker()
  w?.active?.postMessage({ type: 'phone.ring', data: { ...ring, from: { ...ring.from, name } } })
}

export async function closeNotification(call) {
  if (!canNotify() || Notification.permission !== 'granted') return
  const registration = await navigator.serviceWorker?.getRegistration('/')
  for (const n of (await registration?.getNotifications({ tag: call })) ?? []) n.close()
}

const bytes = (base64url) => Uint8Array.from(atob(base64url.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))

// subscribe lets the switch push to this browser, if it can.
export async function subscribe(device, key) {
  if (!key || !canNotify() || Notification.permission !== 'granted') return
  const w = await worker()
  if (!w?.pushManager) return
  try {
    const subscription = await w.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) })
    await ask('PUT', '/push', { device, subscription: subscription.toJSON() })
  } catch {
    // The browser's push service is not reachable: the page rings all the same while it is open.
  }
}
