package rtpleg

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/codec"
	"github.com/plugboard/plugboard/sdk/media/denoise"
	"github.com/plugboard/plugboard/sdk/media/dtls"
	"github.com/plugboard/plugboard/sdk/media/dtmf"
	"github.com/plugboard/plugboard/sdk/media/resample"
	"github.com/plugboard/plugboard/sdk/media/sdp"
)

// Terminator makes RTP legs.
type Terminator struct {
	codecs codec.Registry
	// identity is the process's certificate, made when it is first needed.
	identity func() (*dtls.Identity, error)
	// bench is what the audio goroutine works on; one leg at a time needs it.
	bench    *bench
	recorder *recorder
	denoise  *denoise.Engine
}

// bench is room for one packet in each direction, for a digit's sound, and
// what legs encode together.
type bench struct {
	in, clear, out [maxPacket]byte
	tone           audio.Frame
	noise          [audio.Samples]float32
	commons        commons
	frame          audio.Frame
	pcm            [straightFrame]float32
	up             *resample.Up // of straightRate, with no past of its own
}

func newBench() *bench {
	up, err := resample.NewUp(straightRate, audio.Rate)
	if err != nil {
		panic(err) // not with these rates
	}
	return &bench{up: up}
}

// maxPacket is the largest datagram that is read or sent, in bytes.
const maxPacket = 1500

// New returns a terminator. One serves every leg of its process.
func New() *Terminator {
	return &Terminator{codecs: codec.Standard(), identity: sync.OnceValues(dtls.NewIdentity), bench: newBench(), recorder: newRecorder(), denoise: denoise.New()}
}

// Open implements leg.Terminator.
func (t *Terminator) Open(ctx context.Context, p leg.Params, sockets []bus.Socket, tell func(leg.Event)) (leg.Endpoint, []byte, error) {
	l, description, err := t.open(ctx, p, sockets, nil, tell)
	if err != nil {
		for _, s := range sockets {
			s.Close()
		}
		return nil, nil, err
	}
	return l, description, nil
}

func (t *Terminator) open(ctx context.Context, p leg.Params, sockets []bus.Socket, way Way, tell func(leg.Event)) (*Leg, []byte, error) {
	if len(sockets) == 0 {
		return nil, nil, fmt.Errorf("%w: an RTP leg needs a socket, none was passed", leg.ErrState)
	}
	var codecs []codec.Codec
	for _, name := range p.Codecs {
		c, ok := t.codecs.Lookup(name)
		if !ok {
			return nil, nil, fmt.Errorf("%w: codec %q is unknown to this plugin", leg.ErrNoCodec, name)
		}
		codecs = append(codecs, c)
	}
	if len(codecs) == 0 {
		return nil, nil, fmt.Errorf("%w: the leg may use none at all", leg.ErrNoCodec)
	}
	config := sdp.Config{Address: p.Address, Port: sockets[0].LocalAddr().Port(), Codecs: codecs, Mux: true}
	var err error
	if config.Encryption, err = sdp.EncryptionNamed(p.Encryption); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", leg.ErrState, err)
	}
	if way != nil {
		config.Agent, config.Encryption = way, sdp.Required
	}
	if config.Encryption != sdp.Off {
		identity, err := t.identity()
		if err != nil {
			return nil, nil, err
		}
		config.Fingerprint = identity.Fingerprint()
	}
	voice, err := newVoice(p, t.denoise)
	if err != nil {
		return nil, nil, err
	}
	l := &Leg{
		log:       hclog.FromContext(ctx),
		sockets:   sockets,
		way:       way,
		tell:      tell,
		symmetric: p.Symmetric,
		digits:    make(chan digit, maxDigits),
		session:   sdp.New(config),
		identity:  t.identity,
		recorder:  t.recorder,
		control:   newControl(p.Leg, sockets),
	}
	l.in = newInbound(t.bench, sockets[0], l.news, &l.stats, voice)
	l.in.symmetric = p.Symmetric
	l.in.muxed = l.muxed
	l.in.catchUp = way != nil // what its party said before somebody was there to hear it
	l.out = newOutbound(t.bench, sockets[0], &l.stats)

	description, err := l.begin(config, p)
	if err != nil {
		return nil, nil, errors.Join(err, voice.close())
	}
	if way == nil {
		t.recorder.add(l)
	}
	return l, description, nil
}

// begin makes the first description, or goes on from a state.
func (l *Leg) begin(config sdp.Config, p leg.Params) ([]byte, error) {
	switch {
	case len(p.State) > 0:
		return nil, l.resume(config, p.State)
	case len(p.Remote) == 0:
		offer, agreed := l.session.Offer(p.Direction)
		return offer, l.adopt(agreed)
	}
	answer, agreed, err := l.session.Answer(p.Remote, p.Direction)
	if err != nil {
		return nil, err
	}
	return answer, l.adopt(agreed)
}

// Leg is one leg. Its control methods never overlap; in and out belong to
// the audio goroutine.
type Leg struct {
	log       hclog.Logger
	sockets   []bus.Socket
	way       Way // the same, if it was found by ICE; or nil
	tell      func(leg.Event)
	session   *sdp.Session
	identity  func() (*dtls.Identity, error)
	closed    atomic.Bool
	symmetric bool

	plan    atomic.Pointer[plan]
	digits  chan digit
	stats   counters
	opinion opinion // Stats' own

	in      *inbound
	out     *outbound
	control *control

	// What another process would go on from.
	recorder *recorder
	agreed   atomic.Pointer[[]byte] // the session's part of the state
	marks    marks
	urgent   atomic.Bool // the state is to be told at once
	resumed  bool        // no tick has been since; the audio goroutine's
	before   counts      // of the processes before this one
	// Of the recorder's goroutine.
	recorded   uint64
	recordedAt time.Time
}

type digit struct {
	key    byte
	length time.Duration
}

// maxDigits is how many digits may wait to be taken up by the audio goroutine.
const maxDigits = 32

// adopt makes what was agreed the plan of the next tick, and tells of it.
func (l *Leg) adopt(a sdp.Agreed) error {
	old := l.plan.Load()
	p, err := newPlan(a, old)
	if err != nil {
		return err
	}
	var was *cover
	if old != nil {
		was = old.cover
	}
	if p.cover, err = l.protect(a, was); err != nil {
		return err
	}
	l.plan.Store(p)
	if was != p.cover {
		was.close()
	}
	l.agree()
	l.log.Debug("media agreed", "codec", p.codecName(), "direction", a.Direction, "remote", a.Remote, "ptime", a.Ptime)
	if p.send != nil {
		l.news(leg.Event{Kind: leg.Changed, Codec: p.codecName(), Direction: a.Direction, Remote: a.Remote})
	}
	return nil
}

func (l *Leg) news(e leg.Event) {
	if !l.closed.Load() {
		l.tell(e)
	}
}

// Offer implements leg.Media.
func (l *Leg) Offer(_ context.Context, dir leg.Direction) ([]byte, error) {
	if l.closed.Load() {
		return nil, leg.ErrGone
	}
	// What was agreed stands until the answer is there (RFC 3264, 8).
	offer, agreed := l.session.Offer(dir)
	if p := l.plan.Load(); p == nil || p.send == nil {
		return offer, l.adopt(agreed)
	}
	l.agree()
	return offer, nil
}

// Accept implements leg.Media.
func (l *Leg) Accept(_ context.Context, answer []byte) error {
	if l.closed.Load() {
		return leg.ErrGone
	}
	agreed, err := l.session.Accept(answer)
	if err != nil {
		return err
	}
	return l.adopt(agreed)
}

// Rollback implements leg.Media.
func (l *Leg) Rollback(context.Context) error {
	if l.closed.Load() {
		return leg.ErrGone
	}
	l.session.Rollback()
	l.agree()
	return nil
}

// Answer implements leg.Media.
func (l *Leg) Answer(_ context.Context, offer []byte, dir leg.Direction) ([]byte, error) {
	if l.closed.Load() {
		return nil, leg.ErrGone
	}
	answer, agreed, err := l.session.Answer(offer, dir)
	if err != nil {
		return nil, err
	}
	return answer, l.adopt(agreed)
}

// Digit implements leg.Media.
func (l *Leg) Digit(_ context.Context, key byte, d time.Duration) error {
	p := l.plan.Load()
	switch {
	case l.closed.Load():
		return leg.ErrGone
	case !p.sending:
		return fmt.Errorf("%w: nothing is sent while the direction is %s", leg.ErrState, p.Direction)
	}
	if _, ok := dtmf.Code(key); !ok {
		return fmt.Errorf("%w: %q is no digit (0-9, *, #, A-D)", leg.ErrState, key)
	}
	select {
	case l.digits <- digit{key, d}:
		return nil
	default:
		return fmt.Errorf("%w: %d digits wait already", leg.ErrState, maxDigits)
	}
}

// Stats implements leg.Media.
func (l *Leg) Stats(context.Context) (leg.Stats, error) {
	s := l.stats.read()
	p := l.plan.Load()
	s.Codec, s.Direction, s.Remote = p.codecName(), p.Direction, p.Remote
	s.Secure, s.Notes = p.cover.String(), p.cover.notes(s.PacketsIn, l.stats.unauthentic.Load())
	if why := l.stats.unsent.Load(); why != nil {
		s.Notes = append(s.Notes, *why)
	}
	if to := l.stats.remote.Load(); to != nil && l.symmetric {
		s.Remote = *to
	}
	s.RemoteSDP = p.Remote
	l.stats.meter.show(&s)
	l.control.show(&s)
	l.opinion.rate(&s, time.Now())
	l.before.add(&s)
	return s, nil
}

// Close implements leg.Media. The tick is out of the leg already.
func (l *Leg) Close(context.Context) error {
	if l.closed.Swap(true) {
		return nil
	}
	l.recorder.remove(l)
	errs := []error{l.in.voice.close()}
	if p := l.plan.Load(); p != nil {
		if l.stats.packetsOut.Load() > 0 {
			l.sendReport(p, l.target(p), true)
		}
		p.cover.close()
	}
	for _, s := range l.sockets {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// counters are written by the audio goroutine and read by any.
type counters struct {
	stretched                                atomic.Uint64 // ns, as concealed is
	packetsIn, packetsOut, bytesIn, bytesOut atomic.Uint64
	lost, late, duplicate, concealed         atomic.Uint64
	refused                                  atomic.Uint64          // of another source
	unauthentic                              atomic.Uint64          // not decrypted
	unsent                                   atomic.Pointer[string] // why the last packet could not be sent
	garbage                                  atomic.Uint64          // no RTP
	jitter, buffer                           atomic.Int64           // ns
	meter                                    meter
	remote                                   atomic.Pointer[netip.AddrPort]
}

func (c *counters) read() leg.Stats {
	ms := func(ns *atomic.Int64) float64 { return float64(ns.Load()) / float64(time.Millisecond) }
	return leg.Stats{
		PacketsIn: c.packetsIn.Load(), PacketsOut: c.packetsOut.Load(),
		BytesIn: c.bytesIn.Load(), BytesOut: c.bytesOut.Load(),
		Lost: c.lost.Load(), Late: c.late.Load(), Duplicate: c.duplicate.Load(),
		Concealed: c.concealed.Load() / uint64(audio.Tick), Refused: c.refused.Load() + c.garbage.Load() + c.unauthentic.Load(),
		JitterMs: ms(&c.jitter), BufferMs: ms(&c.buffer),
		ConcealedMs: float64(c.concealed.Load()) / 1e6, StretchedMs: float64(c.stretched.Load()) / 1e6,
	}
}
