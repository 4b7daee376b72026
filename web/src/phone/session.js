// Session is one media session with the switch: a peer connection, which stands
// alone until it is linked to a call.
//
//	open()     the offer goes out, the answer comes; candidates follow by trickle
//	restart()  other network: ICE begins anew, the session goes on
//	close()
//
// It ends by itself, and says so by lost(), when its way is broken and the
// switch knows it no more.
import { ask, Problem } from '../api.js'

const rate = 20 // ms that candidates are gathered for, so that one request takes several

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
  #closed = false
  #restarting = false
  #device
  #says

  // says has heard(stream), state(word) and lost(): a word is 'connecting',
  // 'connected' or 'broken'.
  constructor(iceServers, device, says) {
    this.#device = device
    this.#says = says
    this.#pc = new RTCPeerConnection({ iceServers, bundlePolicy: 'max-bundle' })
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
      if (this.#pc.connectionState === 'connected') this.#says.state('connected')
      // ICE may hold while the keys were not agreed: there is no way back.
      if (this.#pc.connectionState === 'failed' && this.#pc.iceConnectionState !== 'failed') this.#lose()
    }
  }

  async open() {
    await this.#pc.setLocalDescription(await this.#pc.createOffer())
    const { id, answer } = await ask('POST', '/webrtc/sessions', { offer: this.#pc.localDescription.sdp, device: this.#device })
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

  // restart looks for another way to the switch.
  async restart() {
    if (this.#closed || this.#restarting || !this.id || this.#pc.signalingState !== 'stable') return
    this.#restarting = this.#held = true
    try {
      await this.#pc.setLocalDescription(await this.#pc.createOffer({ iceRestart: true }))
      const { answer } = await ask('PATCH', `/webrtc/sessions/${this.id}`, { offer: this.#pc.localDescription.sdp })
      await this.#pc.setRemoteDescription({ type: 'answer', sdp: answer })
      this.#held = false
      this.#trickle()
    } catch (e) {
      if (this.#closed) return
      if (e instanceof Problem) return this.#lose()
      // The switch does not answer: back to where we were, until there is a network.
      if (this.#pc.signalingState === 'have-local-offer') await this.#pc.setLocalDescription({ type: 'rollback' })
    } finally {
      this.#restarting = false
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
    clearTimeout(this.#timer)
    clearTimeout(this.#patience)
    this.#pc.close()
    if (this.id && !told) return ask('DELETE', `/webrtc/sessions/${this.id}`).catch(() => {}) // it is gone
  }

  #changed() {
    const state = this.#pc.iceConnectionState
    clearTimeout(this.#patience)
    switch (state) {
      case 'connected':
      case 'completed':
        if (this.#pc.connectionState === 'connected') this.#says.state('connected')
        return
      case 'disconnected':
        // It often comes back by itself; if not, another way is looked for.
        this.#says.state('broken')
        this.#patience = setTimeout(() => this.restart(), 1500)
        return
      case 'failed':
        this.#says.state('broken')
        this.restart()
        this.#patience = setTimeout(() => this.#again(), 3000)
    }
  }

  #again() {
    if (this.#closed || this.#pc.iceConnectionState === 'connected' || this.#pc.iceConnectionState === 'completed') return
    this.restart()
    this.#patience = setTimeout(() => this.#again(), 3000)
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
