// The phone of JsSIP, as docs/sip-websocket.md has it, for a test to drive.
import { phone } from 'document'

let mine, session
const events = { progress: 'rings', confirmed: 'up', ended: 'over', failed: 'over' }

function follow(s) {
  session = s
  for (const [event, told] of Object.entries(events)) s.on(event, (e) => tell(told, { text: `${e?.cause ?? ''}` }))
}

globalThis.start = (settings) => {
  mine = phone({ ...settings, audio: document.querySelector('audio'), rings: (s) => (follow(s), tell('incoming', { text: s.remote_identity.uri.user })) })
  mine.ua.on('registered', () => tell('registered'))
  mine.ua.on('registrationFailed', (e) => tell('refused', { text: `${e.response?.status_code ?? ''} ${e.cause}` }))
}
globalThis.act = {
  call: (to) => follow(mine.call(to)),
  answer: () => mine.answer(session),
  hold: () => new Promise((done) => session.hold({}, done)),
  resume: () => new Promise((done) => session.unhold({}, done)),
  press: (key) => mine.press(session, key),
  inform: (key) => session.sendDTMF(key),
  transfer: (to) => mine.transfer(session, to),
  hangup: () => mine.hangup(session),
}
