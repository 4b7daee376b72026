// The switch as it is now, for all pages of the desk. The events of the moment
// between two frames are taken together, so that five hundred calls cost the
// page one change a frame. What is shown are values that are replaced, never
// changed: a row that is the same is not drawn again.
import { SvelteMap } from 'svelte/reactivity'
import { ask, listen } from '../api.js'
import { complain } from '../kit/toast.svelte.js'

const hiddenEvery = 1000 // ms between two looks while nobody sees the page
const mostPending = 5000

class Live {
  connected = $state(true)
  ready = $state(false) // the first snapshot is here
  calls = $state.raw([]) // in the order in which they started
  people = $state.raw([])
  trunks = $state.raw([])
  plugins = $state.raw([])
  ended = $state.raw([]) // the last records, the latest first
  following = $state.raw(null) // the call whose page is open, each second
  log = $state.raw([])
  applied = $state(0) // counts configurations that came into force meanwhile
  wrote = $state(0) // counts recordings that began or ended
  now = $state(Date.now()) // each second
}

export const live = new Live()

const calls = new Map()
const names = new SvelteMap() // by number
const lists = {
  people: { path: '/extensions?limit=1000', put: (v) => putPeople(v) },
  trunks: { path: '/trunks?limit=1000', put: (v) => (live.trunks = v) },
  plugins: { path: '/plugins?limit=1000', put: (v) => (live.plugins = v) },
}
const watchers = new Map() // what pages want to know of: by the type of an event

// name is what people call a number.
export const name = (number) => names.get(number) || number

// on has a page told of events of a type, once for all of a moment: the
// function that it returns ends that.
export function on(type, tell) {
  const all = watchers.get(type) ?? new Set()
  watchers.set(type, all.add(tell))
  return () => all.delete(tell)
}

function putPeople(list) {
  live.people = list
  for (const p of list) if (names.get(p.number) !== p.name) names.set(p.number, p.name)
}

// again asks for a list whose events tell only that something changed: at most
// once in a second.
function again(which) {
  const l = lists[which]
  if (l.timer) return
  l.timer = setTimeout(async () => {
    l.timer = null
    try {
      l.put(await ask('GET', l.path))
    } catch (e) {
      if (live.connected) complain(e)
    }
  }, 300)
}

let pending = []
let frame = 0
let timer = 0

function tell(event) {
  pending.push(event)
  if (pending.length > mostPending) flush()
  else if (document.hidden) timer ||= setTimeout(flush, hiddenEvery)
  else frame ||= requestAnimationFrame(flush)
}

function flush() {
  cancelAnimationFrame(frame)
  clearTimeout(timer)
  frame = timer = 0
  const events = pending
  pending = []
  const changed = {}
  const types = new Map()
  for (const e of events) {
    take(e, changed)
    if (watchers.has(e.type)) types.set(e.type, [...(types.get(e.type) ?? []), e.data])
  }
  if (changed.calls) live.calls = [...calls.values()]
  if (changed.ended) live.ended = [...changed.ended.reverse(), ...live.ended].slice(0, 200)
  if (changed.log) live.log = [...live.log, ...changed.log].slice(-2000)
  for (const [type, data] of types) for (const t of watchers.get(type)) t(data)
}

function change(id, to, changed) {
  const c = calls.get(id)
  if (!c) return
  calls.set(id, to(c))
  changed.calls = true
}

const withLeg = (leg) => (c) => {
  const i = c.legs.findIndex((l) => l.id === leg.id)
  if (i < 0) return { ...c, legs: [...c.legs, leg] }
  // What is known of the sound stays where an event does not say it.
  return { ...c, legs: c.legs.with(i, { ...leg, stats: leg.stats ?? c.legs[i].stats }) }
}
const withoutLeg = (id) => (c) => ({ ...c, legs: c.legs.filter((l) => l.id !== id) })

function take({ type, data }, changed) {
  switch (type) {
    case 'snapshot':
      calls.clear()
      for (const c of data.calls) calls.set(c.id, c)
      changed.calls = true
      putPeople(data.extensions)
      live.trunks = data.trunks
      live.plugins = data.plugins
      live.ready = true
      break
    case 'call.started':
    case 'call.ringing':
    case 'call.answered':
      calls.set(data.id, { legs: [], tools: [], ...calls.get(data.id), ...data })
      changed.calls = true
      break
    case 'call.ended':
      changed.calls = calls.delete(data.id) || changed.calls
      ;(changed.ended ??= []).push(data)
      break
    case 'leg.added':
    case 'leg.changed':
      change(data.call, withLeg(data), changed)
      break
    case 'leg.moved':
      change(data.from_call, withoutLeg(data.id), changed)
      change(data.call, withLeg(data), changed)
      break
    case 'leg.removed':
      change(data.call, withoutLeg(data.id), changed)
      break
    case 'leg.verdict':
      change(data.call, (c) => ({ ...c, legs: c.legs.map((l) => (l.id === data.leg ? { ...l, verdicts: verdicts(l.verdicts, data) } : l)) }), changed)
      break
    case 'tool.changed':
      change(data.call, (c) => ({ ...c, tools: tools(c.tools, data) }), changed)
      break
    case 'conference.changed':
    case 'queue.changed':
      if (data.call && data.change) change(data.call, (c) => ({ ...c, queue: data.change === 'gone' ? undefined : data.queue }), changed)
      break
    case 'call.stats':
      live.following = data
      break
    case 'log':
      ;(changed.log ??= []).push(data)
      break
    case 'extension.changed':
    case 'device.registered':
    case 'device.unregistered':
      again('people')
      break
    case 'trunk.changed':
      again('trunks')
      break
    case 'plugin.changed':
      again('plugins')
      break
    case 'recording.started':
    case 'recording.ended':
      live.wrote++
      break
    case 'config.applied':
      live.applied++
      for (const which of Object.keys(lists)) again(which)
  }
}

function verdicts(list = [], v) {
  const rest = list.filter((o) => o.code !== v.code || o.where !== v.where)
  return v.until ? rest : [...rest, v]
}

function tools(list = [], t) {
  const rest = list.filter((o) => o.name !== t.name)
  return t.state === 'ended' ? rest : [...rest, t]
}

let line

// send says something to the switch over the events' way, and says it again
// after each break.
const wishes = new Map()
export function wish(key, message) {
  if (message) wishes.set(key, message)
  else wishes.delete(key)
  line?.send(message ?? { type: `${key}.leave` })
}

// start begins to listen; the function that it returns ends it.
export function start() {
  line = listen(tell, (up) => {
    live.connected = up
    if (up) for (const m of wishes.values()) line?.send(m)
  })
  const clock = setInterval(() => (live.now = Date.now()), 1000)
  // A frame that was asked for does not come while the page is hidden.
  const hidden = () => document.hidden && pending.length && (timer ||= setTimeout(flush, hiddenEvery))
  document.addEventListener('visibilitychange', hidden)
  return () => {
    line()
    clearInterval(clock)
    document.removeEventListener('visibilitychange', hidden)
  }
}
