package sip

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/dialplan"
)

// dialog is our half of one (RFC 3261 §12). callID and localTag never change;
// the rest belongs to the leg's goroutine.
type dialog struct {
	callID, localTag string

	remoteTag string
	local     sip.FromHeader // From of our requests, with our tag
	remote    sip.ToHeader   // To of our requests
	localSeq  uint32
	remoteSeq uint32
	routes    []sip.Uri // in the order of Route headers
	target    sip.Uri   // the far side's Contact
	sips      bool      // made with a sips URI: our Contact is one, too
	// link is how the far side was last heard.
	link link
	// pinned: requests go over link whatever the route says, because a phone
	// behind NAT is at the other end.
	pinned bool
	aor    string // pinned: of the phone
	// trunk is whose call it is, nil if no trunk's: where a connection that
	// broke is opened again.
	trunk *dialplan.Trunk
}

// accept completes the dialog of a request that we take (RFC 3261 §12.1.1).
func (d *dialog) accept(req *sip.Request, l link) {
	from, to := req.From(), req.To()
	d.remoteTag = tagOf(from.Params)
	d.remote = sip.ToHeader{DisplayName: from.DisplayName, Address: from.Address, Params: from.Params}
	d.local = sip.FromHeader{DisplayName: to.DisplayName, Address: to.Address, Params: to.Params.Clone()}
	d.local.Params.Add("tag", d.localTag)
	d.localSeq = 0
	d.remoteSeq = req.CSeq().SeqNo
	d.routes = recorded(req)
	d.target = from.Address // all that an RFC 2543 client says
	d.sips = req.Recipient.Scheme == "sips" || len(d.routes) > 0 && d.routes[0].Scheme == "sips"
	d.refreshed(req)
	d.link = l
}

// established completes the dialog by a response to our INVITE
// (RFC 3261 §12.1.2).
func (d *dialog) established(res *sip.Response) {
	d.remoteTag = tagOf(res.To().Params)
	d.remote = *res.To()
	d.routes = recorded(res)
	slices.Reverse(d.routes)
	d.refreshed(res)
}

// refreshed takes the far side's new Contact (RFC 3261 §12.2).
func (d *dialog) refreshed(msg interface{ Contact() *sip.ContactHeader }) {
	if c := msg.Contact(); c != nil && isSIP(&c.Address) && c.Address.Host != "" && !c.Address.Wildcard {
		d.target = c.Address
	}
}

// recorded are the Record-Route URIs of a message, in its order.
func recorded(msg interface{ Headers() []sip.Header }) []sip.Uri {
	var routes []sip.Uri
	for _, h := range msg.Headers() {
		if rr, ok := h.(*sip.RecordRouteHeader); ok {
			routes = append(routes, rr.Address)
		}
	}
	return routes
}

// request makes a request in the dialog, without Via and body (RFC 3261
// §12.2.1.1). An ACK takes the number of its INVITE, seq; all others count.
func (d *dialog) request(method sip.RequestMethod, seq uint32) *sip.Request {
	if method != sip.ACK {
		d.localSeq++
		seq = d.localSeq
	}
	target, routes := d.target, d.routes
	if len(routes) > 0 && !routes[0].UriParams.Has("lr") {
		// A strict router (RFC 2543) wants to be the Request-URI.
		routes = append(slices.Clone(routes[1:]), target)
		target = d.routes[0]
	}
	// A Request-URI has no header part and no method parameter (§19.1.1).
	target.Headers = nil
	if target.UriParams.Has("method") {
		target.UriParams = target.UriParams.Clone()
		target.UriParams.Remove("method")
	}
	req := sip.NewRequest(method, target)
	for _, r := range routes {
		req.AppendHeader(&sip.RouteHeader{Address: r})
	}
	mf := sip.MaxForwardsHeader(maxForwards)
	req.AppendHeader(&mf)
	// Copies: a request outlives what becomes of the dialog.
	local, remote := d.local, d.remote
	req.AppendHeader(&local)
	req.AppendHeader(&remote)
	id := sip.CallIDHeader(d.callID)
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: method})
	return req
}

const maxForwards = 70

// next is the link that a request in the dialog leaves by (RFC 3261 §8.1.2):
// to the first route, else to the target. It may wait for a connection.
func (d *dialog) next(ctx context.Context, s *Server) link {
	if d.pinned {
		if !d.link.alive() {
			d.rejoin(s)
		}
		return d.link
	}
	hop := &d.target
	if len(d.routes) > 0 {
		hop = &d.routes[0]
	}
	f := d.link.flow()
	ip, err := netip.ParseAddr(strings.Trim(hop.Host, "[]"))
	transport, port := transportOf(hop)
	if f.Transport == transport && transport != "udp" && !d.link.alive() {
		d.reconnect(ctx, s, transport)
		return d.link
	}
	if err != nil || private(ip) && !private(f.Remote.Addr()) || f.Transport == "tls" && transport == "tls" {
		// A name was resolved when the call was set up; a private address
		// seen from outside is that of a far side behind NAT; over TLS the
		// certificate was seen on this connection.
		return d.link
	}
	remote := netip.AddrPortFrom(ip.Unmap(), uint16(port))
	if transport == f.Transport && (remote == f.Remote || transport == "tcp" && remote.Addr() == f.Remote.Addr()) {
		return d.link
	}
	if transport == "udp" && f.Transport == "udp" {
		if p, ok := d.link.(*packetLink); ok {
			return &packetLink{p.socket, remote}
		}
	}
	l, err := s.connect(ctx, transport, remote, remote.Addr().String())
	if err != nil {
		return d.link
	}
	return l
}

// transportOf is what a URI says of how it is reached (RFC 3261 §19.1.2,
// §26.2.2).
func transportOf(uri *sip.Uri) (transport string, port int) {
	transport, port = strings.ToLower(uri.UriParams.GetOr("transport", "udp")), uri.Port
	if uri.Scheme == "sips" {
		transport = "tls"
	}
	if port <= 0 || port > 65535 {
		port = sip.DefaultUdpPort
		if transport == "tls" {
			port = sip.DefaultTlsPort
		}
	}
	return transport, port
}

// reconnect opens the connection to a trunk again, where the trunk is reached.
func (d *dialog) reconnect(ctx context.Context, s *Server, transport string) {
	if d.trunk == nil {
		return
	}
	peer, err := s.opts.Directory.Peer(ctx, d.trunk)
	if err != nil || peer.Transport != transport {
		return
	}
	if l, err := s.connect(ctx, transport, peer.Addr, peer.name()); err == nil {
		d.link = l
	}
}

// rejoin finds the flow of a phone whose connection broke and that has
// registered again meanwhile, with the Contact that it has in the dialog.
func (d *dialog) rejoin(s *Server) {
	for _, b := range s.opts.Registrar.Bindings(d.aor) {
		var uri sip.Uri
		if sip.ParseUri(b.Contact, &uri) != nil || uri.User != d.target.User || uri.Host != d.target.Host {
			continue
		}
		if l := s.links.find(b.Flow); l != nil && l.alive() {
			d.link = l
			return
		}
	}
}

// private says whether an address means nothing to the outside (RFC 1918,
// RFC 4193, link-local, loopback).
func private(ip netip.Addr) bool {
	return ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast()
}
