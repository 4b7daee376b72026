// Line is the phone of one person in one page, without a face: it keeps what the
// switch tells, rings, and takes and makes calls. The face gets a new picture
// (see picture) for each change and calls the acts.
//
// A call in which this page talks has a Talk: its session, and what only this
// page knows of it. Which calls there are, and who is in them, is the switch's
// to tell (House); the Talk of a call ends when the switch says so. A page that is
// loaded anew takes its Talks up again (kept).
import { ask, listen } from '../api.js'
import { outcome } from '../words.js'
import { choices, choose } from './choices.js'
import { device, keep, kept } from './device.js'
import { House, isPerson } from './house.js'
import { closeNotification, notify, subscribe, unsubscribe } from './notify.js'
import { pictures } from './picture.js'
import { since } from './quality.js'
import { answerTime, Session } from './session.js'
import { Devices, Microphone, Ringer, Speaker } from './sound.js'

const renewal = 25_000 // ms: a session that is linked to nothing ends after 30 s
const look = 2_000 // ms between two looks at the counters of a call
const patience = 40_000 // ms in which a call that lost its session is taken up again, unless the switch ends it before
const freshness = 3_600_000 // ms: relays give names and passwords that hold for some hours

// reasons say why nobody was reached.
const reasons = {
  busy: (name) => `${name} is busy.`,
  no_answer: (name) => `${name} does not answer.`,
  declined: (name) => `${name} does not take the call.`,
  unavailable: (name) => `${name} cannot be reached.`,
  do_not_disturb: (name) => `${name} does not want to be disturbed.`,
  not_found: (name) => `The number ${name} does not exist.`,
  denied: (name) => `You may not call ${name}.`,
  congestion: () => 'All lines are busy. Try again in a moment.',
}

export class Line {
  #me
  #show
  #device = ''
  #events = null // ends them, and sends
  #closed = false
  #up = true
  #ready = false
  #skew = 0 // ms that the switch's clock is ahead of ours

  #webrtc = { ice_servers: [] }
  #house = new House()
  #ended = new Map() // the records of the last ones, by id
  #dropped = new Map() // talks whose leg is over before their call, by its id
  #talks = new Map() // by the id of the call
  #dialling = null // {to}: the call that the switch was asked for and has no id yet
  #moved = new Map() // where legs of ours went meanwhile: {call, leg}, by the call before
  #rings = new Map() // by the id of the call
  #refused = '' // why this page is no phone
  #codes = {}
  #notice = null
  #chosen = '' // a call that is answered as soon as it rings here
  #microphone = navigator.mediaDevices?.getUserMedia ? 'unknown' : 'insecure'

  #choices
  #devices
  #mic
  #ringer = new Ringer()
  #off = new AbortController()
  #looking
  #refreshing

  // show is called with a picture whenever it changes; news tells the face of
  // what no picture holds: ('record', cdr), ('snapshot'), ('voicemail'), ('said', text).
  constructor(me, show, news) {
    this.#me = me
    this.#show = show
    this.news = news
    this.#choices = choices(me.number)
    this.#devices = new Devices(() => this.#choices)
    this.#mic = new Microphone(() => ({ ...this.#choices, microphone: this.#devices.use('microphone') }), () => this.#plugged(true))
  }

  async open() {
    const on = (target, type, does) => target?.addEventListener?.(type, does, { signal: this.#off.signal })
    on(document, 'visibilitychange', () => this.#state())
    on(window, 'focus', () => this.#state())
    on(window, 'pointerdown', () => this.#first())
    on(window, 'keydown', () => this.#first())
    on(window, 'online', () => this.#restart())
    on(navigator.connection, 'change', () => this.#restart())
    on(navigator.mediaDevices, 'devicechange', () => this.#plugged())
    on(navigator.serviceWorker, 'message', ({ data }) => this.#asked(data))
    this.#permission()
    this.#devices.look()
    this.#looking = setInterval(() => this.#look(), look)
    this.#device = await device()
    if (this.#closed) return
    this.#events = listen(
      (e) => this.#tell(e),
      (up) => {
        this.#up = up
        if (up) this.#state()
        this.#changed()
      },
      { device: this.#device },
    )
    const [, codes] = await Promise.all([this.#refresh(), ask('GET', '/features').catch(() => [])])
    this.#refreshing = setInterval(() => this.#refresh(), freshness)
    this.#codes = Object.fromEntries(codes.map((c) => [c.name.replace('features.', ''), c.code]))
    this.#ready = true
    this.#state()
    this.#changed()
    if (this.#choices.notify) subscribe(this.#webrtc.push_key)
  }

  // refresh asks what a session is made with.
  async #refresh() {
    this.#webrtc = await ask('GET', '/webrtc').catch(() => this.#webrtc)
  }

  // close ends the phone, and with it the calls of this page.
  close() {
    this.#closed = true
    this.#off.abort()
    clearInterval(this.#looking)
    clearInterval(this.#refreshing)
    this.#events?.()
    for (const t of this.#talks.values()) this.#drop(t, false)
    for (const r of this.#rings.values()) this.#unring(r)
    this.#keep()
  }

  // --- what the switch tells

  #tell({ type, time, data }) {
    if (time) this.#skew = Date.parse(time) - Date.now()
    switch (type) {
      case 'snapshot':
        this.#snapshot(data, time)
        break
      case 'phone.ring':
        this.#ring(data)
        break
      case 'phone.stop':
        this.#stopped(data)
        break
      case 'phone.lost': {
        const talk = this.#talks.get(data.call)
        if (talk && (!data.session || talk.session?.id === data.session)) this.#takeUp(talk)
        break
      }
      case 'phone.text':
        this.#note(`${data.from_name || data.from || 'Plugboard'}: ${data.text}`, data.from ? { dial: data.from } : {})
        break
      case 'call.ended':
        this.#over(data)
        break
      case 'leg.added':
      case 'leg.changed':
        this.#putLeg(data)
        break
      case 'leg.moved':
        this.#house.dropLeg(data.from_call, data.id)
        this.#move(data)
        // Of a call that we only listen to, we are told how we stand in it, and no more.
        if (data.listens && this.#talks.has(data.call)) this.#house.overhear(data.call, time)
        this.#putLeg(data)
        this.#keep()
        break
      case 'leg.removed':
        this.#house.dropLeg(data.call, data.id)
        this.#legOver(data)
        if (data.listens) {
          this.#house.calls.delete(data.call)
          this.#dropped.delete(data.call)
        }
        break
      case 'extension.changed':
      case 'presence.changed':
        if (!this.#house.person(data)) this.#again()
        break
      case 'device.registered':
      case 'device.unregistered':
        this.#again()
        break
      case 'voicemail.changed':
        this.#house.box = { name: data.name, new: data.new }
        this.news('voicemail')
        break
      case 'config.applied':
        this.#again()
        break
      default:
        this.#house.take(type, data)
    }
    this.#changed()
  }

  #snapshot(data, time) {
    const overheard = [...this.#house.calls.values()].filter((c) => c.legs.some((l) => l.listens))
    this.#house.snapshot(data)
    this.#refused = data.phone?.refused ?? ''
    for (const r of [...this.#rings.values()]) if (!data.phone?.ringing?.some((x) => x.call === r.call)) this.#unring(r)
    for (const r of data.phone?.ringing ?? []) this.#ring(r)
    const before = kept()
    const own = (data.phone?.legs ?? []).filter(({ device }) => device === this.#device)
    for (const { call, leg } of own) {
      if (this.#house.calls.has(call)) continue
      // A call of ours that is none of our calls is one that we listen to.
      const since = overheard.find((c) => c.id === call)?.started ?? before.find((t) => t.leg === leg)?.overheard ?? time
      this.#house.overhear(call, since, [{ id: leg, kind: 'browser', number: this.#me.number, state: 'up', listens: true }])
    }
    for (const t of [...this.#talks.values()]) if (!this.#house.calls.has(t.call)) this.#drop(t, true)
    for (const { call, leg, session } of own) {
      const talk = this.#talks.get(call)
      if (!talk) this.#takeUp(this.#talk({ ...before.find((t) => t.leg === leg), call, leg, session: null }))
      else if (!session) this.#takeUp(talk) // it was lost meanwhile
    }
    this.#keep()
    this.news('snapshot')
  }

  #putLeg(leg) {
    if (!this.#house.putLeg(leg)) return
    const talk = this.#talks.get(leg.call)
    if (talk) {
      if (!talk.leg && this.#isOurs(leg)) {
        talk.leg = leg.id
        this.#keep()
      } else if (leg.id !== talk.leg && leg.state === 'up') talk.note = ''
    }
  }

  #isOurs = (leg) => leg.kind === 'browser' && leg.number === this.#me.number && ![...this.#talks.values()].some((t) => t.leg === leg.id)

  // move follows a leg of ours into another call.
  #move(leg) {
    const talk = [...this.#talks.values()].find((t) => t.leg === leg.id)
    if (!talk && this.#dialling && this.#isOurs(leg)) this.#moved.set(leg.from_call, { call: leg.call, leg: leg.id })
    if (!talk) return
    this.#talks.delete(talk.call)
    talk.call = leg.call
    talk.to = ''
    talk.note = ''
    this.#talks.set(talk.call, talk)
    this.#keep()
  }

  #legOver(leg) {
    const talk = this.#talks.get(leg.call)
    if (talk && talk.leg === leg.id) {
      this.#drop(talk, true)
      this.#dropped.set(leg.call, talk)
    }
    const ring = this.#rings.get(leg.call)
    if (ring && ring.leg === leg.id && !ring.answering) this.#unring(ring)
  }

  #over(record) {
    this.#house.over(record.id)
    this.#ended.set(record.id, record)
    if (this.#ended.size > 20) this.#ended.delete(this.#ended.keys().next().value)
    const talk = this.#talks.get(record.id) ?? this.#dropped.get(record.id)
    this.#dropped.delete(record.id)
    if (talk) {
      this.#drop(talk, true)
      this.#unreached(talk, record)
    }
    const ring = this.#rings.get(record.id)
    if (ring) this.#unring(ring)
    this.news('record', record)
  }

  // unreached says why nobody was reached.
  #unreached(talk, record) {
    if (record.answered || talk.left || !talk.to) return
    const name = this.name(talk.to)
    this.#note(reasons[record.cause]?.(name) ?? `${name}: ${outcome(record)}${record.text ? `, ${record.text}` : ''}.`, { again: talk.to, bad: true })
  }

  #asking
  #again() {
    clearTimeout(this.#asking)
    this.#asking = setTimeout(async () => {
      const people = await ask('GET', '/extensions').catch(() => null)
      if (people) this.#house.directory(people)
      this.#changed()
    }, 200)
  }

  // --- ringing

  #ring(data) {
    // First of all: this page lives.
    this.#events?.send({ type: 'phone.ringing', call: data.call, leg: data.leg })
    const ring = this.#rings.get(data.call) ?? { session: null, answering: false, sound: false }
    const aloud = data.sound && !ring.sound // the first time; another page may have been meant before
    Object.assign(ring, data)
    this.#rings.set(data.call, ring)
    if (data.from?.name) this.#house.named.set(data.call, data.from.name)
    this.#sound()
    if (ring.sound && this.#microphone !== 'denied' && this.#microphone !== 'insecure') this.#prepare(ring)
    if ((ring.auto && aloud) || data.call === this.#chosen) return this.#asked({ act: 'answer', call: data.call })
    if (aloud && this.#choices.notify && !document.hasFocus()) notify(data, this.caller(data.from))
  }

  // prepare has a session ready when the call is answered.
  #prepare(ring) {
    if (ring.session) return
    const session = this.#session(() => {
      if (ring.session === session) ring.session = null
    })
    ring.session = session
    session.ready = session.open()
    session.ready.catch(() => {
      if (ring.session === session) ring.session = null
    })
    ring.renewal = setTimeout(() => {
      if (ring.answering || this.#rings.get(ring.call) !== ring) return
      session.close()
      ring.session = null
      this.#prepare(ring)
    }, renewal)
  }

  #stopped({ call, cause }) {
    const ring = this.#rings.get(call)
    if (!ring) return
    if (ring.answering && cause === 'answered') return // by us
    if (ring.answering && cause === 'answered_elsewhere') this.#note('Another phone was quicker.')
    this.#unring(ring)
  }

  #unring(ring) {
    clearTimeout(ring.renewal)
    ring.session?.close()
    ring.session = null
    this.#rings.delete(ring.call)
    closeNotification(ring.call)
    this.#sound()
  }

  // sound rings, or ceases to.
  #sound() {
    const rings = [...this.#rings.values()].some((r) => r.sound && !r.answering && !r.silenced)
    if (!rings) return this.#ringer.stop()
    const talks = this.#talks.size > 0 || this.#dialling
    const { tone, volume } = this.#choices
    this.#ringer.ring(talks ? 'waiting' : tone, volume, this.#devices.use(talks ? 'speaker' : 'ringer'))
  }

  silence(call) {
    const ring = this.#rings.get(call)
    if (ring) ring.silenced = true
    this.#sound()
    this.#changed()
  }

  // --- acts; each is refused with an error whose message is for people

  async answer(call) {
    const ring = this.#rings.get(call)
    if (!ring || ring.answering) return
    ring.answering = true
    this.#sound()
    this.#changed()
    let track
    try {
      const held = this.#holdOthers(call)
      if (!ring.session) this.#prepare(ring)
      const { session } = ring
      ;[track] = await Promise.all([this.#take(), session.ready])
      await session.send(track)
      const talk = this.#talk({ call, leg: ring.leg, session })
      ring.session = null
      clearTimeout(ring.renewal)
      try {
        await ask('POST', `/webrtc/sessions/${session.id}/link`, { call })
      } catch (e) {
        if (e.status === 404 && this.#rings.has(call)) {
          await this.#takeUp(talk) // it still rings: the session was lost meanwhile
        } else {
          this.#drop(talk, false)
          if (e.status === 409 || e.status === 404) throw new Error('The call was answered elsewhere, or is over.')
          throw e
        }
      }
      this.#unring(ring)
      await held
    } catch (e) {
      ring.answering = false
      if (!ring.session) this.#unring(ring)
      throw e
    } finally {
      this.#sound()
      this.#changed()
    }
  }

  async decline(call) {
    await ask('POST', `/calls/${encodeURIComponent(call)}/decline`)
    const ring = this.#rings.get(call)
    if (ring) this.#unring(ring)
    this.#changed()
  }

  // dial calls a number. about is the call that it is a consultation for.
  async dial(to, about = '') {
    to = to.trim()
    if (!to || this.#dialling) return
    this.#dialling = { to }
    this.#moved.clear()
    this.#notice = null
    this.#changed()
    let session, track
    try {
      const held = this.#holdOthers('')
      track = await this.#take()
      session = this.#session(() => {})
      await session.send(track)
      await session.open()
      const { id } = await ask('POST', '/calls', { to, session: session.id })
      // What is dialled may lead into another call at once: one that is parked.
      let at = { call: id, leg: this.#house.calls.get(id)?.legs.find(this.#isOurs)?.id ?? '' }
      while (this.#moved.has(at.call)) at = this.#moved.get(at.call)
      const talk = this.#talk({ ...at, to: at.call === id ? to : '', about, session })
      const over = this.#ended.get(at.call)
      if (over) {
        this.#drop(talk, true)
        this.#unreached(talk, over)
      }
      await held
    } catch (e) {
      session?.close()
      this.#mic.give(track)
      throw e
    } finally {
      this.#dialling = null
      this.#sound()
      this.#changed()
    }
  }

  async hangup(call) {
    const talk = this.#talks.get(call)
    if (talk) {
      talk.left = true
      this.#drop(talk, false)
      this.#changed()
      return
    }
    const leg = this.#house.calls.get(call)?.legs.find((l) => isPerson(l) && l.number === this.#me.number)
    await ask('DELETE', leg ? `${legPath(call, leg.id)}` : `/calls/${encodeURIComponent(call)}`)
  }

  // leave ends what goes on as the person who is signed in, before they sign out.
  async leave() {
    const calls = [...this.#talks.values()].map((t) => this.#drop(t, false))
    await Promise.all([...calls, this.#choices.notify && unsubscribe()])
    this.#changed()
  }

  async hold(call, hold = true) {
    const { leg } = this.#ours(call)
    if (!hold) await this.#holdOthers(call)
    await ask('POST', `${legPath(call, leg)}/${hold ? 'hold' : 'resume'}`)
  }

  async #holdOthers(but) {
    const live = [...this.#talks.values()].filter((t) => t.call !== but && t.leg && this.#house.calls.get(t.call)?.state === 'up')
    await Promise.all(
      live.map(async (t) => {
        const leg = this.#house.calls.get(t.call)?.legs.find((l) => l.id === t.leg)
        if (leg && !leg.held && !leg.listens) await ask('POST', `${legPath(t.call, t.leg)}/hold`)
      }),
    ).catch((e) => this.#note(`The other call is not on hold: ${e.message}`, { bad: true }))
  }

  mute(call, muted) {
    const talk = this.#ours(call)
    talk.muted = muted
    if (talk.session?.track) talk.session.track.enabled = !muted
    this.#keep()
    this.#changed()
  }

  digits(call, keys) {
    this.#ours(call).session.digits(keys)
  }

  // transfer sends the other party of a call to a number, or with into to the
  // party of another call.
  async transfer(call, to) {
    const talk = this.#ours(call)
    await ask('POST', `/calls/${encodeURIComponent(call)}/transfer`, { to, leg: this.#other(call).id })
    talk.note = `Being transferred to ${this.name(to)} …`
    this.#changed()
  }

  async transferInto(call, into) {
    await ask('POST', `/calls/${encodeURIComponent(call)}/transfer`, { into, leg: this.#other(call).id })
  }

  async add(call, to) {
    await ask('POST', `/calls/${encodeURIComponent(call)}/legs`, { to })
    this.#ours(call).note = `${this.name(to)} is called, and comes in …`
    this.#changed()
  }

  // join brings the parties of a call that is held into this one.
  async join(call, other) {
    await ask('POST', `/calls/${encodeURIComponent(call)}/join`, { call: other })
  }

  async park(call) {
    const { slot } = await ask('POST', `/calls/${encodeURIComponent(call)}/park`, { leg: this.#other(call).id })
    this.#note(`Parked: dial ${slot} on any phone to take it up.`, { dial: slot })
  }

  // record presses the code that begins or ends a recording.
  record(call, what = 'record') {
    this.digits(call, this.#codes[what])
  }

  async set(change) {
    const now = await ask('PATCH', `/extensions/${encodeURIComponent(this.#me.number)}`, change)
    this.#house.people.set(now.number, { ...this.#house.people.get(now.number), ...now })
    this.#changed()
  }

  // choose sets what is chosen in this browser; calls that go on follow.
  async choose(change) {
    this.#choices = choose(this.#me.number, change)
    if ('speaker' in change) for (const t of this.#talks.values()) t.speaker.sink(this.#devices.use('speaker'))
    if ('microphone' in change || 'processing' in change) await this.#changeMicrophone()
    if (change.notify) await subscribe(this.#webrtc.push_key)
    if (change.notify === false) unsubscribe()
    this.#changed()
  }

  // ringTone lets a tone be heard, on the 'ringer' or the 'speaker', until it is asked
  // for with ''.
  ringTone(tone, on = 'ringer') {
    if (tone) this.#ringer.ring(tone, this.#choices.volume, this.#devices.use(on))
    else this.#sound()
  }

  // allow asks for the microphone, so that the first call need not.
  async allow() {
    const track = await this.#take()
    return { stream: new MediaStream([track]), end: () => this.#mic.give(track) }
  }

  dismiss() {
    this.#notice = null
    this.#changed()
  }

  // trouble shows what an act was refused with.
  trouble(e) {
    this.#note(e.trouble ? '' : e.message, { bad: true, microphone: e.trouble })
  }

  name = (number) => this.#house.name(number)
  caller = (from) => from.name || this.name(from.number) || 'Unknown number'

  // --- talks and sessions

  #session(lost) {
    const session = new Session(() => this.#webrtc.ice_servers, this.#device, {
      heard: (stream) => {
        const talk = this.#of(session)
        if (talk) talk.speaker.play(stream, this.#devices.use('speaker'))
      },
      state: (state) => {
        const talk = this.#of(session)
        session.state = state
        if (talk) talk.state = state
        this.#changed()
      },
      lost: () => {
        const talk = this.#of(session)
        if (talk) this.#takeUp(talk)
        else lost()
      },
    })
    return session
  }

  #of = (session) => [...this.#talks.values()].find((t) => t.session === session)

  #talk({ call, leg, to = '', about = '', muted = false, note = '', session }) {
    const talk = { call, leg, to, about, session, muted, note, speaker: new Speaker(), state: session?.state ?? 'connecting', figures: null, delta: null }
    this.#talks.set(call, talk)
    if (session?.stream) talk.speaker.play(session.stream, this.#devices.use('speaker'))
    this.#keep()
    return talk
  }

  #drop(talk, told) {
    if (talk.over) return
    this.#talks.delete(talk.call)
    talk.over = true
    const track = talk.session?.track
    const closed = talk.session?.close(told)
    this.#mic.give(track)
    talk.speaker.stop()
    this.#keep()
    this.#sound()
    return closed
  }

  // takeUp gives a call that lost its session another one.
  async #takeUp(talk) {
    if (talk.takingUp || talk.over) return
    talk.takingUp = true
    talk.state = 'broken'
    const until = Date.now() + patience
    this.#mic.give(talk.session?.track)
    talk.session?.close(true)
    for (;;) {
      let session
      let linking = false
      try {
        const track = await this.#take()
        track.enabled = !talk.muted
        session = talk.session = this.#session(() => {})
        await session.send(track)
        await session.open()
        linking = true
        await ask('POST', `/webrtc/sessions/${session.id}/link`, { call: talk.call }, AbortSignal.timeout(answerTime))
        if (session.closed) throw new Error('The session was lost again.')
        talk.takingUp = false
        return this.#changed()
      } catch (e) {
        this.#mic.give(session?.track)
        // One that may be linked is not hung up: the next takes its place.
        session?.close(linking)
        if (talk.over) return
        // A session that is not found may have been lost; the call, when it is ours no more.
        const gone = e.status === 409 || (e.status === 404 && !this.#house.calls.has(talk.call))
        if (Date.now() > until || e.trouble || gone) {
          this.#drop(talk, true)
          this.trouble(e.trouble ? e : new Error('The call was lost.'))
          return this.#changed()
        }
        await new Promise((r) => setTimeout(r, 500))
      }
    }
  }

  #restart() {
    for (const t of this.#talks.values()) t.session?.restart()
  }

  // keep writes down which calls are this page's.
  #keep() {
    keep([...this.#talks.values()].filter((t) => t.leg).map(({ call, leg, to, about, muted, note }) => {
      const it = this.#house.calls.get(call)
      return { call, leg, to, about, muted, note, overheard: it?.legs.some((l) => l.listens) ? it.started : undefined }
    }))
  }

  #ours(call) {
    const talk = this.#talks.get(call)
    if (!talk) throw new Error('This call is not on this phone.')
    return talk
  }

  // other is the party that this page talks to; there must be just one.
  #other(call) {
    const { leg } = this.#ours(call)
    const others = this.#house.calls.get(call)?.legs.filter((l) => l.id !== leg && l.state !== 'ended') ?? []
    if (others.length !== 1) throw new Error(others.length ? 'There are several in this call.' : 'There is nobody else in this call.')
    return others[0]
  }

  // --- microphone, network, page

  async #take() {
    try {
      const track = await this.#mic.take()
      if (!this.#devices.known) this.#devices.look()
      this.#microphone = 'granted'
      if (this.#notice?.microphone) this.#notice = null
      return track
    } catch (e) {
      this.#microphone = e.trouble ?? 'failed'
      this.#state()
      throw e
    }
  }

  async #changeMicrophone() {
    if (!this.#mic.live) return
    await this.#mic.change()
    for (const t of this.#talks.values()) {
      if (!t.session) continue
      const track = await this.#take()
      track.enabled = !t.muted
      this.#mic.give(await t.session.send(track))
    }
  }

  // plugged takes that a device was unplugged, or is back; ended: the microphone was.
  async #plugged(ended = false) {
    const { gone, back } = await this.#devices.look()
    for (const t of this.#talks.values()) t.speaker.sink(this.#devices.use('speaker'))
    if (this.#rings.size) this.#sound()
    const names = (of) => [...of.values()].map((name) => `“${name}”`).join(', ')
    if (gone.size) this.#note(`${names(gone)}: no longer there. The browser's choice is used until it is back.`, { devices: true })
    if (back.size) {
      if (this.#notice?.devices) this.#notice = null
      this.news('said', `${names(back)}: used again.`)
    }
    const { microphone } = this.#choices
    if (ended || gone.has(microphone) || back.has(microphone)) await this.#changeMicrophone().catch((e) => this.trouble(e))
    this.#changed()
  }

  async #permission() {
    const status = await navigator.permissions?.query({ name: 'microphone' }).catch(() => null)
    if (!status || this.#microphone === 'insecure') return
    const set = () => {
      this.#microphone = status.state === 'prompt' ? 'unknown' : status.state
      this.#state()
      this.#changed()
    }
    status.addEventListener('change', set, { signal: this.#off.signal })
    set()
  }

  #clicked = false
  #first() {
    if (this.#clicked) return
    this.#clicked = true
    this.#state()
    this.#changed()
  }

  // state tells the switch how fit this page is to ring.
  #state() {
    this.#events?.send({
      type: 'phone.state', visible: document.visibilityState === 'visible',
      ready: this.#ready && !this.#refused && this.#microphone !== 'denied' && this.#microphone !== 'insecure', audio: this.#ringer.allowed,
    })
  }

  // asked is what was chosen in a notification. What this page does not know yet it
  // answers when it rings.
  #asked({ act, call }) {
    if (act !== 'answer') return
    this.#chosen = this.#rings.has(call) ? '' : call
    this.answer(call).catch((e) => this.trouble(e))
  }

  // expect is told for which call the page was opened: it shall answer that.
  expect = (call) => this.#asked({ act: 'answer', call })

  async #look() {
    const live = [...this.#talks.values()].filter((t) => t.session && t.state === 'connected')
    await Promise.all(
      live.map(async (t) => {
        const now = await t.session.figures().catch(() => null)
        t.delta = since(t.figures, now)
        t.figures = now
      }),
    )
    if (live.length) this.#changed()
  }

  #note(text, more = {}) {
    this.#notice = { text, ...more }
    this.#changed()
  }

  // --- the picture

  #due = false
  #changed() {
    if (this.#due || this.#closed) return
    this.#due = true
    queueMicrotask(() => {
      this.#due = false
      if (!this.#closed) this.#show(this.picture())
    })
  }

  picture() {
    const own = this.#house.people.get(this.#me.number)
    return {
      up: this.#up,
      ready: this.#ready,
      people: [...this.#house.people.values()],
      own,
      rings: [...this.#rings.values()].map(({ call, from, to, sound, answering, silenced }) => ({ call, from, to, sound, answering, silenced })),
      calls: pictures({ house: this.#house, me: this.#me.number, talks: this.#talks, rings: this.#rings, dialling: this.#dialling, skew: this.#skew, codes: this.#codes }),
      box: this.#house.box,
      notice: this.#notice,
      microphone: this.#microphone,
      mayRing: this.#ringer.allowed,
      choices: this.#choices,
      pushes: !!this.#webrtc.push_key,
      refused: this.#refused,
      records: !!own?.record_on_demand && !!this.#codes.record,
      voicemailCode: this.#codes.voicemail,
    }
  }
}

const legPath = (call, leg) => `/calls/${encodeURIComponent(call)}/legs/${encodeURIComponent(leg)}`
