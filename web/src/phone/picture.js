// How the calls of a line are shown: each as a picture, of what the switch tells of it
// and what only this page knows.
import { isPerson } from './house.js'
import { quality, verdictWords } from './quality.js'

// pictures are those of all calls: first the ones that this page talks in, by its talks.
export function pictures(now) {
  const { house, me, talks, rings, dialling } = now
  const out = []
  for (const talk of talks.values()) out.push(picture(now, talk.call, talk))
  if (dialling) out.push({ id: '', here: true, name: house.name(dialling.to), number: dialling.to, state: 'calling', parties: [], quality: null, words: [] })
  for (const call of house.calls.values()) {
    if (talks.has(call.id) || rings.has(call.id)) continue
    // A call that rings somebody to add has us in it without a phone.
    const leg = call.legs.find((l) => isPerson(l) && l.number === me && (l.remote || l.peer))
    // What this page has asked for, and not been answered yet.
    if (leg?.kind === 'browser' && dialling) continue
    if (leg && leg.state !== 'ringing') out.push(picture(now, call.id, null, leg))
  }
  return out
}

function picture({ house, me, talks, skew, codes }, id, talk, elsewhere) {
  const call = house.calls.get(id) ?? { legs: [], tools: [] }
  const leg = talk ? call.legs.find((l) => l.id === talk.leg) : elsewhere
  const others = call.legs.filter((l) => l !== leg && l.state !== 'ended')
  const up = call.state === 'up'
  const parties = up ? others.filter((l) => l.state === 'up' || l.kind === 'app') : others
  const name = (l) => (l.kind === 'app' ? house.name(call.to) : house.name(l.number) || l.name)
  const to = talk?.to || call.to || ''
  const incoming = talk ? !talk.to : call.from !== me
  const caller = house.named.get(id)
  let shown
  if (leg?.listens) shown = { name: 'You listen in', number: '' }
  else if (call.conference) shown = { name: `Conference ${call.conference}`, number: '' }
  else if (parties.length > 1 && up) shown = { name: parties.map(name).join(', '), number: `${parties.length + 1} in this call` }
  else if (parties.length === 1 && up) shown = { name: name(parties[0]), number: parties[0].number }
  else if (incoming) shown = { name: caller || house.name(call.from), number: call.from }
  else shown = { name: house.name(to), number: to }
  if (up && parties.length === 1 && incoming && caller && parties[0].number === call.from) shown.name = caller
  const found = []
  for (const l of call.legs) for (const v of l.verdicts ?? []) found.push(verdictWords(v, l === leg, name(l)))
  const verdicts = found.filter(Boolean)
  const record = call.tools?.find((t) => t.name === 'record')
  return {
    id,
    here: !!talk,
    ...shown,
    state: up ? 'up' : talk && !call.state ? 'calling' : others.some((l) => l.state === 'ringing' || l.state === 'early') ? 'ringing' : 'calling',
    since: up ? Date.parse(leg?.since && incoming ? leg.since : (call.answered ?? call.started)) - skew : 0,
    held: !!leg?.held,
    listens: !!leg?.listens,
    muted: !!talk?.muted,
    note: talk?.note ?? '',
    about: talk?.about && talks.has(talk.about) ? talk.about : '',
    recorded: record?.state ?? '',
    canRecord: !leg?.listens && !!house.people.get(me)?.record_on_demand && !!codes.record,
    parties: parties.map((l) => ({ id: l.id, name: name(l), number: l.number, state: l.state, held: l.held, speaking: !!l.speaking })),
    alone: parties.length === 1,
    quality: talk ? quality(talk.state, talk.delta, verdicts) : null,
    waiting: call.queue ?? '',
    said: talk?.session?.track ?? null, // the microphone's track
    heard: talk?.session?.stream ?? null,
    words: house.said.filter((u) => u.call === id).map((u) => ({ name: u.number === me ? 'You' : house.name(u.number) || u.name, text: u.text, key: `${u.leg} ${u.began}` })),
  }
}
