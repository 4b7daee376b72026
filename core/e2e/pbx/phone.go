//go:build e2e

package pbx

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/plugboard/plugboard/core/e2e/sound"
)

// Office is a dialplan of four desk phones, 101 to 104, a conference and an echo.
const Office = `
locals { secret = "k9-Vq2-hTw" }
extension "desk" {
  for_each = { a = "101", b = "102", c = "103", d = "104" }
  number   = each.value
  secret   = local.secret
}
conference "daily" { number = "800" }
dialplan "internal" {
  from = [extension.desk]
  route "desk" {
    match = "{ext:1XX}"
    to    = extension_number(match.ext)
  }
  route "daily" {
    match = "800"
    to    = conference.daily
  }
  route "echo" {
    match = "*43"
    to    = echo()
  }
}
`

// Phone starts the n-th baresip of a test (1 to 9), speaking a babble of its
// own.
func (p *PBX) Phone(n int, transport, codec string, auto bool) (*Baresip, sound.Sound) {
	p.T.Helper()
	return p.PhoneWith(n, BaresipOptions{Transport: transport, Codec: codec, Auto: auto})
}

// PhoneWith is Phone with more options.
func (p *PBX) PhoneWith(n int, o BaresipOptions) (*Baresip, sound.Sound) {
	p.T.Helper()
	codec := o.Codec
	rate, channels := 8000, 1
	if strings.HasPrefix(codec, "g722") {
		rate = 16000
	}
	if strings.HasPrefix(codec, "opus") {
		rate, channels = 48000, 2 // as baresip wants its source
	}
	said := sound.Babble(uint64(n), 40, rate)
	file := filepath.Join(p.Dir, fmt.Sprintf("said%d.wav", n))
	said.WriteWAV(p.T, file, channels)
	number := fmt.Sprint(100 + n)
	o.Number, o.Secret, o.Server, o.IP, o.Source = number, "k9-Vq2-hTw", p.IP, Sibling(p.IP, 10+n), file
	if o.Transport == "tls" {
		o.Server += ":5061"
	}
	b := StartBaresip(p.T, o)
	p.Registered(number)
	return b, said
}

// Registered waits until a phone of an extension is registered.
func (p *PBX) Registered(number string) {
	p.T.Helper()
	Eventually(p.T, number+" is registered", func() error {
		var list []struct{ Number, State string }
		p.Get("/extensions", &list)
		for _, e := range list {
			if e.Number == number && e.State == "registered" {
				return nil
			}
		}
		return fmt.Errorf("extensions are %v", list)
	})
}

// Sibling is another address of the same test: 127.0.8.1 -> 127.0.8.n.
func Sibling(ip string, n int) string {
	return ip[:strings.LastIndexByte(ip, '.')+1] + fmt.Sprint(n)
}

// SameSound checks what somebody heard in the call that has just ended.
func (p *PBX) SameSound(who string, said, heard sound.Sound) {
	p.T.Helper()
	seconds := len(heard.PCM) / heard.Rate
	to := p.quiet // what happens while sounds are compared has disturbed nobody
	if to.IsZero() {
		to = time.Now()
	}
	busy := p.Pace.between(to.Add(-time.Duration(seconds+2)*time.Second), to)
	median, least := sound.Likeness(said, heard)
	p.T.Logf("%s: likeness median %.4f, least %.4f over %d s, in which the machine was late for %.0f %%", who, median, least, seconds, 100*busy)
	if got := sound.Judged(said, heard, busy); got < 0.98 {
		p.T.Errorf("%s: what was heard is not what was said: correlation %.4f, wanted 0.98", who, got)
	}
}
