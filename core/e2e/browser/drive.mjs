// drive.mjs is Chromium for one Go test: it takes steps as lines of JSON on its
// standard input, {"id": 1, "step": "click", "page": "anna", "with": {…}}, and answers
// each with {"id": 1, "value": …} or {"id": 1, "error": "…"}. What happens meanwhile
// it tells as {"event": "…", "page": "…", …}. When its input ends, the browser does.
//
//	node drive.mjs '{"microphone": "a.wav", "script": "phone.mjs"}'
//
// Steps of one page are taken one after the other, those of several at once. The
// functions that a script exports are steps, too: (page, with, tell) => value.
import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'
import { listen } from './listen.mjs'

const options = JSON.parse(process.argv[2])
const patience = 60_000

const say = (line) => process.stdout.write(JSON.stringify(line) + '\n')

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  timeout: patience,
  args: [
    '--no-sandbox',
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    ...(options.microphone ? [`--use-file-for-fake-audio-capture=${options.microphone}`] : []),
    '--allow-loopback-in-peer-connection',
    '--autoplay-policy=no-user-gesture-required',
    '--disable-features=WebRtcHideLocalIpsWithMdns',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    ...(options.flags ?? []),
  ],
})

const pages = new Map() // by name
const queues = new Map() // the last step of each page

async function open(name, { path = '/', same, wide, processing = false, relay = false, by = null, ...context }) {
  if (pages.has(name)) throw new Error(`there is a page ${name}`)
  let home = same && page(same).context()
  if (!home) {
    home = await browser.newContext({
      baseURL: options.url,
      locale: 'en-GB',
      viewport: wide === false ? { width: 360, height: 740 } : { width: 1280, height: 800 },
      permissions: ['microphone', 'notifications'],
      ...context,
    })
    home.setDefaultTimeout(patience)
    await home.addInitScript(listen, { processing, relay, by })
  }
  const made = await home.newPage()
  pages.set(name, made)
  const tell = (event, more) => say({ event, page: name, ...more })
  made.on('console', (m) => {
    if (m.type() !== 'error' || m.location().url.endsWith('/favicon.ico')) return
    // A refusal of the API is an answer, which the page shows or acts on; so is that a
    // plugin is not there for the moment. Chromium calls them errors.
    if (m.text().startsWith('Failed to load resource') && /\/api\/v1\//.test(m.location().url) && /status of (4\d\d|503)/.test(m.text())) return
    tell('trouble', { text: `${m.text()} (${m.location().url}:${m.location().lineNumber})` })
  })
  made.on('pageerror', (e) => tell('trouble', { text: `${e.stack ?? e}` }))
  made.on('crash', () => tell('trouble', { text: 'the page crashed' }))
  // What a page tells a test by itself: tell("event", {…}).
  await made.exposeFunction('tell', (event, more) => tell(event, more))
  await made.goto(path)
}

function page(name) {
  const p = pages.get(name)
  if (!p) throw new Error(`there is no page ${name}`)
  return p
}

// at finds an element as people do: by its role and name, its label, or its text.
const at = (p, { role, name, label, text, exact = true, nth }) => {
  let found = p
  if (role) found = p.getByRole(role, name ? { name, exact } : {})
  else if (label) found = p.getByLabel(label, { exact })
  else found = p.getByText(text, { exact })
  return nth === undefined ? found : found.nth(nth)
}

const steps = {
  click: (p, w) => at(p, w).click(),
  fill: (p, w) => at(p, w).fill(w.value),
  choose: (p, w) => at(p, w).selectOption({ label: w.option }),
  chosen: (p, w) => at(p, w).evaluate((e) => e.selectedOptions[0]?.label),
  press: (p, { key }) => p.keyboard.press(key),
  see: (p, w) => at(p, w).first().waitFor({ state: 'visible' }),
  miss: async (p, w) => at(p, w).first().waitFor({ state: 'hidden' }),
  read: (p, w) => at(p, w).first().innerText(),
  count: (p, w) => at(p, w).count(),
  reload: (p) => p.reload(),
  go: (p, { path }) => p.goto(path),
  // A function of one argument, as text: "(x) => x + 1".
  evaluate: (p, { source, arg }) => p.evaluate(eval(`(${source})`), arg),
  screenshot: (p, { file, full = true }) => p.screenshot({ path: file, fullPage: full }),
  offline: (p, { off }) => p.context().setOffline(off),
  // Pages that are frozen run no code, and keep their sockets: as Chromium does with tabs
  // that have long been hidden. It is all pages of the browser, as their processes stop.
  async freeze(p, { frozen }) {
    const cdp = await p.context().browser().newBrowserCDPSession()
    const { processInfo } = await cdp.send('SystemInfo.getProcessInfo')
    for (const { type, id } of processInfo) if (type === 'renderer') process.kill(id, frozen ? 'SIGSTOP' : 'SIGCONT')
    await cdp.detach()
  },
  // The sign-in itself, without its page.
  async request(p, { method, path, body }) {
    const r = await p.context().request.fetch(path, { method, data: body, timeout: patience })
    const text = await r.text()
    return { status: r.status(), body: text }
  },
  // What the page has heard since it was asked, as 16-bit PCM at 48 kHz in base64.
  record: (p) => p.evaluate(() => globalThis.heard.begin()),
  heard: (p, { ms }) => p.evaluate((ms) => globalThis.heard.end(ms), ms),
  async close(p, w, tell, name) {
    pages.delete(name)
    await p.close({ runBeforeUnload: false })
    if (p.context().pages().length === 0) await p.context().close()
  },
}

if (options.script) Object.assign(steps, await import(`./scripts/${options.script}`))

async function take({ step, page: name, with: w = {} }) {
  if (step === 'open') return open(name, w)
  const does = steps[step]
  if (!does) throw new Error(`there is no step ${step}`)
  return does(page(name), w, (event, more) => say({ event, page: name, ...more }), name)
}

say({ event: 'ready' })
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line)
  const before = queues.get(order.page) ?? Promise.resolve()
  queues.set(
    order.page,
    before.then(async () => {
      try {
        const value = await take(order)
        say({ id: order.id, value: value === undefined || typeof value !== 'object' || value?.constructor === Object || Array.isArray(value) ? value : null })
      } catch (e) {
        say({ id: order.id, error: `${e.message ?? e}` })
      }
    }),
  )
}
await browser.close()
process.exit(0)
