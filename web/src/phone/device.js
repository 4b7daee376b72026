// What a page that is loaded anew keeps: its name, and which calls it talks in.

// device names this page: an open page. A page that is loaded anew keeps its
// name; one that was duplicated gets another.
export async function device() {
  const had = sessionStorage.getItem('plugboard.device')
  const mine = async (id) =>
    !navigator.locks ||
    new Promise((resolve) => {
      // Held as long as the page lives.
      navigator.locks.request(`plugboard.device.${id}`, { ifAvailable: true }, (lock) => {
        resolve(!!lock)
        return lock && new Promise(() => {})
      })
    })
  if (had) {
    for (let i = 0; i < 5; i++) {
      if (await mine(had)) return had
      await new Promise((r) => setTimeout(r, 50)) // the page before us goes
    }
    keep([])
  }
  const id = Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, '0')).join('')
  sessionStorage.setItem('plugboard.device', id)
  await mine(id)
  return id
}

// kept are the calls that the page before this one talked in, as it wrote them down.
export function kept() {
  try {
    return JSON.parse(sessionStorage.getItem('plugboard.talks') ?? '[]')
  } catch {
    return []
  }
}

export const keep = (talks) => sessionStorage.setItem('plugboard.talks', JSON.stringify(talks))
