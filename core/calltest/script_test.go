package calltest

import (
	"testing"
	"time"
)

const scripted = `
plugin "hums" {
  path = "script"
  config { tone = 1365 }
}
plugin "stalls" {
  path = "script"
  config { stall = "30s" }
}
plugin "dies" {
  path = "script"
  config {
    answer_after = "1s"
    crash_after  = "500ms"
  }
}
plugin "refuses" {
  path = "script"
  config { reject_cause = "no voice today" }
}
extension "a" {
  number = "101"
  secret = "k9-Vq2-hTw"
}
dialplan "inside" {
  from = [extension.a]
  route "hums" {
    match = "71"
    to    = play(say("twenty octets of it.", { engine = plugin.hums }))
  }
  route "stalls" {
    match       = "72"
    to          = play(say("never", { engine = plugin.stalls }))
    unavailable = play(tone("1365/1000"), { times = 3 })
  }
  route "dies" {
    match       = "73"
    to          = play(say("never", { engine = plugin.dies }))
    unavailable = play(tone("1365/1000"), { times = 3 })
  }
  route "refuses" {
    match       = "74"
    to          = play(say("never", { engine = plugin.refuses }))
    unavailable = play(tone("1365/1000"), { times = 3 })
  }
}
`

// Whatever becomes of an engine, its caller goes where the route says, and who is
// spoken to by another hears nothing of it.
func TestEnginesThatFail(t *testing.T) {
	Run(t, scripted, func(w *World) {
		phone := w.Phone("101")
		for _, number := range []string{"72", "73", "74"} {
			call := phone.Dial(number)
			call.Expect("200")
			call.Hears(speaker)
			call.Hangup()
			time.Sleep(time.Second)
			well := phone.Dial("71")
			well.Expect("200")
			well.Hears(speaker)
			well.Hangup()
		}
	})
}
