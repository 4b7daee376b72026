// Phone is the line and the history as the parts of the page see them: what
// changes is shown anew.
import { ask } from '../api.js'
import { complain, say } from '../kit/toast.svelte.js'
import { Line } from './line.js'

const page = 50 // records that are asked for at once

export class Phone {
  now = $state.raw()
  records = $state.raw([])
  more = $state(false) // there are older records
  messages = $state.raw(null) // of the mailbox; null until they are known
  me
  line
  #asked = 0

  constructor(me) {
    this.me = me
    this.line = new Line(me, (picture) => (this.now = picture), (what, data) => this.#news(what, data))
    this.now = this.line.picture()
  }

  open() {
    this.line.open().catch(complain)
    return () => this.line.close()
  }

  // attempt does something with the line, and shows why it is refused. The
  // answer is whether it was not.
  async attempt(what) {
    try {
      await what(this.line)
      return true
    } catch (e) {
      if (e.trouble) this.line.trouble(e)
      else complain(e)
      return false
    }
  }

  call = (number) => this.attempt((line) => line.dial(number))
  say = say
  name = (number) => this.line.name(number)

  // people are all others, by name.
  get people() {
    return this.now.people.filter((p) => p.number !== this.me.number).sort((a, b) => (a.name || a.number).localeCompare(b.name || b.number))
  }

  // missed are the calls that came to nobody since the history was looked at.
  get missed() {
    const { seen } = this.now.choices
    return this.records.filter((r) => r.started > seen && this.kind(r) === 'missed').length
  }

  // kind is how a finished call was for this person: 'out', 'in', 'missed' or
  // 'elsewhere', when another one took it.
  kind(record) {
    const own = record.legs?.filter((l) => l.number === this.me.number) ?? []
    if (record.from === this.me.number) return 'out'
    if (own.some((l) => l.answered)) return 'in'
    return record.answered ? 'elsewhere' : 'missed'
  }

  // other is the number at the far end of a finished call.
  other = (record) => (record.from === this.me.number ? record.to : record.from)

  seen() {
    const last = this.records[0]?.started
    if (last && last > this.now.choices.seen) this.line.choose({ seen: last })
  }

  async older() {
    const last = this.records.at(-1)
    const found = await ask('GET', `/cdr?limit=${page}&after=${encodeURIComponent(last.id)}`)
    this.records = [...this.records, ...found]
    this.more = found.length === page
  }

  async #history() {
    const found = await ask('GET', `/cdr?limit=${page}`)
    this.records = found
    this.more = found.length === page
  }

  async #mailbox() {
    const asked = ++this.#asked
    const [box] = await ask('GET', '/voicemail') // of all mailboxes, their own
    const found = box ? await ask('GET', `/voicemail/${encodeURIComponent(box.name)}?limit=200`) : []
    if (asked === this.#asked) this.messages = found
  }

  messagePath = (m) => `/voicemail/${encodeURIComponent(m.mailbox)}/${encodeURIComponent(m.id)}`

  async mark(m, heard) {
    if (m.heard === heard) return
    const now = await ask('PATCH', this.messagePath(m), { heard })
    this.messages = this.messages.map((x) => (x.id === now.id ? now : x))
  }

  async remove(m) {
    await ask('DELETE', this.messagePath(m))
    this.messages = this.messages.filter((x) => x.id !== m.id)
  }

  #news(what, data) {
    if (what === 'record') this.records = [data, ...this.records.filter((r) => r.id !== data.id)]
    if (what === 'said') say(data)
    if (what === 'snapshot') this.attempt(() => this.#history())
    if (what === 'snapshot' || what === 'voicemail') this.attempt(() => this.#mailbox())
  }
}

// presence is how a state of an extension is said.
export const presence = { up: 'In a call', ringing: 'Ringing', registered: 'Available', unregistered: 'Away' }

// initials stand for somebody without a picture.
export function initials(name) {
  const words = name.split(/[\s,.-]+/).filter((w) => /^\p{L}/u.test(w))
  if (!words.length) return '#'
  return (words[0][0] + (words.length > 1 ? words.at(-1)[0] : '')).toUpperCase()
}
