package webleg

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/leg/rtpleg"
)

// Plugin is leg-webrtc, of the given version.
func Plugin(version string) sdk.Plugin {
	t := &terminator{rtp: rtpleg.New()}
	return sdk.Plugin{Name: "leg-webrtc", Version: version, Leg: t, Config: attributes(), Configure: t.configure}
}

// terminator makes legs of browsers. One serves every leg of its process.
type terminator struct {
	rtp *rtpleg.Terminator

	mu       sync.Mutex
	settings *settings
	mux      *mux
	relay    *relay // nil: no TURN server
}

// configure takes the config {} block.
func (t *terminator) configure(config map[string]any) error {
	s, err := read(config)
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.settings = s
	return nil
}

// Bind implements leg.Binder.
func (t *terminator) Bind(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.settings == nil { // there is no config {} block
		s, err := read(nil)
		if err != nil {
			return err
		}
		t.settings = s
	}
	m, err := newMux(t.settings)
	if err != nil {
		return err
	}
	if t.settings.turn != nil {
		if t.relay, err = newRelay(t.settings, m); err != nil {
			m.close()
			return fmt.Errorf("TURN server: %w", err)
		}
	}
	t.mux = m
	hclog.FromContext(ctx).Debug("browsers are served", "on", m.ports[0].at, "turn", t.relay != nil)
	return nil
}

// Unbind implements leg.Binder.
func (t *terminator) Unbind() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.relay != nil {
		t.relay.close()
	}
	t.mux.close()
	t.mux, t.relay = nil, nil
}

// Open implements leg.Terminator.
func (t *terminator) Open(ctx context.Context, p leg.Params, sockets []bus.Socket, tell func(leg.Event)) (leg.Endpoint, []byte, error) {
	for _, s := range sockets {
		_ = s.Close() // it wants none
	}
	t.mu.Lock()
	s, m := t.settings, t.mux
	t.mu.Unlock()
	if m == nil {
		return nil, nil, fmt.Errorf("%w: its sockets are not bound", leg.ErrState)
	}
	w, err := newWay(ctx, s, m, len(p.Remote) == 0, tell)
	if err != nil {
		return nil, nil, err
	}
	p.Address = w.LocalAddr().Addr()
	if s.external.IsValid() {
		p.Address = s.external
	}
	l, description, err := t.rtp.OpenOn(ctx, p, w, tell)
	if err != nil {
		return nil, nil, errors.Join(err, w.Close())
	}
	return &webLeg{Leg: l, way: w}, description, nil
}

// webLeg is one leg: that of its RTP, with its way.
type webLeg struct {
	*rtpleg.Leg
	way *way
}

var (
	_ leg.Endpoint = (*webLeg)(nil)
	_ leg.Listener = (*webLeg)(nil)
	_ leg.Hander   = (*webLeg)(nil)
	_ leg.Trickler = (*webLeg)(nil)
	_ leg.Binder   = (*terminator)(nil)
)

// Trickle implements leg.Trickler.
func (l *webLeg) Trickle(_ context.Context, candidates []string) error {
	return l.way.trickle(candidates)
}

// Stats implements leg.Media.
func (l *webLeg) Stats(ctx context.Context) (leg.Stats, error) {
	s, err := l.Leg.Stats(ctx)
	if err == nil {
		l.way.show(&s)
	}
	return s, err
}
