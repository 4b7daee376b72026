// The phone of SIP.js, as docs/sip-websocket.md has it, for a test to drive.
import { phone } from 'document'

let mine, session, settled

function follow(s) {
  session = s
  s.stateChange.addListener((state) => state === 'Established' && tell('up'))
}

// after waits until the other side has agreed.
const after = (act) => new Promise((done) => ((settled = done), act(session)))

globalThis.start = async (settings) => {
  mine = await phone({
    ...settings,
    audio: document.querySelector('audio'),
    rings: (s) => (follow(s), tell('incoming', { text: s.remoteIdentity.uri.user })),
    held: () => settled(),
    over: () => tell('over'),
  })
  tell('registered')
}
globalThis.act = {
  call: async (to) => follow(await mine.call(to)),
  answer: () => mine.answer(session),
  hold: () => after(mine.hold),
  resume: () => after(mine.resume),
  press: (key) => session.sessionDescriptionHandler.sendDtmf(key),
  inform: (key) => mine.press(session, key),
  transfer: (to) => mine.transfer(session, to),
  hangup: () => mine.hangup(session),
}
