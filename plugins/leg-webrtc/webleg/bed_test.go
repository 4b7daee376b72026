package webleg

import (
	"context"
	"errors"
	"io"
	"math"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/pion/interceptor"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/codec"
)

// house is a terminator whose legs hear 400 Hz, at a tick like a core's.
type house struct {
	t    *testing.T
	term *terminator
	quit chan struct{}
	once sync.Once
	all  sync.WaitGroup

	mu   sync.Mutex      // held during a tick
	legs map[*guest]bool // true: it is ticked
}

// guest is a leg in a house.
type guest struct {
	*webLeg
	house *house
	news  chan leg.Event

	mu    sync.Mutex
	heard []float32 // the last second that its party said
}

const (
	ours   = 400 // Hz, that legs are given to hear
	theirs = 1000
)

func newHouse(t *testing.T, config map[string]any) *house {
	t.Helper()
	h := &house{t: t, term: Plugin("1.0.0").Leg.(*terminator), quit: make(chan struct{}), legs: map[*guest]bool{}}
	if err := h.term.configure(config); err != nil {
		t.Fatal(err)
	}
	if err := h.term.Bind(hclog.WithContext(t.Context(), hclog.NewNullLogger())); err != nil {
		t.Fatal(err)
	}
	h.all.Go(h.tick)
	t.Cleanup(h.close)
	return h
}

func (h *house) close() {
	h.once.Do(func() {
		h.mu.Lock()
		left := len(h.legs)
		h.mu.Unlock()
		if left != 0 {
			h.t.Errorf("%d legs are left open", left)
		}
		close(h.quit)
		h.all.Wait()
		h.term.Unbind()
	})
}

func (h *house) tick() {
	t := time.NewTicker(audio.Tick)
	defer t.Stop()
	var in, out audio.Frame
	for tick := uint64(1); ; tick++ {
		select {
		case <-h.quit:
			return
		case <-t.C:
		}
		sine(&in, ours, tick)
		h.mu.Lock()
		for g, is := range h.legs {
			if !is {
				continue
			}
			g.Deliver(tick, &in)
			if !g.Gather(tick+1, &out) {
				out = audio.Frame{}
			}
			g.mu.Lock()
			g.heard = last(append(g.heard, out[:]...))
			g.mu.Unlock()
		}
		h.mu.Unlock()
	}
}

// last keeps a second.
func last(pcm []float32) []float32 {
	if n := len(pcm) - audio.Rate; n > 0 {
		return append(pcm[:0], pcm[n:]...)
	}
	return pcm
}

func sine(f *audio.Frame, hz float64, tick uint64) {
	for i := range f {
		at := float64(tick%50)*audio.Samples + float64(i)
		f[i] = float32(0.25 * math.Sin(2*math.Pi*hz*at/audio.Rate))
	}
}

// open opens a leg.
func (h *house) open(p leg.Params) (*guest, string, error) {
	g := &guest{house: h, news: make(chan leg.Event, 100)}
	if p.Codecs == nil {
		p.Codecs = []string{"opus", "pcmu", "pcma"}
	}
	p.Leg, p.Call = "leg", "call"
	e, description, err := h.term.Open(hclog.WithContext(h.t.Context(), hclog.NewNullLogger()), p, nil, func(e leg.Event) {
		select {
		case g.news <- e:
		default:
		}
	})
	if err != nil {
		return nil, "", err
	}
	g.webLeg = e.(*webLeg)
	h.ticks(g, true)
	h.t.Cleanup(g.close)
	return g, string(description), nil
}

// ticks has a leg ticked, or not.
func (h *house) ticks(g *guest, is bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.legs[g] = is
}

func (g *guest) close() {
	g.house.mu.Lock()
	_, was := g.house.legs[g]
	delete(g.house.legs, g)
	g.house.mu.Unlock()
	if !was {
		return
	}
	if err := g.Close(context.Background()); err != nil {
		g.house.t.Error(err)
	}
}

// hears waits until the leg's party is heard to say a tone, and nothing else.
func (g *guest) hears(hz float64) {
	g.house.t.Helper()
	eventually(g.house.t, func() bool {
		g.mu.Lock()
		defer g.mu.Unlock()
		return purity(g.heard, hz) > 0.9
	}, "the leg hears %v Hz", hz)
}

func (g *guest) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.heard = nil
}

// waits waits for news of a kind.
func (g *guest) waits(kind leg.EventKind) leg.Event {
	g.house.t.Helper()
	limit := time.After(40 * time.Second)
	for {
		select {
		case e := <-g.news:
			if e.Kind == kind {
				return e
			}
		case <-limit:
			g.house.t.Fatalf("no news of kind %d", kind)
		}
	}
}

// eventually waits for something that a loaded machine may be late with.
func eventually(t *testing.T, is func() bool, format string, args ...any) {
	t.Helper()
	for range 1000 {
		if is() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("it never was that "+format, args...)
}

// purity is how much of the last half second is one tone: 1 is all.
func purity(pcm []float32, hz float64) float64 {
	if len(pcm) < audio.Rate/2 {
		return 0
	}
	pcm = pcm[len(pcm)-audio.Rate/2:]
	var re, im, all float64
	for i, s := range pcm {
		p := 2 * math.Pi * hz * float64(i) / audio.Rate
		re += float64(s) * math.Cos(p)
		im += float64(s) * math.Sin(p)
		all += float64(s) * float64(s)
	}
	if all/float64(len(pcm)) < 1e-4 { // −40 dBov
		return 0
	}
	return 2 * (re*re + im*im) / (all * float64(len(pcm)))
}

// browser is a peer of pion's, which says 1000 Hz.
type browser struct {
	t     *testing.T
	pc    *webrtc.PeerConnection
	track *webrtc.TrackLocalStaticRTP
	codec codec.Codec
	all   sync.WaitGroup
	quit  chan struct{}
	once  sync.Once

	mu    sync.Mutex
	heard []float32 // the last second
}

// wants is what a browser is like.
type wants struct {
	codec string // "opus"
	tcp   bool   // TCP alone
	ice   *webrtc.Configuration
}

func newBrowser(t *testing.T, w wants) *browser {
	t.Helper()
	var set webrtc.SettingEngine
	set.SetIncludeLoopbackCandidate(true)
	set.SetIPFilter(func(ip net.IP) bool { return ip.IsLoopback() && ip.To4() != nil })
	set.LoggerFactory = quietly()
	set.SetHandleUndeclaredSSRCWithoutAnswer(true) // our packets may come before its answer is worked in
	set.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	if w.tcp {
		set.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeTCP4})
	}
	c, ok := codec.Standard().Lookup(orOpus(w.codec))
	if !ok {
		t.Fatal(w.codec)
	}
	f := c.Format()
	able := webrtc.RTPCodecCapability{MimeType: "audio/" + f.Encoding, ClockRate: uint32(f.ClockRate)}
	if f.Channels > 1 {
		able.Channels = uint16(f.Channels)
	}
	var media webrtc.MediaEngine
	if err := media.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: able, PayloadType: webrtc.PayloadType(f.PayloadType)}, webrtc.RTPCodecTypeAudio); err != nil {
		t.Fatal(err)
	}
	if err := media.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: "audio/telephone-event", ClockRate: uint32(f.ClockRate)}, PayloadType: 126}, webrtc.RTPCodecTypeAudio); err != nil {
		t.Fatal(err)
	}
	if err := media.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000}, PayloadType: 96}, webrtc.RTPCodecTypeVideo); err != nil {
		t.Fatal(err)
	}
	var config webrtc.Configuration
	if w.ice != nil {
		config = *w.ice
	}
	api := webrtc.NewAPI(webrtc.WithMediaEngine(&media), webrtc.WithSettingEngine(set), webrtc.WithInterceptorRegistry(&interceptor.Registry{}))
	pc, err := api.NewPeerConnection(config)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, pc: pc, codec: c, quit: make(chan struct{})}
	if b.track, err = webrtc.NewTrackLocalStaticRTP(able, "voice", "browser"); err != nil {
		t.Fatal(err)
	}
	sender, err := pc.AddTrack(b.track)
	if err != nil {
		t.Fatal(err)
	}
	b.all.Go(func() { // ends with the connection
		for {
			if _, _, err := sender.ReadRTCP(); err != nil {
				return
			}
		}
	})
	pc.OnTrack(func(r *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { b.all.Go(func() { b.listen(r) }) })
	b.all.Go(b.say)
	t.Cleanup(b.close)
	return b
}

func orOpus(name string) string {
	if name == "" {
		return "opus"
	}
	return name
}

func (b *browser) close() {
	b.once.Do(func() {
		close(b.quit)
		if err := b.pc.GracefulClose(); err != nil {
			b.t.Error(err)
		}
		b.all.Wait()
	})
}

// say says a tone.
func (b *browser) say() {
	f := b.codec.Format()
	enc, err := b.codec.NewEncoder("")
	if err != nil {
		b.t.Error(err)
		return
	}
	n := f.SampleRate / 50
	pcm := make([]float32, n)
	t := time.NewTicker(audio.Tick)
	defer t.Stop()
	for i := 0; ; i++ {
		select {
		case <-b.quit:
			return
		case <-t.C:
		}
		for j := range pcm {
			pcm[j] = float32(0.25 * math.Sin(2*math.Pi*theirs*float64(i*n+j)/float64(f.SampleRate)))
		}
		payload, err := enc.Encode(nil, pcm)
		if err != nil {
			b.t.Error(err)
			return
		}
		if err := b.track.WriteRTP(&rtp.Packet{
			Header: rtp.Header{Version: 2, SequenceNumber: uint16(i), Timestamp: uint32(i * f.ClockRate / 50)}, Payload: payload,
		}); err != nil && !errors.Is(err, io.ErrClosedPipe) {
			return
		}
	}
}

// listen hears what comes, resampled to nothing: purity is told the rate.
func (b *browser) listen(r *webrtc.TrackRemote) {
	dec, err := b.codec.NewDecoder()
	if err != nil {
		b.t.Error(err)
		return
	}
	pcm := make([]float32, codec.MaxDuration*48)
	for {
		p, _, err := r.ReadRTP()
		if err != nil {
			return
		}
		n, err := dec.Decode(pcm, p.Payload)
		if err != nil {
			continue
		}
		b.mu.Lock()
		repeat := audio.Rate / b.codec.Format().SampleRate
		for _, s := range pcm[:n] {
			for range repeat {
				b.heard = append(b.heard, s)
			}
		}
		b.heard = last(b.heard)
		b.mu.Unlock()
	}
}

// hears waits until the browser hears a tone, and little else.
func (b *browser) hears(hz float64) {
	b.t.Helper()
	eventually(b.t, func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return purity(b.heard, hz) > 0.9
	}, "the browser hears %v Hz", hz)
}

func (b *browser) deaf() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.heard = nil
}

// offer is one with all its candidates.
func (b *browser) offer(o *webrtc.OfferOptions) string {
	b.t.Helper()
	offer, err := b.pc.CreateOffer(o)
	if err != nil {
		b.t.Fatal(err)
	}
	done := webrtc.GatheringCompletePromise(b.pc)
	if err := b.pc.SetLocalDescription(offer); err != nil {
		b.t.Fatal(err)
	}
	<-done
	return b.pc.LocalDescription().SDP
}

func (b *browser) accept(answer string) {
	b.t.Helper()
	if err := b.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}); err != nil {
		b.t.Fatalf("the browser refuses the answer: %v\n%s", err, answer)
	}
}

// answer answers an offer, with all its candidates.
func (b *browser) answer(offer string) string {
	b.t.Helper()
	if err := b.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		b.t.Fatalf("the browser refuses the offer: %v\n%s", err, offer)
	}
	answer, err := b.pc.CreateAnswer(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	done := webrtc.GatheringCompletePromise(b.pc)
	if err := b.pc.SetLocalDescription(answer); err != nil {
		b.t.Fatal(err)
	}
	<-done
	return b.pc.LocalDescription().SDP
}

// call has a browser call the house.
func (h *house) call(b *browser) *guest {
	h.t.Helper()
	return h.answerTo(b, b.offer(nil))
}

func (h *house) answerTo(b *browser, offer string) *guest {
	h.t.Helper()
	g, answer, err := h.open(leg.Params{Remote: []byte(offer)})
	if err != nil {
		h.t.Fatal(err)
	}
	b.accept(answer)
	return g
}

// without takes lines that begin so out of a description.
func without(sdp string, begins ...string) string {
	var b strings.Builder
lines:
	for line := range strings.Lines(sdp) {
		for _, s := range begins {
			if strings.HasPrefix(line, s) {
				continue lines
			}
		}
		b.WriteString(line)
	}
	return b.String()
}
