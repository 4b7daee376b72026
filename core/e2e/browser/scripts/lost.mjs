// Steps of the tests of sessions whose way is lost.

// soundIsBack watches what comes until there was nothing for half a second, or a peer
// connection is closed, and then something again; it is for how many milliseconds there
// was nothing.
export async function soundIsBack(page, _, tell) {
  await page.evaluate(() => {
    const received = async () => {
      let sum = 0
      const live = globalThis.peers.filter((peer) => peer.signalingState !== 'closed')
      for (const peer of live) for (const s of (await peer.getStats()).values()) if (s.type === 'inbound-rtp') sum += s.packetsReceived
      return { sum, live: live.length }
    }
    globalThis.watched = (async () => {
      let lost = false
      for (let last = performance.now(), before = await received(); ; await new Promise((done) => setTimeout(done, 5))) {
        const now = await received()
        lost ||= performance.now() - last > 500 || now.live < before.live
        if (now.sum > before.sum) {
          if (lost) return performance.now() - last
          last = performance.now()
        }
        before = now
      }
    })()
  })
  tell('watching')
  return page.evaluate(() => globalThis.watched)
}
