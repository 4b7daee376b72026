package calltest

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

func (c *Call) setBody(m *raw.Message, sdp string) {
	m.Add("Content-Type", "application/sdp")
	m.Body = sdp
}

// offer describes what the phone can: PCMU and telephone-event.
func (c *Call) offer(dir string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sdpv++
	if c.media == nil {
		c.media = newMedia(c.Phone)
	}
	ip, port := c.media.sock.LocalAddr().Addr(), c.media.sock.LocalAddr().Port()
	switch {
	case c.Phone.MediaNamed.IsValid():
		ip = c.Phone.MediaNamed
	case c.Phone.Claims != c.Phone.Addr:
		ip = c.Phone.Claims.Addr()
	}
	family := "IP4"
	if ip.Is6() {
		family = "IP6"
	}
	sdp := fmt.Sprintf("v=0\r\no=- 1 %d IN %s %s\r\ns=-\r\nc=IN %[2]s %[3]s\r\nt=0 0\r\n"+
		"m=audio %[4]d RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=%[5]s\r\n",
		c.sdpv, family, ip, port, dir)
	if c.Phone.Toned {
		sdp = withoutEvents(sdp)
	}
	if c.Phone.web {
		sdp = dressed(sdp)
	}
	return sdp
}

// answer mirrors an offer's direction.
func (c *Call) answer(offer string) string {
	dir := "sendrecv"
	for from, to := range map[string]string{"a=sendonly": "recvonly", "a=recvonly": "sendonly", "a=inactive": "inactive"} {
		if strings.Contains(offer, from) {
			dir = to
		}
	}
	return c.offer(dir)
}

// startMedia begins, or goes on, towards what a description says.
func (c *Call) startMedia(sdp string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.media == nil {
		c.media = newMedia(c.Phone)
	}
	var ip netip.Addr
	var port int
	for line := range strings.SplitSeq(sdp, "\r\n") {
		switch {
		case strings.HasPrefix(line, "c=IN IP4 "), strings.HasPrefix(line, "c=IN IP6 "):
			ip, _ = netip.ParseAddr(line[9:])
		case strings.HasPrefix(line, "m=audio "):
			port, _ = strconv.Atoi(strings.Fields(line)[1])
		}
	}
	if ip.IsValid() && port > 0 {
		c.media.start(netip.AddrPortFrom(ip, uint16(port)))
	}
}

func (c *Call) stopMedia() {
	c.mu.Lock()
	m, branches := c.media, c.branches
	c.media, c.branches = nil, nil
	c.mu.Unlock()
	if m != nil {
		m.stop()
	}
	for _, b := range branches {
		b.stopMedia()
	}
}

// Hears fails the test unless the phone hears the tone of each of others, and
// of nobody else in the world, itself among them. It listens for 200 ms, after
// giving a change 300 ms to arrive.
func (c *Call) Hears(others ...*Phone) {
	c.Phone.t.Helper()
	c.mu.Lock()
	m := c.media
	c.mu.Unlock()
	if m == nil {
		c.Phone.t.Fatalf("phone %s: no media", c.Phone.Number)
	}
	time.Sleep(500 * time.Millisecond)
	heard := m.heard()
	wanted := make(map[float64]string)
	for _, o := range others {
		wanted[o.Tone] = o.Number
	}
	for _, tone := range Tones {
		level := raw.Goertzel(heard, tone)
		switch who, want := wanted[tone]; {
		case want && level < 0.05:
			c.Phone.t.Fatalf("phone %s: does not hear %s (%.0f Hz at %.4f)", c.Phone.Number, who, tone, level)
		case !want && level > 0.01:
			c.Phone.t.Fatalf("phone %s: hears %.0f Hz (at %.4f), and should not", c.Phone.Number, tone, level)
		}
	}
}

// Packets is how many RTP packets arrived in the call so far.
func (c *Call) Packets() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.media == nil {
		return 0
	}
	return c.media.packets()
}

// Gap is the longest time in which the phone heard nothing, between sounds, since
// it was asked last.
func (c *Call) Gap() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.media == nil {
		return 0
	}
	c.media.mu.Lock()
	defer c.media.mu.Unlock()
	gap := c.media.gap
	c.media.gap, c.media.sound = 0, time.Time{}
	return gap
}

// Missed is how many RTP packets of the stream that it hears did not arrive, by
// their sequence numbers.
func (c *Call) Missed() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.media == nil {
		return 0
	}
	c.media.mu.Lock()
	defer c.media.mu.Unlock()
	return c.media.missed
}

// Press sends one digit as telephone-event, 100 ms long.
func (c *Call) Press(digit byte) {
	c.mu.Lock()
	m := c.media
	c.mu.Unlock()
	m.press(digit)
}

// Digits is what telephone-events said so far.
func (c *Call) Digits() string {
	c.mu.Lock()
	m := c.media
	c.mu.Unlock()
	return m.digits()
}
