// Microphone, speakers and the ring tone.

// troubles are what may be wrong with a microphone: what to do about it is said
// by words.js.
export function microphoneTrouble(e) {
  switch (e?.name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied'
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none'
    case 'NotReadableError':
    case 'AbortError':
      return 'busy'
  }
  return 'failed'
}

// Microphone is the one that was chosen. It is open while anybody has a track of
// it, and no longer: the browser's sign that it is says the truth.
export class Microphone {
  #choices
  #stream = null
  #opening = null
  #given = new Set()
  #gone

  constructor(choices, gone) {
    this.#choices = choices
    this.#gone = gone
  }

  get live() {
    return this.#stream
  }

  // take gives a track of its own, which its owner gives back.
  async take() {
    if (!navigator.mediaDevices?.getUserMedia) throw Object.assign(new Error('insecure'), { trouble: 'insecure' })
    if (!this.#stream?.active) {
      this.#opening ??= this.#open().finally(() => (this.#opening = null))
      await this.#opening
    }
    const track = this.#stream.getAudioTracks()[0].clone()
    this.#given.add(track)
    return track
  }

  give(track) {
    if (!track) return
    track.stop()
    this.#given.delete(track)
    if (this.#given.size === 0) this.#close()
  }

  // change opens the microphone as it is chosen now; tracks that were given
  // stay with the one before until they are given back.
  async change() {
    if (!this.#stream) return
    const before = this.#stream
    this.#stream = null
    try {
      this.#opening ??= this.#open().finally(() => (this.#opening = null))
      await this.#opening
    } finally {
      for (const t of before.getTracks()) t.stop()
    }
  }

  async #open() {
    const { microphone, processing } = this.#choices()
    const audio = { echoCancellation: processing, noiseSuppression: processing, autoGainControl: processing, channelCount: 1 }
    const get = (exact) => navigator.mediaDevices.getUserMedia({ audio: exact ? { ...audio, deviceId: { exact } } : audio })
    try {
      // One that was unplugged gives way to the browser's choice.
      this.#stream = await get(microphone).catch((e) => (microphone && e.name !== 'NotAllowedError' ? get('') : Promise.reject(e)))
    } catch (e) {
      throw Object.assign(e, { trouble: microphoneTrouble(e) })
    }
    const [track] = this.#stream.getAudioTracks()
    track.onended = () => this.#stream?.getAudioTracks()[0] === track && this.#gone()
  }

  #close() {
    for (const t of this.#stream?.getTracks() ?? []) t.stop()
    this.#stream = null
  }
}

// The devices of this computer; their names are empty until the microphone was
// allowed once.
export async function devices() {
  const all = (await navigator.mediaDevices?.enumerateDevices?.()) ?? []
  const of = (kind) => all.filter((d) => d.kind === kind && d.deviceId && d.deviceId !== 'default' && d.deviceId !== 'communications')
  return { microphones: of('audioinput'), speakers: of('audiooutput'), named: all.some((d) => d.label), canChoose: 'setSinkId' in HTMLMediaElement.prototype }
}

// Devices says which of the chosen devices are there. For one that was unplugged the
// browser's own choice stands in, until it is back.
export class Devices {
  #choices
  #names = null // by id, of all that were ever seen
  #gone = new Set()

  constructor(choices) {
    this.#choices = choices
  }

  // known: their names are, which the browser tells when the microphone is allowed.
  get known() {
    return this.#names !== null
  }

  // use is the id for 'microphone', 'speaker' or 'ringer'; '' is the browser's choice.
  use(what) {
    const id = this.#choices()[what]
    return this.#gone.has(id) ? '' : id
  }

  // look says what has changed of those that were chosen: {gone, back}, each the
  // names by id.
  async look() {
    const changed = { gone: new Map(), back: new Map() }
    const { microphones, speakers, named } = await devices()
    if (!named) return changed // before the microphone was allowed they have no ids
    const there = new Map([...microphones, ...speakers].map((d) => [d.deviceId, d.label]))
    const first = !this.#names
    this.#names = new Map([...(this.#names ?? []), ...there])
    const { microphone, speaker, ringer } = this.#choices()
    for (const id of new Set([microphone, speaker, ringer])) {
      if (!id || there.has(id) !== this.#gone.has(id)) continue
      if (this.#gone.delete(id)) changed.back.set(id, this.#names.get(id))
      else {
        this.#gone.add(id)
        if (!first) changed.gone.set(id, this.#names.get(id) ?? 'The device')
      }
    }
    return changed
  }
}

// Speaker plays one stream, on the speaker that was chosen.
export class Speaker {
  #audio = new Audio()

  constructor() {
    this.#audio.autoplay = true
  }

  play(stream, sink) {
    this.#audio.srcObject = stream
    this.sink(sink)
    return this.#audio.play().catch((e) => {
      if (e.name !== 'NotAllowedError') return // it was stopped at once
      const again = () => this.#audio.srcObject && this.#audio.play().catch(() => {})
      addEventListener('pointerdown', again, { once: true }) // it waits for a first click
    })
  }

  sink(id) {
    return this.#audio.setSinkId?.(id).catch(() => {}) // it was unplugged: the browser's choice
  }

  stop() {
    this.#audio.pause()
    this.#audio.srcObject = null
  }
}

// level returns a function that says how loud a stream is, 0 to 1, and has an
// end().
export function level(stream) {
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  analyser.fftSize = 512
  context.createMediaStreamSource(stream).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  const read = () => {
    analyser.getFloatTimeDomainData(samples)
    let sum = 0
    for (const s of samples) sum += s * s
    return Math.sqrt(sum / samples.length)
  }
  read.end = () => context.close()
  return read
}

// loudness is a level as an eye expects it: -60 dB is 0, 0 dB is 1.
export const loudness = (level) => Math.max(0, Math.min(1, 1 + Math.log10(Math.max(level, 1e-6)) / 3))

// The ring tones are computed: each is one period, which is repeated. A note is
// begin, length (s), frequency (Hz), and how it fades.
const wave = (hz, t) => Math.sin(2 * Math.PI * hz * t)
const struck = (t, fade) => (t < 0 ? 0 : Math.min(1, t / 0.004) * Math.exp(-t / fade))
const notes = (list, partials, fade) => (t) => {
  let s = 0
  for (const [begin, hz] of list) {
    const at = t - begin
    if (at >= 0) for (const [times, share] of partials) s += share * wave(hz * times, at) * struck(at, fade / times)
  }
  return s
}
const within = (t, begin, end) => (t < begin || t > end ? 0 : Math.min(1, (t - begin) / 0.01, (end - t) / 0.01))

export const tones = {
  classic: {
    name: 'Classic', period: 4,
    at: (t) => 0.45 * (within(t, 0, 0.8) + within(t, 1.1, 1.9)) * (wave(440, t) + wave(554, t)) * (0.6 + 0.4 * Math.sign(wave(18, t))),
  },
  chime: {
    name: 'Chime', period: 3.6,
    at: notes([[0, 659.3], [0.16, 784], [0.32, 987.8], [0.48, 1318.5], [1.2, 987.8], [1.36, 1318.5]], [[1, 0.5], [2, 0.16], [3.01, 0.06]], 0.55),
  },
  marimba: {
    name: 'Marimba', period: 2.8,
    at: notes([[0, 523.3], [0.14, 659.3], [0.28, 784], [0.56, 659.3], [0.84, 523.3], [1.12, 784]], [[1, 0.6], [3.93, 0.18], [9.2, 0.05]], 0.24),
  },
  bell: {
    name: 'Bell', period: 4,
    at: notes(Array.from({ length: 24 }, (_, i) => [i * 0.055 + (i > 11 ? 0.5 : 0), i % 2 ? 1580 : 1320]), [[1, 0.4], [2.76, 0.2], [5.4, 0.08]], 0.16),
  },
  soft: {
    name: 'Soft', period: 4.5,
    at: (t) => 0.5 * (within(t, 0, 0.5) * wave(392, t) + within(t, 0.6, 1.1) * wave(523.3, t)) * (0.8 + 0.2 * wave(5, t)),
  },
}
// What somebody hears who talks already.
const waiting = { period: 6, at: (t) => 0.25 * (within(t, 0, 0.18) + within(t, 0.3, 0.48)) * wave(425, t) }

export class Ringer {
  #context = null
  #source = null
  #gain
  #audio = new Audio()
  #now = ''

  // allowed says whether the browser lets this page sound: before the first
  // click in it, most do not.
  get allowed() {
    return navigator.userActivation?.hasBeenActive ?? true
  }

  // ring repeats a tone until stop; 'waiting' is the one for who talks.
  ring(tone, volume, sink) {
    const name = `${tone} ${sink}`
    if (this.#now === name) return
    this.stop()
    this.#now = name
    const { period, at } = tone === 'waiting' ? waiting : (tones[tone] ?? tones.classic)
    this.#context ??= new AudioContext()
    const { sampleRate } = this.#context
    const buffer = this.#context.createBuffer(1, period * sampleRate, sampleRate)
    const samples = buffer.getChannelData(0)
    for (let i = 0; i < samples.length; i++) samples[i] = at(i / sampleRate)
    this.#gain = this.#context.createGain()
    this.#gain.gain.value = (volume / 100) ** 2
    this.#source = new AudioBufferSourceNode(this.#context, { buffer, loop: true })
    const out = this.#context.createMediaStreamDestination()
    this.#source.connect(this.#gain).connect(out)
    this.#audio.srcObject = out.stream
    this.#audio.setSinkId?.(sink).catch(() => {})
    this.#audio.play().catch(() => {})
    this.#context.resume()
    this.#source.start()
  }

  stop() {
    if (!this.#now) return
    this.#now = ''
    this.#source.stop()
    this.#audio.pause()
    this.#audio.srcObject = null
    this.#context.suspend()
  }
}
