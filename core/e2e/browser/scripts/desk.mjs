// Steps of the desk's tests.

// busy gives the page a switch with many calls, in which people begin and cease to
// speak, and calls come and go; it returns how long frames took, in ms: on the clock,
// from when one begins until it is laid out, and what the longest task of the page's
// thread took of the processor, which others on the machine do not lengthen.
export async function busy(page, { calls: many, seconds }) {
  const started = new Date(Date.now() - 60_000).toISOString()
  const leg = (call, n, speaking, side) => ({
    call, id: `${call}-${side}`, kind: 'extension', name: `desk/${n}`, number: String(1000 + n), state: 'up', codec: 'opus', held: false, speaking, level: -20, remote: '192.0.2.7:4000',
    stats: { packets_in: 3000, packets_out: 3000, lost: 0, late: 0, concealed: 0, jitter_ms: 2, buffer_ms: 40, mos_in: 4.2, mos_out: 4.1 },
  })
  let last = 0
  const call = () => {
    const id = `C${last++}`
    return { id, from: String(1000 + (last % 900)), to: String(1000 + ((last * 7) % 900)), route: 'desk', revision: 'r', dialplan: 'internal', state: 'up', started, answered: started, legs: [leg(id, last % 900, false, 'a'), leg(id, (last * 7) % 900, false, 'b')], tools: [] }
  }
  const live = Array.from({ length: many }, call)
  const people = Array.from({ length: 900 }, (_, i) => ({ number: String(1000 + i), name: `Person ${i}`, state: 'registered', devices: [], set: [], logged_out: [] }))
  let going = true
  await page.routeWebSocket(/\/api\/v1\/events/, (ws) => {
    let seq = 1
    const say = (type, data) => ws.send(JSON.stringify({ seq: seq++, time: new Date().toISOString(), type, data }))
    say('snapshot', { calls: live, extensions: people, trunks: [], plugins: [] })
    let turn = 0
    const beat = () => {
      if (!going) return
      // Twenty times a second: of each twentieth call a party begins or ceases to speak, and one call is new for one that ends.
      for (let i = turn % 20; i < live.length; i += 20) {
        const c = live[i]
        const l = c.legs[(turn >> 4) & 1]
        Object.assign(l, { speaking: !l.speaking })
        say('leg.changed', l)
      }
      const [ended] = live.splice(0, 1)
      say('call.ended', { ...ended, cause: 'normal', text: '', ended_by: 'caller', path: [], ended: new Date().toISOString(), ring_seconds: 1, talk_seconds: 60 })
      const fresh = call()
      live.push(fresh)
      say('call.started', { ...fresh, legs: undefined, tools: undefined })
      for (const l of fresh.legs) say('leg.added', l)
      turn++
      setTimeout(beat, 50)
    }
    beat()
  })
  await page.reload()
  await page.getByRole('table', { name: 'Live calls' }).waitFor()
  await page.waitForTimeout(1000) // the page is there
  const browser = page.context().browser()
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] })
  const frames = await page.evaluate(
    (ms) =>
      new Promise((done) => {
        const took = []
        const end = performance.now() + ms
        const { port1, port2 } = new MessageChannel()
        let began = 0
        port1.onmessage = () => {
          took.push(performance.now() - began)
          if (performance.now() > end) done(took)
        }
        const frame = () => {
          began = performance.now()
          port2.postMessage(0)
          if (began < end) {
            requestAnimationFrame(frame)
            if (took.length % 30 === 0) scrollBy(0, took.length % 60 ? 2000 : -2000)
          }
        }
        requestAnimationFrame(frame)
      }),
    seconds * 1000,
  )
  const { traceEvents } = JSON.parse(await browser.stopTracing())
  going = false
  const threads = new Set(traceEvents.filter((e) => e.name === 'thread_name' && e.args.name === 'CrRendererMain').map((e) => `${e.pid} ${e.tid}`))
  const tasks = traceEvents.filter((e) => e.ph === 'X' && e.tdur !== undefined && threads.has(`${e.pid} ${e.tid}`)).map((e) => e.tdur / 1000)
  frames.sort((a, b) => a - b)
  const at = (q) => frames[Math.min(frames.length - 1, Math.floor(q * frames.length))]
  return {
    frames: frames.length, p50: at(0.5), p99: at(0.99), max: at(1), cpu: tasks.reduce((a, b) => Math.max(a, b), 0),
    rows: await page.getByRole('table', { name: 'Live calls' }).locator('tbody tr:not([aria-hidden])').count(),
    said: Number(await page.getByRole('table', { name: 'Live calls' }).getAttribute('aria-rowcount')) - 1,
  }
}
