// How a call sounds, from the counters of its session and the verdicts of the
// switch, in words.

// since is what happened between two looks at the counters.
export function since(before, now) {
  if (!before || !now) return null
  const received = now.received - before.received
  const lost = Math.max(0, now.lost - before.lost)
  const samples = now.samples - before.samples
  const concealed = now.concealed - before.concealed - (now.silently - before.silently)
  return {
    received,
    loss: received + lost > 0 ? lost / (received + lost) : 0,
    madeUp: samples > 0 ? Math.max(0, concealed) / samples : 0,
    away: now.away ?? 0,
    jitter: now.jitter,
    rtt: now.rtt ?? 0,
  }
}

// What the switch says about this page's own leg: in is what it says, out what
// it hears.
const own = {
  nothing_received: 'Nobody hears you: nothing arrives from this browser.',
  stopped: 'Nobody hears you any more: your sound stopped arriving.',
  silent: 'Your microphone is silent. Is it muted, or is another one meant?',
  late: 'Your voice breaks up: your network is uneven.',
  loss_in: 'Your voice breaks up: your network loses sound.',
  loss_out: 'You miss parts of what is said: your network loses sound.',
  not_heard: 'You hear nothing: sound does not reach this browser.',
  clipping: 'You are too loud: move away from the microphone, or turn it down.',
  too_quiet: 'You are hard to hear: move closer to the microphone, or turn it up.',
  poor_in: 'Others hear you badly.',
  poor_out: 'The sound that reaches you is bad.',
}
const others = {
  nothing_received: (n) => `Nothing is heard from ${n}.`,
  stopped: (n) => `${n} is no longer heard.`,
  silent: (n) => `${n} is silent: the microphone there may be muted.`,
  late: (n) => `The network of ${n} is uneven.`,
  loss_in: (n) => `The network of ${n} loses sound.`,
  loss_out: (n) => `${n} misses parts of what is said.`,
  not_heard: (n) => `${n} hears nothing.`,
  poor_in: (n) => `${n} is hard to understand: the line is bad.`,
}

export function verdictWords(verdict, isOwn, name) {
  if (isOwn) return own[verdict.code]
  return others[verdict.code]?.(name)
}

// quality is bars, from 1 to 4, and what is to be said about it.
export function quality(state, delta, said) {
  if (state === 'broken') return { bars: 0, words: 'Connection lost. Looking for another way …', bad: true }
  if (state !== 'connected') return { bars: 0, words: 'Connecting …' }
  if (said.length) return { bars: 2, words: said[0], bad: true }
  if (!delta) return { bars: 4, words: 'Connected' }
  const loss = Math.max(delta.loss, delta.away)
  if (loss > 0.08 || delta.madeUp > 0.1) return { bars: 1, words: 'Bad connection: much of the sound is lost.', bad: true }
  if (loss > 0.03 || delta.madeUp > 0.04 || delta.jitter > 60) return { bars: 2, words: 'Weak connection: some of the sound is lost.', bad: true }
  if (delta.rtt > 400) return { bars: 2, words: 'Slow connection: what you say arrives late.', bad: true }
  if (loss > 0.01 || delta.jitter > 30 || delta.rtt > 250) return { bars: 3, words: 'Good connection' }
  return { bars: 4, words: 'Very good connection' }
}
