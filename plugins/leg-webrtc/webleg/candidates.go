package webleg

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/pion/ice/v4"

	"github.com/plugboard/plugboard/sdk/leg"
)

// gather finds our own candidates anew.
func (w *way) gather(ctx context.Context) error {
	done := make(chan struct{})
	w.mu.Lock()
	w.candidates, w.gathered = nil, done
	w.mu.Unlock()
	if err := w.agent.GatherCandidates(); err != nil {
		return fmt.Errorf("no ICE candidates: %w", err)
	}
	t := time.NewTimer(gathering)
	defer t.Stop()
	select {
	case <-done:
	case <-t.C: // with what there is
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// found takes one of our own candidates; nil is the end.
func (w *way) found(c ice.Candidate) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c == nil {
		if w.gathered != nil {
			close(w.gathered)
			w.gathered = nil
		}
		return
	}
	w.candidates = append(w.candidates, "candidate:"+c.Marshal())
	if !w.settings.external.IsValid() || c.Type() != ice.CandidateTypeHost {
		return
	}
	if own, err := netip.ParseAddr(c.Address()); err != nil || own.Is4() != w.settings.external.Is4() {
		return
	}
	// The same, as a router translates it. It is told beside, and no candidate of
	// the agent's own: to that it makes no difference which of the two a check has
	// come by.
	transport, kind := "udp", ""
	if c.NetworkType().IsTCP() {
		transport, kind = "tcp", " tcptype passive"
	}
	told := fmt.Sprintf("candidate:%s 1 %s %d %s %d typ host%s", "x"+c.Foundation(), transport, c.Priority()-1, w.settings.external, c.Port(), kind)
	for _, before := range w.candidates {
		if strings.Contains(before, fmt.Sprintf(" %s %d typ host", w.settings.external, c.Port())) && strings.Contains(before, " "+transport+" ") {
			return
		}
	}
	w.candidates = append(w.candidates, told)
}

// candidate reads "candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host". Nil: it is
// of no use here.
func candidate(text string) (ice.Candidate, error) {
	text = strings.TrimPrefix(strings.TrimSpace(text), "a=")
	if len(text) > maxCandidate || !strings.HasPrefix(text, "candidate:") {
		return nil, fmt.Errorf("%w: %.80q is no candidate", leg.ErrBadSDP, text)
	}
	c, err := ice.UnmarshalCandidate(text)
	if err != nil {
		// A host's name, which is not looked up here: its packets say where it is.
		if f := strings.Fields(text); len(f) > 4 {
			if _, bad := netip.ParseAddr(f[4]); bad != nil {
				return nil, nil
			}
		}
		return nil, fmt.Errorf("%w: %.80q: %w", leg.ErrBadSDP, text, err)
	}
	if c.Component() != ice.ComponentRTP || strings.HasSuffix(c.Address(), ".local") {
		return nil, nil
	}
	return c, nil
}

// add has the agent try a candidate of its peer, unless it is of an earlier name.
func (w *way) add(c ice.Candidate) {
	if c == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if e, ok := c.GetExtension("ufrag"); ok && w.conn != nil && e.Value != w.remote.Ufrag {
		return
	}
	if w.trickled++; w.trickled > maxTrickled {
		return
	}
	if ip, err := netip.ParseAddr(c.Address()); err == nil && c.Type() == ice.CandidateTypeRelay {
		w.relayed[netip.AddrPortFrom(ip.Unmap(), uint16(c.Port()))] = true
	}
	if w.conn == nil {
		w.waiting = append(w.waiting, c)
		return
	}
	_ = w.agent.AddRemoteCandidate(c) // one that cannot be used does no harm
}

// trickle takes candidates that came beside a description.
func (w *way) trickle(candidates []string) error {
	for _, text := range candidates {
		if text == "" { // how a browser says that it was the last
			continue
		}
		c, err := candidate(text)
		if err != nil {
			return err
		}
		w.add(c)
	}
	return nil
}
