// Steps of the tests of the phone's page.

// answerTime answers the call that rings, and is how long it takes from the click, in
// ms, until something is heard.
export const answerTime = (p) =>
  p.evaluate(async () => {
    const peers = globalThis.peers
    const began = performance.now()
    const answer = [...document.querySelectorAll('button')].find((b) => b.textContent.trim() === 'Answer')
    answer.click()
    for (;;) {
      for (const peer of peers) {
        for (const s of (await peer.getStats()).values()) {
          if (s.type === 'inbound-rtp' && s.totalAudioEnergy > 0) return performance.now() - began
        }
      }
      await new Promise((done) => setTimeout(done, 2))
    }
  })

// watchPeers remembers the peer connections that the page makes from now on.
export const watchPeers = (p) =>
  p.evaluate(() => {
    const Peer = globalThis.RTCPeerConnection
    globalThis.peers = []
    globalThis.RTCPeerConnection = class extends Peer {
      constructor(...args) {
        super(...args)
        globalThis.peers.push(this)
      }
    }
  })

// unplug takes devices away, by the beginning of their names, as an operating system does;
// plug brings all back. What the fake devices of Chromium cannot do themselves is done to
// what the page sees of them.
export const unplug = (p, { names }) =>
  p.evaluate((names) => {
    const devices = navigator.mediaDevices
    if (!globalThis.unplugged) {
      const [list, get] = [devices.enumerateDevices.bind(devices), devices.getUserMedia.bind(devices)]
      const away = ({ label }) => globalThis.unplugged.some((name) => label.startsWith(name))
      devices.enumerateDevices = async () => (await list()).filter((d) => !away(d))
      devices.getUserMedia = async (wish) => {
        const id = wish.audio?.deviceId?.exact
        if ((await list()).some((d) => d.deviceId === id && away(d))) throw new OverconstrainedError('deviceId')
        return get(wish)
      }
    }
    globalThis.unplugged = names
    devices.dispatchEvent(new Event('devicechange'))
  }, names)
export const plug = (p) => unplug(p, { names: [] })

// watchSinks remembers where the page plays sound.
export const watchSinks = (p) =>
  p.evaluate(() => {
    const set = HTMLMediaElement.prototype.setSinkId
    HTMLMediaElement.prototype.setSinkId = function (id) {
      globalThis.sink = id
      return set.call(this, id)
    }
  })

// devicesInUse are the names of what the page talks by, and hears by.
export const devicesInUse = (p) =>
  p.evaluate(async () => {
    const speaker = (await navigator.mediaDevices.enumerateDevices()).find((d) => d.kind === 'audiooutput' && d.deviceId === globalThis.sink)
    const peer = globalThis.peers.findLast((p) => p.connectionState === 'connected')
    return { microphone: peer?.getSenders()[0].track?.label ?? '', speaker: speaker?.label ?? '' }
  })
