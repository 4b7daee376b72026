package calltest

import (
	"cmp"
	"fmt"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/core/golden"
	"github.com/plugboard/plugboard/core/trace"
)

// Ladder draws every message since the start; without [World.All],
// registrations and the questions whether a trunk is there are left out.
func (w *World) Ladder() string { return w.ladder(true) }

func (w *World) ladder(times bool) string {
	return w.draw(times, func(*raw.Message) bool { return true })
}

// draw draws the messages that are wanted.
func (w *World) draw(times bool, wanted func(*raw.Message) bool) string {
	var entries []trace.Entry
	for _, d := range inOrder(w.Net.SIP()) {
		if m, err := raw.ParseMessage(d.Data); err == nil && (!w.All && beside(m) || !wanted(m)) {
			continue
		}
		if !d.Stopped {
			d.To = w.Net.behind(d.To)
		}
		entries = append(entries, trace.Entry{Time: d.At, From: w.name(w.Net.behind(d.From)), To: w.name(d.To), Message: d.Data})
	}
	var b strings.Builder
	if err := trace.Render(&b, entries, trace.Options{Times: times}); err != nil {
		w.t.Fatal(err)
	}
	return b.String()
}

// inOrder gives an order to what happens at one instant, which has none of its
// own: by sender and receiver, and between these the calls by what comes first in
// each of them.
func inOrder(sent []Datagram) []Datagram {
	type talk struct {
		at       time.Time
		from, to netip.AddrPort
		call     string
	}
	type keyed struct {
		Datagram
		key string
	}
	first := map[talk]string{}
	all := make([]keyed, len(sent))
	for i, d := range sent {
		all[i].Datagram = d
		m, err := raw.ParseMessage(d.Data)
		if err != nil {
			continue
		}
		t := talk{d.At, d.From, d.To, m.Get("Call-ID")}
		if _, ok := first[t]; !ok {
			first[t] = m.Label()
		}
		all[i].key = first[t]
	}
	slices.SortStableFunc(all, func(a, b keyed) int {
		return cmp.Or(a.At.Compare(b.At), a.From.Compare(b.From), a.To.Compare(b.To), cmp.Compare(a.key, b.key))
	})
	for i, k := range all {
		sent[i] = k.Datagram
	}
	return sent
}

// beside says whether a message is a registration's, or asks whether a trunk is
// there, or the answer to that.
func beside(m *raw.Message) bool {
	_, method, _ := strings.Cut(m.Get("CSeq"), " ")
	return m.Method() == "REGISTER" || method == "OPTIONS" && (m.Status() != 0 || raw.Param(m.Get("To"), "tag") == "")
}

func (w *World) name(a netip.AddrPort) string {
	if a.Addr() == w.addr.Addr() || slices.ContainsFunc(w.addrs, func(own netip.AddrPort) bool { return own.Addr() == a.Addr() }) {
		return trace.Self
	}
	for i, p := range w.phones {
		if p.Addr != a {
			continue
		}
		for j, q := range w.phones {
			if q.Number == p.Number && i != j {
				return fmt.Sprintf("%s at .%d", p.Number, lastByte(a.Addr()))
			}
		}
		return p.Number
	}
	if name := w.others[a]; name != "" {
		return name
	}
	return a.String()
}

// Golden compares the ladder so far with testdata/NAME.ladder; -update writes
// it anew.
func (w *World) Golden(name string) {
	w.t.Helper()
	w.golden(name, w.Ladder())
}

// GoldenOrder is [World.Golden] without the times, for a flow in which
// somebody waits for a random time (RFC 3261, section 14.1).
func (w *World) GoldenOrder(name string) {
	w.t.Helper()
	w.golden(name, w.ladder(false))
}

func (w *World) golden(name, got string) {
	w.t.Helper()
	golden.Check(w.t, filepath.Join("testdata", strings.ReplaceAll(name, " ", "_")+".ladder"), got)
}
