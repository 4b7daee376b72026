// What the desk says in words: states, qualities, lengths.
import { lasted } from '../words.js'

// since is how long something has gone on, as a clock shows it.
export function since(iso, now) {
  const s = Math.max(0, (now - new Date(iso)) / 1000)
  return s < 3600 ? lasted(s) : `${Math.floor(s / 3600)}:${lasted(s % 3600).padStart(5, '0')}`
}

// worst is the lower of a leg's two estimates of quality (MOS, 1 to 4.4), 0 for none.
export function mos(leg) {
  const all = [leg.stats?.mos_in, leg.stats?.mos_out].filter((m) => m > 0)
  return all.length ? Math.min(...all) : 0
}

export const worst = (call) => call.legs.map(mos).filter(Boolean).reduce((a, b) => Math.min(a, b), 5) % 5

// grade is the lamp of an estimate.
export const grade = (m) => (m >= 4 ? 'good' : m >= 3.4 ? 'warn' : m > 0 ? 'bad' : '')

export const gradeWord = (m) => (m >= 4 ? 'good' : m >= 3.4 ? 'fair' : m > 0 ? 'poor' : 'not known yet')

const codecs = { pcmu: 'PCMU', pcma: 'PCMA', opus: 'Opus', g722: 'G.722' }
export const codec = (c) => codecs[c] ?? c

export const kinds = { extension: 'extension', trunk: 'trunk', browser: 'browser', app: 'app', tool: 'tool', leg: 'plugin' }

export const path = (...parts) => parts.map(encodeURIComponent).join('/')

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
export const exact = (iso) => (iso ? moment.format(new Date(iso)) : '')

const days = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' })
const times = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })

// day is a date, as short as it can be; today is none.
export const day = (iso) => (new Date(iso).toDateString() === new Date().toDateString() ? '' : days.format(new Date(iso)))
export const time = (iso) => times.format(new Date(iso))

// clock is a time of day to the millisecond, as in ladders and logs.
export function clock(iso) {
  const d = new Date(iso)
  const two = (n) => String(n).padStart(2, '0')
  return `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}.${String(d.getMilliseconds()).padStart(3, '0')}`
}
