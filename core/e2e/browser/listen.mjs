// listen is put into each page before its own scripts: it hears what the page's peer
// connections receive, turns off what changes sound, and tells violations of the
// content security policy. With relay, the page's network lets nothing through but to a
// TURN server; with by, {of, is}, it reaches the switch's media at another address than
// that has, and is not reached itself. It is sent as text, and so uses nothing from outside itself.
export function listen({ processing, relay, by }) {
  addEventListener('securitypolicyviolation', (e) => {
    console.error(`content security policy: ${e.violatedDirective} forbids ${e.blockedURI} in ${e.sourceFile}:${e.lineNumber}`)
  })

  const devices = navigator.mediaDevices
  if (devices && !processing) {
    const ask = devices.getUserMedia.bind(devices)
    devices.getUserMedia = (constraints) => {
      if (constraints?.audio) {
        const audio = constraints.audio === true ? {} : constraints.audio
        constraints = { ...constraints, audio: { ...audio, echoCancellation: false, noiseSuppression: false, autoGainControl: false } }
      }
      return ask(constraints)
    }
  }

  // heard holds the sound of one track at a time, the one that came last: mono, 48 kHz.
  const heard = { rate: 0, pieces: [], on: false, size: 0, waiting: [] }
  let turn = 0

  async function follow(track) {
    const mine = ++turn
    const reader = new MediaStreamTrackProcessor({ track }).readable.getReader()
    for (;;) {
      const { value: data, done } = await reader.read()
      if (done) return
      if (heard.on && mine === turn) {
        const piece = new Float32Array(data.numberOfFrames)
        data.copyTo(piece, { planeIndex: 0, format: 'f32-planar' })
        heard.rate = data.sampleRate
        heard.pieces.push(piece)
        heard.size += piece.length
        heard.waiting = heard.waiting.filter((w) => heard.size < w.size * heard.rate || w.done())
      }
      data.close()
    }
  }

  globalThis.heard = {
    begin() {
      heard.pieces = []
      heard.size = 0
      heard.on = true
    },
    // end is what was heard, when there are so many milliseconds of it.
    async end(ms) {
      await new Promise((done) => {
        if (heard.rate && heard.size >= (ms / 1000) * heard.rate) done()
        else heard.waiting.push({ size: ms / 1000, done: () => void done() })
      })
      heard.on = false
      const pcm = new Int16Array(heard.size)
      let at = 0
      for (const piece of heard.pieces) for (const v of piece) pcm[at++] = Math.max(-1, Math.min(1, v)) * 32767
      const bytes = new Uint8Array(pcm.buffer)
      let text = ''
      for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768))
      return { rate: heard.rate, pcm: btoa(text) }
    },
  }

  const Peer = globalThis.RTCPeerConnection
  if (!Peer) return
  globalThis.peers = [] // all that the page made
  globalThis.RTCPeerConnection = class extends Peer {
    constructor(config, ...more) {
      super(relay ? { ...config, iceTransportPolicy: 'relay' } : config, ...more)
      globalThis.peers.push(this)
      this.addEventListener('track', (e) => {
        if (e.track.kind === 'audio') follow(e.track.clone())
      })
    }

    setRemoteDescription({ type, sdp }) {
      if (by) sdp = sdp.replaceAll(` ${by.of} `, ` ${by.is} `)
      return super.setRemoteDescription({ type, sdp })
    }

    get localDescription() {
      const d = super.localDescription
      return by && d ? { type: d.type, sdp: d.sdp.replaceAll(/a=candidate:.*\r\n/g, '') } : d
    }

    set onicecandidate(told) {
      super.onicecandidate = by ? (e) => e.candidate || told(e) : told
    }
  }
}
