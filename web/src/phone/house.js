// House is what the switch tells somebody of their phone system: their calls, the
// people in it, their mailbox. What is in it is replaced, never changed.

export const isPerson = (leg) => leg.kind === 'extension' || leg.kind === 'browser'

export class House {
  calls = new Map() // by id
  people = new Map() // by number
  named = new Map() // callers' names, which only their ringing tells, by the call's id
  said = [] // what was said in calls that are transcribed
  box = null // their mailbox: {name, new}

  name = (number) => this.people.get(number)?.name || number

  snapshot({ calls, extensions, voicemail }) {
    this.calls = new Map(calls.map((c) => [c.id, c]))
    this.directory(extensions)
    this.box = voicemail && { name: voicemail.name, new: voicemail.new }
  }

  directory(people) {
    this.people = new Map(people.map((p) => [p.number, p]))
  }

  // take takes in an event that says no more than how a call is.
  take(type, data) {
    switch (type) {
      case 'call.joined':
        this.calls.set(data.call.id, data.call)
        break
      case 'call.started':
      case 'call.ringing':
      case 'call.answered':
        this.calls.set(data.id, { legs: [], tools: [], ...this.calls.get(data.id), ...data })
        break
      case 'leg.verdict':
        this.#change(data.call, (call) => ({ legs: call.legs.map((l) => (l.id === data.leg ? { ...l, verdicts: judged(l.verdicts, data) } : l)) }))
        break
      case 'tool.changed':
        this.#change(data.call, ({ tools = [] }) => {
          const rest = tools.filter((t) => t.name !== data.name)
          return { tools: data.state === 'ended' ? rest : [...rest, data] }
        })
        break
      case 'transcript.partial':
      case 'transcript.final':
        this.said = [...this.said.filter((u) => u.call !== data.call || u.leg !== data.leg || u.began !== data.began), data].slice(-20)
    }
  }

  // person takes in how somebody is; whether they are known.
  person({ name, by, call, ...change }) { // the name there is the configuration's
    const before = this.people.get(change.number)
    if (before) this.people.set(change.number, { ...before, ...change })
    return !!before
  }

  // putLeg takes in a leg; whether its call is known.
  putLeg(leg) {
    return this.#change(leg.call, ({ legs }) => ({ legs: [...legs.filter((l) => l.id !== leg.id), leg] }))
  }

  dropLeg(id, leg) {
    this.#change(id, ({ legs }) => ({ legs: legs.filter((l) => l.id !== leg) }))
  }

  // overhear takes in a call that we only listen to, of which nothing else is told.
  overhear(call, since, legs = []) {
    this.calls.set(call, { id: call, state: 'up', started: since, legs, tools: [] })
  }

  over(id) {
    this.calls.delete(id)
    this.named.delete(id)
    this.said = this.said.filter((u) => u.call !== id)
  }

  #change(id, to) {
    const call = this.calls.get(id)
    if (call) this.calls.set(id, { ...call, ...to(call) })
    return !!call
  }
}

function judged(verdicts = [], v) {
  const rest = verdicts.filter((x) => x.code !== v.code)
  return v.until ? rest : [...rest, v]
}
