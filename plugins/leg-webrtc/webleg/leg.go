package webleg

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"

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
	relay    *relay        // nil: no TURN server, or not yet
	quit     chan struct{} // closed by Unbind
	waiting  sync.WaitGroup
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
	log := hclog.FromContext(ctx)
	m, shift, err := bindMux(t.settings)
	if err != nil {
		return err
	}
	if shift > 0 {
		log.Warn("the configured port is taken, by an earlier process of this plugin or by another program: another one is used until the next start, and must pass your firewall", "port", m.ports[0].at.Port())
	}
	quit := make(chan struct{})
	if t.settings.turn != nil {
		t.relay, err = newRelay(t.settings, m)
		switch {
		case errors.Is(err, syscall.EADDRINUSE):
			log.Warn("the TURN server waits until its port is free", "error", err)
			t.waiting.Go(func() { t.relayLater(m, quit, log) })
		case err != nil:
			m.close()
			return fmt.Errorf("TURN server: %w", err)
		}
	}
	t.mux, t.quit = m, quit
	log.Debug("browsers are served", "on", m.ports[0].at, "turn", t.relay != nil)
	return nil
}

// relayLater starts the TURN server when an earlier process has ended.
func (t *terminator) relayLater(m *mux, quit <-chan struct{}, log hclog.Logger) {
	for {
		select {
		case <-quit:
			return
		case <-time.After(time.Second):
		}
		r, err := newRelay(t.settings, m)
		if errors.Is(err, syscall.EADDRINUSE) {
			continue
		}
		if err != nil {
			log.Error("there is no TURN server", "error", err)
			return
		}
		t.mu.Lock()
		t.relay = r
		t.mu.Unlock()
		log.Info("the TURN server has its port")
		return
	}
}

// Unbind implements leg.Binder.
func (t *terminator) Unbind() {
	close(t.quit)
	t.waiting.Wait()
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
