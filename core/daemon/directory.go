package daemon

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/number"
	"github.com/plugboard/plugboard/core/plugin"
	"github.com/plugboard/plugboard/core/registrar"
	"github.com/plugboard/plugboard/core/sip"
	"github.com/plugboard/plugboard/core/trace"
	"github.com/plugboard/plugboard/core/trunk"
)

// directory answers core/sip's questions of who is who.
type directory struct{ d *Daemon }

// Extension implements [sip.Directory]: the SIP user name is the number.
func (r directory) Extension(user string) (*dialplan.Extension, string, bool) {
	now := r.d.now()
	e := now.plan.ExtensionByNumber(user)
	if e == nil {
		return nil, "", false
	}
	secret, ok := now.secret(e)
	return e, secret, ok
}

// readSecrets collects every extension's secret, and makes those that are
// missing; and so the relay's, if there is one.
func (s *snapshot) readSecrets() error {
	c := s.cfg
	kept, err := config.OpenSecrets(c.PBX.DataDir)
	if err != nil {
		return err
	}
	var names []string
	for _, e := range c.Extensions {
		if e.Secret == "" {
			names = append(names, e.Name)
		}
	}
	if err := kept.Prepare(names...); err != nil {
		return err
	}
	s.secrets = make(map[string]string, len(c.Extensions))
	for _, e := range c.Extensions {
		if s.secrets[e.Name] = e.Secret.Reveal(); e.Secret != "" {
			continue
		}
		if s.secrets[e.Name], err = kept.Extension(e.Name); err != nil {
			return err
		}
	}
	if c.Web.Turn != nil {
		s.relay, err = kept.RelayKey()
	}
	return err
}

// Trunk implements [sip.Directory].
func (r directory) Trunk(s sip.Source) *dialplan.Trunk {
	name, ok := r.d.trunks.Match(trunk.Source{Transport: s.Transport, Addr: s.Remote, SentBy: uint16(s.SentBy), User: s.User})
	if !ok {
		return nil
	}
	return r.d.now().plan.TrunkByName(name)
}

// Peer implements [sip.Directory].
func (r directory) Peer(_ context.Context, t *dialplan.Trunk) (sip.Peer, error) {
	w, err := r.d.trunks.Way(t.Name)
	if err != nil {
		return sip.Peer{}, err
	}
	return sip.Peer{
		Transport: w.Targets[0].Transport, Addr: w.Targets[0].Addr, Host: w.Host, Then: w.Targets[1:], Credentials: w.Credentials,
	}, nil
}

// Ours implements [sip.Directory].
func (r directory) Ours(t *dialplan.Trunk, user string) bool {
	w, err := r.d.trunks.Way(t.Name)
	return err == nil && user != "" && (user == w.Contact || user == w.Username)
}

// Normalize implements [sip.Directory].
func (r directory) Normalize(raw string) string {
	return r.d.now().plan.Normalize(raw)
}

// Emergency implements [sip.Directory].
func (r directory) Emergency(raw string) bool {
	p := r.d.now().plan
	return p.IsEmergency(dialplan.Callee{Number: p.Normalize(raw), Raw: raw})
}

// Format implements [sip.Directory].
func (r directory) Format(t *dialplan.Trunk, n string) string {
	return number.Format(r.d.cfg().PBX.Country, t.Format, n)
}

// dialer is core/sip's, with a trunk's max_calls kept, and the plugins' own.
type dialer struct{ d *Daemon }

// Dial implements [call.Dialer].
func (x dialer) Dial(ctx context.Context, d call.Dial, inbox call.Inbox) ([]call.Leg, error) {
	if d.Leg != nil {
		return []call.Leg{x.d.dialLeg(ctx, d, inbox)}, nil
	}
	if d.Trunk == nil {
		return x.dialExtension(ctx, d, inbox)
	}
	if err := x.d.trunks.Usable(d.Trunk.Name); err != nil && !d.Insist {
		return nil, &call.Error{Cause: call.Unavailable, Text: err.Error()}
	}
	release, err := x.d.trunks.Acquire(d.Trunk.Name)
	if errors.Is(err, trunk.ErrFull) && d.Emergency { // the provider may still have room
		release, err = func() {}, nil
	}
	if errors.Is(err, trunk.ErrNoTrunk) { // the call is older than the configuration in force
		return nil, &call.Error{Cause: call.Unavailable, Text: fmt.Sprintf("trunk %s has been removed", d.Trunk.Name)}
	}
	if errors.Is(err, trunk.ErrFull) {
		return nil, &call.Error{Cause: call.Congestion, Text: fmt.Sprintf("trunk %s has its max_calls of %d", d.Trunk.Name, d.Trunk.MaxCalls)}
	} else if err != nil {
		return nil, &call.Error{Cause: call.Failed, Text: err.Error()}
	}
	once := sync.OnceFunc(release)
	legs, err := x.d.sip.Dial(ctx, d, func(n call.News) {
		if n.What == call.Ended {
			once()
		}
		inbox(n)
	})
	if err != nil {
		once()
	}
	return legs, err
}

// incoming hands a call to the hub, with a trunk's max_calls kept.
func (d *Daemon) incoming(in call.Incoming) call.Inbox {
	t := in.Facts.From.Trunk
	if t == nil {
		return d.Calls.Incoming(in)
	}
	release, err := d.trunks.Acquire(t.Name)
	if err != nil {
		d.log.Warn("call refused", "call", in.ID, "error", err)
		in.Leg.Hangup(call.End{Cause: call.Congestion})
		return func(call.News) {}
	}
	inbox := d.Calls.Incoming(in)
	return func(n call.News) {
		if n.What == call.Ended {
			release()
		}
		inbox(n)
	}
}

// tracer keeps a message for its call's story, and counts it.
type tracer struct{ d *Daemon }

// Record implements [sip.Tracer].
func (t tracer) Record(callID string, sent bool, flow registrar.Flow, raw []byte) {
	t.d.metrics.Message(sent, raw)
	if callID != "" {
		t.d.Trace.Record(callID, sent, trace.Way{Transport: flow.Transport, Local: flow.Local.String(), Remote: flow.Remote.String()}, raw)
	}
}

// mediaAddress is what RTP sockets are bound to: media.address, and for the
// family that it is not of, the first SIP listener of that one.
func mediaAddress(cfg *config.Config) plugin.Addresses {
	candidates := []netip.Addr{cfg.Media.Address}
	for _, l := range cfg.SIP.Listen {
		candidates = append(candidates, l.Addr.Addr())
	}
	var bind plugin.Addresses
	for _, a := range candidates {
		switch a = a.Unmap(); {
		case a.Is4() && !bind.V4.IsValid():
			bind.V4 = a
		case a.Is6() && !bind.V6.IsValid():
			bind.V6 = a
		}
	}
	return bind
}

func rtpPorts(cfg *config.Config) plugin.PortRange {
	return plugin.PortRange{First: cfg.Media.RTPPorts.First, Last: cfg.Media.RTPPorts.Last}
}

// advertise is our address as a far side reaches it: the fixed external one
// for far sides outside of the local networks, else the listener's own, else
// the one that the way there leaves from.
func (d *Daemon) advertise(remote netip.Addr) sip.Self {
	cfg := d.cfg()
	outside := !isLocal(cfg, remote)
	if ext := cfg.SIP.External.Addr; outside && ext.IsValid() && ext.Is4() == remote.Is4() {
		return sip.Self{Signal: ext, Media: ext}
	}
	self := sip.Self{Learn: outside && cfg.SIP.External.Auto}
	for _, l := range cfg.SIP.Listen {
		if a := l.Addr.Addr().Unmap(); !a.IsUnspecified() && a.Is4() == remote.Is4() {
			self.Signal = a
			break
		}
	}
	if !self.Signal.IsValid() {
		self.Signal = d.wayTo(remote)
	}
	self.Media = self.Signal
	if a := cfg.Media.Address; a.IsValid() && !a.IsUnspecified() && a.Is4() == remote.Is4() {
		self.Media = a
	}
	return self
}

// own is our address in session descriptions for a far side.
func (d *Daemon) own(remote netip.Addr) netip.Addr { return d.advertise(remote).Media }

// seen tells the trunks where one of them sees us.
func (d *Daemon) seen(t *dialplan.Trunk, at netip.AddrPort) { d.trunks.Seen(t.Name, at) }

// isLocal says whether a far side is on our side of the NAT.
func isLocal(cfg *config.Config, a netip.Addr) bool {
	if len(cfg.SIP.LocalNetworks) == 0 {
		return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast()
	}
	return slices.ContainsFunc(cfg.SIP.LocalNetworks, func(p netip.Prefix) bool { return p.Contains(a) })
}

// wayTo asks the routing table, by a socket that sends nothing.
func (d *Daemon) wayTo(remote netip.Addr) netip.Addr {
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(remote, 9)))
	if err != nil {
		d.log.Warn("no way to a far side", "address", remote, "error", err)
		return netip.IPv4Unspecified()
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap()
}

// servers are what a phone can be told to register at.
func (d *Daemon) servers() []string {
	var list []string
	for _, l := range d.cfg().SIP.Listen {
		a := l.Addr
		if a.Addr().IsUnspecified() {
			a = netip.AddrPortFrom(outward(a.Addr().Is4()), a.Port())
		}
		list = append(list, fmt.Sprintf("sip:%s;transport=%s", a, l.Transport))
	}
	return list
}

// outward is the IPv4 or IPv6 address of this machine that the rest of its
// network sees, its loopback address if there is none.
func outward(is4 bool) netip.Addr {
	addrs, _ := net.InterfaceAddrs()
	for _, a := range addrs {
		if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().Is4() == is4 && p.Addr().IsGlobalUnicast() {
			return p.Addr()
		}
	}
	if is4 {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	return netip.IPv6Loopback()
}
