// Short news that goes away by itself. What went wrong stays longer.

export const toasts = $state([])
let next = 0

function show(text, bad, time) {
  const id = next++
  toasts.push({ id, text, bad })
  setTimeout(() => forget(id), time)
}

export const say = (text) => show(text, false, 4000)
export const complain = (error) => show(error?.message ?? String(error), true, 8000)

export function forget(id) {
  const i = toasts.findIndex((t) => t.id === id)
  if (i >= 0) toasts.splice(i, 1)
}

// attempt does something, and tells it if that fails: true if it did not.
export async function attempt(what) {
  try {
    await what()
    return true
  } catch (e) {
    complain(e)
    return false
  }
}
