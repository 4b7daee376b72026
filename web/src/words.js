// Times and lengths of time, as people say them.

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })

export function when(iso) {
  const at = new Date(iso)
  return (at.toDateString() === new Date().toDateString() ? clock : day).format(at)
}

export function lasted(seconds) {
  const s = Math.round(seconds)
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`
}

const causes = {
  normal: 'answered', no_answer: 'no answer', busy: 'busy', cancelled: 'given up', declined: 'declined', unavailable: 'not reachable',
  do_not_disturb: 'do not disturb', denied: 'not allowed', not_found: 'no such number', congestion: 'lines busy', plugin_lost: 'fault',
  failed: 'fault', no_codec: 'no common codec', loop: 'loop',
}

// outcome is how a finished call ended.
export const outcome = (record) => (record.answered ? lasted(record.talk_seconds) : (causes[record.cause] ?? record.cause))

// size is a number of bytes.
export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`
  const units = ['KB', 'MB', 'GB']
  let i = -1
  do bytes /= 1024
  while (++i < units.length - 1 && bytes >= 1024)
  return `${bytes.toFixed(bytes < 10 ? 1 : 0)} ${units[i]}`
}

// agent is what a phone, a browser or a switch says that it is, as people call it:
// browsers say it in many words.
export function agent(text = '') {
  if (!text.startsWith('Mozilla/')) return text
  const find = (names) => Object.entries(names).find(([word]) => text.includes(word))?.[1]
  const name = find({ 'Edg/': 'Edge', 'OPR/': 'Opera', 'Firefox/': 'Firefox', 'Chrome/': 'Chrome', 'Safari/': 'Safari' }) ?? 'Browser'
  const system = find({ Windows: 'Windows', Android: 'Android', iPhone: 'iPhone', iPad: 'iPad', 'Mac OS': 'macOS', Linux: 'Linux' })
  return system ? `${name} on ${system}` : name
}
