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
