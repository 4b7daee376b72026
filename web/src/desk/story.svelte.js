// The story of a call, as it is told: live, or of one that has ended lately.

// follow reads a story to its end. put gets the entries so far, once a frame; gone
// is called if there is none. The function that it returns ends that.
export function follow(id, put, gone) {
  const stop = new AbortController()
  let entries = []
  let frame = 0
  const show = () => {
    frame = 0
    put(entries)
  }
  const read = async () => {
    const res = await fetch(`/api/v1/calls/${encodeURIComponent(id)}/trace?follow=true`, { headers: { Accept: 'application/x-ndjson, application/json' }, signal: stop.signal })
    if (!res.ok) return gone()
    const reader = res.body.pipeThrough(new TextDecoderStream()).getReader()
    let rest = ''
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const lines = (rest + value).split('\n')
      rest = lines.pop()
      const more = lines.filter(Boolean).map((l) => JSON.parse(l))
      if (more.length === 0) continue
      entries = [...entries, ...more]
      frame ||= setTimeout(show, 50)
    }
  }
  read().catch((e) => e.name !== 'AbortError' && gone())
  return () => {
    stop.abort()
    clearTimeout(frame)
  }
}

// title is what a message is, in a few words: its first line without the rest.
export function title(message) {
  const first = message.split('\r\n', 1)[0].split('\n', 1)[0]
  const answer = first.match(/^SIP\/2\.0 (\d+) (.*)$/)
  if (answer) return `${answer[1]} ${answer[2]}`
  const method = first.match(/^[A-Z]+/)?.[0] ?? first
  return /\napplication\/sdp|Content-Type:\s*application\/sdp/i.test(message) ? `${method} (SDP)` : method
}
export const isAnswer = (message) => message.startsWith('SIP/2.0')
export const isBad = (message) => /^SIP\/2\.0 [456]/.test(message)
