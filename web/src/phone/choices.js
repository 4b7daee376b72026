// What somebody has chosen in this browser: devices, ring tone, sound. It is
// kept by extension, as several people may use one browser.

const standard = {
  microphone: '', // device ids; '' is the browser's choice
  speaker: '',
  ringer: '',
  tone: 'classic',
  volume: 70, // of the ring tone, in percent
  processing: true, // echo cancellation, noise suppression, gain control
  notify: false, // calls are shown by the system, too
  seen: '', // the time of the last call in the history that was looked at
}

const place = (number) => `plugboard.phone.${number}`

export function choices(number) {
  try {
    return { ...standard, ...JSON.parse(localStorage.getItem(place(number)) ?? '{}') }
  } catch {
    return { ...standard }
  }
}

export function choose(number, change) {
  const now = { ...choices(number), ...change }
  try {
    localStorage.setItem(place(number), JSON.stringify(now))
  } catch {
    // A browser that keeps nothing forgets it with the page.
  }
  return now
}
