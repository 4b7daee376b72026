// Session is one media session with the switch: a peer connection, which stands
// alone until it is linked to a call.
//
//	open()     the offer goes out, the answer comes; candidates follow by trickle
//	restart()  other network: ICE begins anew, the session goes on
//	close()
//
// Whether its way holds is seen by what comes, each second, which tells sooner
// than the browser's states:
//
//	connected ──nothing for 3 s, or ICE says so──▶ broken: restart() ──something comes──▶ connected
//	                                                │ two restarts in vain, the switch knows it no more
//	                                                └──▶ lost()
//
// Who is told lost() makes another.
import { ask, Problem } from '../api.js'

const rate = 20 // ms that candidates are gathered for, so that one request takes several
const beat = 1000 // ms between two looks at what came
const silence = 3000 // ms; a browser asks for a sign of life each 2.5 s, and our switch each 2
const search = 3000 // ms that a restart may take to find a way
const again = 1000 // ms until the next try, when the switch does not answer
const vain = 2 // restarts that found no way

// answerTime is for how long the switch is waited for, in ms: on a network that
// comes back, another connection is faster than one that waits to send again.
export const answerTime = 4000

export class Session {
  id = ''
  stream = null // what is heard

  #pc
  #track = null
  #sender
  #candidates = []
  #over = false // all candidates are known
  #held = true // the switch does not know this round of ICE yet
  #timer
  #patience
  #beat
  #closed = false
  #restarting = null // what gives the restart up that is under way
  #last = null // restart, until it ends
  #broken = false
  #tried = 0 // restarts since it was broken
  #came = null // what had come at the last beat, and when: {sound, signs, soundAt, signsAt}
  #iceServers
  #device
  #says

  // iceServers() are the present ones; says has heard(stream), state(word) and
  // lost(): a word is 'connecting', 'connected' or 'broken'.
  constructor(iceServers, device, says) {
    this.#iceServers = iceServers
    this.#device = device
    this.#says = says
    this.#pc = new RTCPeerConnection({ iceServers: iceServers(), bundlePolicy: 'max-bundle' })
    this.#sender = this.#pc.addTransceiver('audio', { direction: 'sendrecv' }).sender
    this.#pc.ontrack = (e) => {
      this.stream = e.streams[0] ?? new MediaStream([e.track])
      this.#says.heard(this.stream)
    }
    this.#pc.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate) this.#candidates.push(candidate.candidate)
      else if (!candidate) this.#over = true
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => this.#trickle(), rate)
    }
    this.#pc.oniceconnectionstatechange = () => this.#changed()
    this.#pc.onconnectionstatechange = () => {
      if (this.#pc.connectionState === 'connected') this.#found()
      // ICE may hold while the keys were not agreed: there is no way back.
      if (this.#pc.connectionState === 'failed' && this.#pc.iceConnectionState !== 'failed') this.#lose()
    }
  }

  async open() {
    await this.#pc.setLocalDescription(await this.#pc.createOffer())
    const body = { offer: this.#pc.localDescription.sdp, device: this.#device }
    const { id, answer } = await ask('POST', '/webrtc/sessions', body, AbortSignal.timeout(2 * answerTime))
    if (this.#closed) {
      ask('DELETE', `/webrtc/sessions/${id}`).catch(() => {})
      return
    }
    this.id = id
    await this.#pc.setRemoteDescription({ type: 'answer', sdp: answer })
    this.#held = false
    this.#trickle()
  }

  async send(track) {
    const before = this.#track
    this.#track = track
    await this.#sender.replaceTrack(track)
    return before
  }

  get track() {
    return this.#track
  }

  digits(keys) {
    if (!this.#sender.dtmf?.canInsertDTMF) throw new Error('The keys cannot be sent in this call yet.')
    this.#sender.dtmf.insertDTMF(this.#sender.dtmf.toneBuffer + keys, 120, 70)
  }

  get closed() {
    return this.#closed
  }

  // restart looks for another way to the switch, at once: the network is another.
  async restart() {
    this.#restarting?.abort()
    await this.#last
    await this.#restart()
  }

  #restart() {
    return (this.#last = this.#begin())
  }

  async #begin() {
    if (this.#closed || !this.id || this.#pc.signalingState !== 'stable') return
    const mine = (this.#restarting = new AbortController())
    const late = setTimeout(() => mine.abort(), answerTime)
    this.#held = true
    try {
      // Names and passwords of relays hold for a time.
      this.#pc.setConfiguration?.({ ...this.#pc.getConfiguration(), iceServers: this.#iceServers() })
      await this.#pc.setLocalDescription(await this.#pc.createOffer({ iceRestart: true }))
      const { answer } = await ask('PATCH', `/webrtc/sessions/${this.id}`, { offer: this.#pc.localDescription.sdp }, mine.signal)
      await this.#pc.setRemoteDescription({ type: 'answer', sdp: answer })
      this.#tried++
      if (this.#came) this.#came.soundAt = 0
      this.#held = false
      this.#trickle()
    } catch (e) {
      if (this.#closed) return
      if (e instanceof Problem) return this.#lose()
      // The switch does not answer: back to where we were, until there is a network.
      if (this.#pc.signalingState === 'have-local-offer') await this.#pc.setLocalDescription({ type: 'rollback' })
    } finally {
      clearTimeout(late)
      if (this.#restarting === mine) this.#restarting = null
    }
  }

  // figures are the counters of the session, null before there are any.
  async figures() {
    const out = { at: performance.now() }
    for (const s of (await this.#pc.getStats()).values()) {
      if (s.type === 'inbound-rtp') {
        Object.assign(out, {
          received: s.packetsReceived, lost: s.packetsLost, jitter: (s.jitter ?? 0) * 1000, bytes: s.bytesReceived,
          concealed: s.concealedSamples ?? 0, silently: s.silentConcealedSamples ?? 0, samples: s.totalSamplesReceived ?? 0,
        })
      }
      if (s.type === 'remote-inbound-rtp') Object.assign(out, { away: s.fractionLost ?? 0, rtt: (s.roundTripTime ?? 0) * 1000 })
      if (s.type === 'outbound-rtp') out.sent = s.packetsSent
      if (s.type === 'candidate-pair' && s.nominated && s.currentRoundTripTime) out.rtt ??= s.currentRoundTripTime * 1000
    }
    return out.received === undefined ? null : out
  }

  // close ends it. A leg that it is linked to hangs up, unless it is over anyway.
  close(told = false) {
    if (this.#closed) return
    this.#closed = true
    this.#restarting?.abort()
    clearTimeout(this.#timer)
    clearTimeout(this.#patience)
    clearInterval(this.#beat)
    this.#pc.close()
    if (this.id && !told) return ask('DELETE', `/webrtc/sessions/${this.id}`).catch(() => {}) // it is gone
  }

  #changed() {
    const state = this.#pc.iceConnectionState
    if (state === 'connected' || state === 'completed') {
      if (this.#pc.connectionState === 'connected') this.#found()
    } else if (state === 'disconnected' || state === 'failed') this.#break()
  }

  #found() {
    clearTimeout(this.#patience)
    this.#broken = false
    this.#tried = 0
    this.#beat ??= setInterval(() => this.#look(), beat)
    this.#says.state('connected')
  }

  #break() {
    if (this.#closed || this.#broken) return
    this.#broken = true
    this.#tried = 0
    this.#says.state('broken')
    this.#seek()
  }

  // seek tries until there is a way.
  async #seek() {
    const before = this.#tried
    if (before >= vain) return this.#lose()
    if (!this.#restarting) await this.#restart()
    if (this.#closed || !this.#broken) return
    clearTimeout(this.#patience)
    this.#patience = setTimeout(() => this.#seek(), this.#tried > before ? search : again)
  }

  // look sees what has come since the last beat: packets of sound, and signs of life
  // (ICE), which not all browsers count.
  async #look() {
    let sound = 0
    let signs = null
    for (const s of (await this.#pc.getStats()).values()) {
      if (s.type === 'inbound-rtp') sound += s.packetsReceived
      if (s.type === 'candidate-pair' && s.responsesReceived !== undefined) signs += s.responsesReceived + (s.requestsReceived ?? 0)
    }
    if (this.#closed) return
    const now = performance.now()
    const before = this.#came ?? { sound: 0, signs: 0, soundAt: 0, signsAt: now }
    const heard = sound > before.sound
    const came = (this.#came = { sound, signs, soundAt: heard ? now : before.soundAt, signsAt: heard || signs > before.signs ? now : before.signsAt })
    // Sound that never came is no sound that ceased.
    if ((signs !== null && now - came.signsAt > silence) || (came.soundAt && now - came.soundAt > silence)) this.#break()
    else if (this.#broken && !this.#restarting && this.#pc.connectionState === 'connected' && (signs === null || came.signsAt === now)) this.#found()
  }

  #trickle() {
    if (this.#held || this.#closed || (!this.#candidates.length && !this.#over)) return
    const body = { candidates: this.#candidates.splice(0) }
    if (this.#over) body.end = true
    this.#over = false
    // A candidate that is lost with its request is one way less, not the end.
    ask('PATCH', `/webrtc/sessions/${this.id}`, body).catch(() => {})
  }

  #lose() {
    if (this.#closed) return
    this.close(true)
    this.#says.lost()
  }
}
