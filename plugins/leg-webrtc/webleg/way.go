package webleg

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/logging"

	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/sdp"
)

const (
	// gathering bounds how long servers are waited for, before a description is
	// made: whoever made it waits, and two seconds are the end of any call.
	gathering = 1200 * time.Millisecond
	// maxTrickled bounds the candidates of one leg's peer, and maxCandidate one's
	// length.
	maxTrickled  = 128
	maxCandidate = 512
)

// quiet says nothing of what pion notices: what matters comes as states and errors.
func quiet() logging.LeveledLogger { return quietly().NewLogger("") }

func quietly() *logging.DefaultLoggerFactory {
	f := logging.NewDefaultLoggerFactory()
	f.DefaultLogLevel = logging.LogLevelDisabled
	f.ScopeLevels = nil
	return f
}

// way is how one leg's packets go ([rtpleg.Way]), by an ICE agent:
//
//	        Local            Remote               the agent chooses a pair
//	made ──────────▶ waits ───────────▶ checking ──────────────────────────▶ connected ⇄ disconnected
//	                                      │ ▲                                   │  │         │
//	                                      │ └───── Remote with another name ────┘  │         │
//	                                      └──────────────────▶ lost ◀──────────────┴─────────┘
type way struct {
	mux      *mux
	settings *settings
	offers   bool // we make the first offer
	tell     func(leg.Event)
	agent    *ice.Agent
	ready    chan struct{} // closed when a pair was chosen
	choose   sync.Once
	end      sync.Once // of being lost
	pumps    sync.WaitGroup
	out      chan []byte // what goes neither by UDP nor directly
	quit     chan struct{}

	// The way out: where it is UDP and direct, its socket and peer.
	chosen atomic.Pointer[pair]

	// The way in. The first three are guarded by mux's mu, the rest is the audio
	// goroutine's.
	shake   func([]byte) // takes what is of DTLS
	queue   []*packet
	round   uint64
	mine    []*packet
	next    int
	reading bool

	mu         sync.Mutex
	conn       *ice.Conn // nil until both sides are known
	remote     sdp.ICE
	candidates []string // of ours
	gathered   chan struct{}
	trickled   int
	relayed    map[netip.AddrPort]bool // the peer's, by a TURN server
	waiting    []ice.Candidate         // that came before the answer
	state      ice.ConnectionState
	since      time.Time // of state
}

// newWay makes a way, with an agent that has its candidates.
func newWay(ctx context.Context, s *settings, m *mux, offers bool, tell func(leg.Event)) (*way, error) {
	w := &way{
		mux: m, settings: s, offers: offers, tell: tell,
		ready: make(chan struct{}), out: make(chan []byte, maxQueue), quit: make(chan struct{}), since: time.Now(),
		relayed: map[netip.AddrPort]bool{},
	}
	networks := map[ice.NetworkType]bool{}
	bound := map[string]bool{}
	for _, p := range m.ports {
		if p.at.Addr().Is4() {
			networks[ice.NetworkTypeUDP4], networks[ice.NetworkTypeTCP4] = true, m.tcp != nil
		} else {
			networks[ice.NetworkTypeUDP6], networks[ice.NetworkTypeTCP6] = true, m.tcp != nil
		}
		bound[p.at.Addr().String()] = true
	}
	var types []ice.NetworkType
	for t, is := range networks {
		if is {
			types = append(types, t)
		}
	}
	options := []ice.AgentOption{
		ice.WithUDPMux(m.udp), ice.WithNetworkTypes(types), ice.WithIncludeLoopback(), ice.WithDisableActiveTCP(),
		ice.WithMulticastDNSMode(ice.MulticastDNSModeDisabled), ice.WithLoggerFactory(quietly()),
		ice.WithICELite(s.lite), ice.WithDisconnectedTimeout(s.silent), ice.WithFailedTimeout(s.gone),
		ice.WithSTUNGatherTimeout(gathering - 200*time.Millisecond),
		ice.WithIPFilter(func(ip net.IP) bool { return len(s.servers) > 0 || bound[ip.String()] }),
	}
	if m.tcp != nil {
		options = append(options, ice.WithTCPMux(m.tcp))
	}
	if len(s.servers) > 0 {
		options = append(options, ice.WithUrls(s.servers), ice.WithCandidateTypes([]ice.CandidateType{ice.CandidateTypeHost, ice.CandidateTypeServerReflexive, ice.CandidateTypeRelay}))
	} else {
		options = append(options, ice.WithCandidateTypes([]ice.CandidateType{ice.CandidateTypeHost}))
	}
	var err error
	if w.agent, err = ice.NewAgentWithOptions(options...); err != nil {
		return nil, fmt.Errorf("no ICE agent: %w", err)
	}
	err = errors.Join(
		w.agent.OnCandidate(w.found), w.agent.OnConnectionStateChange(w.moved), w.agent.OnSelectedCandidatePairChange(w.chose),
	)
	if err == nil {
		err = w.gather(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, w.agent.Close())
	}
	m.enter()
	return w, nil
}

// Local implements [sdp.Agent].
func (w *way) Local() sdp.ICE {
	ufrag, password, err := w.agent.GetLocalUserCredentials()
	if err != nil {
		return sdp.ICE{} // it is closed
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return sdp.ICE{Ufrag: ufrag, Password: password, Lite: w.settings.lite, Candidates: append([]string(nil), w.candidates...), End: true}
}

// Remote implements [sdp.Agent]. Another name is an ICE restart (RFC 8445, 9).
func (w *way) Remote(r sdp.ICE) error {
	if len(r.Ufrag) > 256 || len(r.Password) > 256 {
		return fmt.Errorf("%w: a=ice-ufrag or a=ice-pwd is longer than 256 characters", leg.ErrBadSDP)
	}
	w.mu.Lock()
	was, begun := w.remote, w.conn != nil
	w.mu.Unlock()
	switch {
	case !begun:
		if err := w.begin(r); err != nil {
			return err
		}
	case r.Ufrag != was.Ufrag || r.Password != was.Password:
		if err := w.restart(r); err != nil {
			return err
		}
	}
	w.mu.Lock()
	w.remote = r
	early := w.waiting
	w.waiting = nil
	w.mu.Unlock()
	for _, c := range early {
		w.add(c)
	}
	for _, text := range r.Candidates {
		// What cannot be read in a description is passed over, as the rest of it is.
		if c, err := candidate(text); err == nil {
			w.add(c)
		}
	}
	return nil
}

// begin has the agent look for a way to its peer.
func (w *way) begin(r sdp.ICE) error {
	if w.settings.lite && r.Lite {
		return fmt.Errorf("%w: both sides are ICE-lite, so neither looks for a way: set lite = false", leg.ErrNoCodec)
	}
	if err := w.agent.SetRemoteICELite(r.Lite); err != nil {
		return err
	}
	connect := w.agent.StartAccept
	if !w.settings.lite && (w.offers || r.Lite) { // RFC 8445, 6.1.1
		connect = w.agent.StartDial
	}
	conn, err := connect(r.Ufrag, r.Password)
	if err != nil {
		return fmt.Errorf("%w: %w", leg.ErrBadSDP, err)
	}
	w.mu.Lock()
	w.conn = conn
	w.mu.Unlock()
	w.pumps.Go(func() { w.pumpIn(conn) })
	w.pumps.Go(func() { w.pumpOut(conn) })
	return nil
}

// restart looks for a way anew. What was chosen is used until then.
func (w *way) restart(r sdp.ICE) error {
	if err := w.agent.Restart("", ""); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), gathering)
	defer cancel()
	if err := w.gather(ctx); err != nil {
		return err
	}
	if err := w.agent.SetRemoteICELite(r.Lite); err != nil {
		return err
	}
	if err := w.agent.SetRemoteCredentials(r.Ufrag, r.Password); err != nil {
		return fmt.Errorf("%w: %w", leg.ErrBadSDP, err)
	}
	return nil
}

// Ready implements [rtpleg.Way].
func (w *way) Ready() <-chan struct{} { return w.ready }

// Handshaking implements [rtpleg.Way].
func (w *way) Handshaking(take func([]byte)) {
	w.mux.mu.Lock()
	defer w.mux.mu.Unlock()
	w.shake = take
}

// Secured implements [rtpleg.Way].
func (w *way) Secured(err error) {
	if err != nil {
		w.lost(fmt.Sprintf("its sound cannot be encrypted: %v", err))
	}
}

// lost tells once that the leg is lost.
func (w *way) lost(why string) {
	w.end.Do(func() { w.tell(leg.Event{Kind: leg.Lost, Reason: why}) })
}

// moved takes a new state of the agent.
func (w *way) moved(s ice.ConnectionState) {
	w.mu.Lock()
	w.state, w.since = s, time.Now()
	tried := len(w.remote.Candidates) + w.trickled
	w.mu.Unlock()
	if s != ice.ConnectionStateFailed {
		return
	}
	select {
	case <-w.ready:
		w.lost(fmt.Sprintf("nothing has come from the browser for %v: its network is gone, or its page", w.settings.silent+w.settings.gone))
	default:
		w.lost(fmt.Sprintf("no way to the browser was found (ICE): of %d addresses that it named none answered, and it reached none of ours; does a firewall keep UDP and TCP from %s?", tried, w.mux.ports[0].at))
	}
}

// chose takes the pair that the agent chose.
func (w *way) chose(local, remote ice.Candidate) {
	p := &pair{how: "UDP"}
	ip, err := netip.ParseAddr(remote.Address())
	if err != nil {
		return
	}
	p.remote = netip.AddrPortFrom(ip.Unmap(), uint16(remote.Port()))
	switch {
	case local.NetworkType().IsTCP():
		p.how = "TCP"
	case local.Type() == ice.CandidateTypeRelay:
		p.how = "a TURN server"
	case local.Type() == ice.CandidateTypeHost:
		if own, err := netip.ParseAddr(local.Address()); err == nil {
			p.port = w.mux.portOf(netip.AddrPortFrom(own.Unmap(), uint16(local.Port())))
		}
	}
	if p.port != nil {
		w.mux.route(p.remote, w)
	}
	w.chosen.Store(p)
	w.choose.Do(func() { close(w.ready) })
}

// LocalAddr implements [bus.Socket].
func (w *way) LocalAddr() netip.AddrPort { return w.mux.ports[0].at }

// Close implements [bus.Socket].
func (w *way) Close() error {
	w.end.Do(func() {}) // nothing more is told
	select {
	case <-w.quit:
		return nil
	default:
		close(w.quit)
	}
	err := w.agent.GracefulClose()
	w.pumps.Wait()
	w.mux.leave(w)
	return err
}

// show adds what is known of the way to a leg's counters.
func (w *way) show(s *leg.Stats) {
	w.mu.Lock()
	state, since := w.state, w.since
	p := w.chosen.Load()
	relayed := p != nil && w.relayed[p.remote]
	w.mu.Unlock()
	if p != nil {
		s.Remote = p.remote
		how := p.how
		if relayed {
			how = fmt.Sprintf("a TURN server, as %s", p.remote)
		}
		if how != "UDP" {
			s.Notes = append(s.Notes, fmt.Sprintf("Its packets go by %s, and not directly by UDP: they come late where they must wait.", how))
		}
		if s.RTTMs == 0 {
			if st, ok := w.agent.GetSelectedCandidatePairStats(); ok {
				s.RTTMs = st.CurrentRoundTripTime * 1000
			}
		}
	}
	long := time.Since(since).Round(time.Second)
	switch {
	case state == ice.ConnectionStateDisconnected:
		s.Notes = append(s.Notes, fmt.Sprintf("The browser's network has been silent for %v (ICE is disconnected).", long+w.settings.silent))
	case state == ice.ConnectionStateChecking && long >= w.settings.silent:
		s.Notes = append(s.Notes, fmt.Sprintf("No way to the browser has been found for %v (ICE).", long))
	}
}
