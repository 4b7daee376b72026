package sip

import (
	"bytes"
	"context"
	"net"
	"strings"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/leg"
)

// lastStats are the counters at the leg's end, nil if it had no media. What
// cannot be had at once is left out.
func (l *Leg) lastStats() *call.LegStats {
	m := l.session.media
	if m == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(l.srv.ctx, lastCounters)
	defer cancel()
	if st, err := m.Stats(ctx); err == nil {
		return StatsOf(st, time.Now())
	}
	return StatsOf(m.Latest())
}

// StatsOf are a medium's counters as the call shows them; nil if there are
// none.
func StatsOf(s leg.Stats, at time.Time) *call.LegStats {
	if at.IsZero() {
		return nil
	}
	out := &call.LegStats{
		At:        utc(at),
		PacketsIn: s.PacketsIn, PacketsOut: s.PacketsOut, Lost: s.Lost, Late: s.Late, Concealed: s.Concealed,
		JitterMs: s.JitterMs, BufferMs: s.BufferMs,
		Direction: s.Direction.String(), Secure: s.Secure,
		ConcealedMs: s.ConcealedMs, StretchedMs: s.StretchedMs,
		Refused: s.Refused, Unagreed: s.Unagreed, UnagreedType: s.UnagreedType,
		RTTMs: s.RTTMs, RemoteLost: s.RemoteLost, RemoteJitterMs: s.RemoteJitterMs,
		LevelIn: s.LevelIn, LevelOut: s.LevelOut, ClippedIn: s.ClippedIn, MOSIn: s.MOSIn, MOSOut: s.MOSOut,
		LastIn: utc(s.LastIn), LastOut: utc(s.LastOut), SilentSince: utc(s.SilentSince), Notes: s.Notes,
	}
	if s.RemoteSDP.IsValid() {
		out.RemoteSDP = s.RemoteSDP.String()
	}
	if s.Source.IsValid() {
		out.Source = s.Source.String()
	}
	if s.RefusedFrom.IsValid() {
		out.RefusedFrom = s.RefusedFrom.String()
	}
	return out
}

// utc is nil for the zero time.
func utc(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// mediaAddress is where a description of ours tells the far side to send to.
func mediaAddress(sdp []byte) string {
	var host, port string
	for line := range bytes.Lines(sdp) {
		text := strings.TrimSpace(string(line))
		switch f := strings.Fields(text); {
		case strings.HasPrefix(text, "c=") && len(f) == 3:
			host = f[2]
		case strings.HasPrefix(text, "m=audio ") && len(f) > 2:
			port = f[1]
		}
	}
	if host == "" || port == "" {
		return ""
	}
	return net.JoinHostPort(host, port)
}

// Standing counts the legs, the subscriptions and the transactions that have not
// ended.
func (s *Server) Standing() (legs, subscriptions, transactions int) {
	s.mu.Lock()
	legs = len(s.legs)
	s.mu.Unlock()
	s.subs.mu.Lock()
	subscriptions = len(s.subs.byTag)
	s.subs.mu.Unlock()
	s.txs.mu.Lock()
	defer s.txs.mu.Unlock()
	return legs, subscriptions, len(s.txs.clients) + len(s.txs.servers)
}
