package daemon

import (
	"context"
	"fmt"
	"net/http"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/sip"
	"github.com/plugboard/plugboard/sdk/leg"
)

func (d *Daemon) startSIP(run context.Context) error {
	sockets, err := d.listen(d.cfg().SIP.Listen)
	if err != nil {
		return err
	}
	d.sip, err = sip.New(sip.Options{
		Sockets: sockets, Roots: d.opt.World.Roots, DialStream: d.opt.World.Dial, Advertise: d.advertise, Seen: d.seen,
		Settings: func() *sip.Settings { return d.now().sip }, Registrar: d.registrar, Directory: directory{d},
		Incoming: d.incoming, OpenMedia: d.openMedia(LegPlugin), OpenWebMedia: d.openMedia(WebRTCPlugin), Lamps: d.board, Trace: tracer{d}, Log: d.log.Named("sip"),
	})
	if err != nil {
		closeAll(sockets)
		return err
	}
	d.later(d.sip.Close)
	// Connections that end with us are no news of their phones.
	d.later(d.registrar.Close)
	d.restoreBindings()
	d.lightUp()
	d.goes("sip", func() error { return d.sip.Serve(run) })
	return nil
}

// listen opens sockets for SIP: all of them, or after an error none.
func (d *Daemon) listen(at []config.Listen) (sockets []sip.Socket, err error) {
	for _, l := range at {
		s := sip.Socket{Name: l.String(), Secure: l.Transport == "tls"}
		if l.Transport == "udp" {
			s.Packet, err = d.opt.World.ListenPacket(l.Addr)
		} else {
			s.Listener, err = d.opt.World.Listen(l.Addr)
		}
		if err != nil {
			closeAll(sockets)
			return nil, fmt.Errorf("cannot listen on %s: %w; is another PBX running, or is the address not this machine's?", l, err)
		}
		sockets = append(sockets, s)
	}
	return sockets, nil
}

func closeAll(sockets []sip.Socket) {
	for _, s := range sockets {
		s.Close()
	}
}

// openMedia opens a SIP leg's media in a plugin.
func (d *Daemon) openMedia(plugin string) sip.OpenMedia {
	return func(ctx context.Context, p leg.Params, tell func(leg.Event)) (sip.Media, []byte, error) {
		m, sdp, err := d.plugins.OpenLeg(ctx, plugin, p, tell)
		if err != nil {
			return nil, nil, err
		}
		return m, sdp, nil
	}
}

// SIP takes connections for SIP over WebSocket.
func (d *Daemon) SIP() http.Handler { return d.sip }
