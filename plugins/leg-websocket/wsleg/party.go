package wsleg

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/leg"
)

const (
	// reach is how long a program may take to be reached, and patience for what is
	// written to it, or to answer a ping.
	reach    = 10 * time.Second
	patience = 10 * time.Second
	pingEach = 15 * time.Second
	// grace is how long the goodbye of a leg may take.
	grace = time.Second
	// mostTexts is how many texts may wait to be sent.
	mostTexts = 128
)

// party is one leg: a call with a program.
//
//	Dial: connecting ──start──▶ waiting ──answer──▶ up ──┐
//	in:   arrived ──start──▶ waiting ──SignalAnswer──▶ up ├─ hangup of either side, or the connection ends ──▶ over
//	      └───────────────── from any ───────────────────┘
//
// Its goroutines are run, which reads, and the writer and the pinger, which run waits
// for. Whoever makes it has run run.
type party struct {
	log    hclog.Logger
	ctx    context.Context // of its goroutines
	cancel context.CancelFunc
	came   bool // the program called
	rate   int
	tell   func(leg.Event)
	mouth  *mouth
	ear    *ear
	wake   chan struct{} // holds a token while the writer has work

	mu       sync.Mutex
	texts    []message // that wait to be sent
	bye      bool      // nothing is said after texts
	answered bool
	ended    bool // the end was told, or need not be
	in, out  uint64
	octetsIn uint64
	lastOut  time.Time
}

func newParty(log hclog.Logger, rate int) (*party, error) {
	p := &party{log: log, rate: rate, wake: make(chan struct{}, 1)}
	var err error
	if p.mouth, err = newMouth(rate, p.stir); err != nil {
		return nil, err
	}
	if p.ear, err = newEar(rate); err != nil {
		return nil, err
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	return p, nil
}

// stir wakes the writer. It never blocks.
func (p *party) stir() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// send has a text sent. Too many that wait end the leg: nobody reads them.
func (p *party) send(m message) {
	p.mu.Lock()
	full := len(p.texts) == mostTexts
	if !full && !p.bye {
		p.texts = append(p.texts, m)
	}
	p.mu.Unlock()
	if full {
		p.end("failed", "the program does not read what it is sent")
		p.cancel()
		return
	}
	p.stir()
}

// end tells the end, once.
func (p *party) end(cause, why string) {
	p.mu.Lock()
	was := p.ended
	p.ended = true
	p.mu.Unlock()
	if !was {
		p.tell(leg.Event{Kind: leg.Ended, Cause: cause, Reason: why})
	}
}

// run is the leg from the moment that there is a connection until it is gone.
func (p *party) run(ws *websocket.Conn, remote netip.AddrPort) {
	defer p.cancel()
	ws.SetReadLimit(largest)
	p.tell(leg.Event{Kind: leg.Changed, Codec: fmt.Sprintf("L16/%d", p.rate), Remote: remote})
	var all sync.WaitGroup
	all.Go(func() { p.write(ws) })
	all.Go(func() { p.ping(ws) })
	err := p.read(ws)
	var said *saidError
	if errors.As(err, &said) { // it is told, and the call ends
		p.log.Warn("a program says what it must not: its call ends", "error", err)
		p.end("failed", "the program broke the protocol: "+err.Error())
		p.send(message{Type: "error", Text: err.Error()})
		p.goodbye()
		timer := time.AfterFunc(grace, p.cancel)
		<-p.ctx.Done()
		timer.Stop()
	}
	cause, why := p.verdict(err)
	p.end(cause, why)
	p.cancel()
	all.Wait()
	_ = ws.CloseNow() // it is closed, or nobody is there
}

// saidError is what a program must not say.
type saidError struct{ error }

// verdict is what the end of the connection means.
func (p *party) verdict(err error) (cause, why string) {
	p.mu.Lock()
	answered := p.answered
	p.mu.Unlock()
	switch status := websocket.CloseStatus(err); {
	case answered && (status == websocket.StatusNormalClosure || status == websocket.StatusGoingAway):
		return "normal", ""
	case p.came && !answered:
		return "cancelled", "the program closed the WebSocket"
	case !answered:
		return "unavailable", fmt.Sprintf("the program closed the WebSocket before it answered: %v", err)
	}
	return "failed", fmt.Sprintf("the WebSocket broke: %v", err)
}

// read hears the program, until it hangs up or the connection ends.
func (p *party) read(ws *websocket.Conn) error {
	for {
		kind, b, err := ws.Read(p.ctx)
		if err != nil {
			return err
		}
		if kind == websocket.MessageBinary {
			if err := p.speak(b); err != nil {
				return err
			}
			continue
		}
		m, err := parse(b)
		if err == nil {
			err = p.hear(m)
		}
		if err != nil {
			return &saidError{err}
		}
	}
}

// speak takes sound. While there is no room for it nothing else is read, either.
func (p *party) speak(pcm []byte) error {
	if len(pcm)%2 != 0 {
		return &saidError{errors.New("a binary message is samples of 16 bits; this one has an odd number of octets")}
	}
	p.mu.Lock()
	p.in++
	p.octetsIn += uint64(len(pcm))
	p.mu.Unlock()
	for {
		pcm = pcm[p.mouth.say(pcm):]
		if len(pcm) == 0 {
			return nil
		}
		select {
		case <-p.mouth.room:
		case <-p.ctx.Done():
			return p.ctx.Err()
		}
	}
}

// hear takes a text of the program.
func (p *party) hear(m message) error {
	waits := false
	p.mu.Lock()
	waits = !p.came && !p.answered && !p.ended
	p.mu.Unlock()
	switch m.Type {
	case "start":
		return errors.New("start is the first message, and that of who calls")
	case "ringing":
		if waits {
			p.tell(leg.Event{Kind: leg.Ringing})
		}
	case "early":
		if waits {
			p.ear.begin()
			p.tell(leg.Event{Kind: leg.Early})
		}
	case "answer":
		if waits {
			p.ear.begin()
			p.up()
			p.tell(leg.Event{Kind: leg.Answered})
		}
	case "mark":
		if err := p.mouth.mark(m.Name); err != nil {
			return err
		}
		p.stir()
	case "flush":
		played, dropped, marks := p.mouth.flush()
		p.send(message{Type: "flushed", PlayedMs: &played, DroppedMs: &dropped, Marks: marks})
	case "dtmf":
		p.tell(leg.Event{Kind: leg.Digit, Digit: m.Digit[0], Duration: time.Duration(m.Ms) * time.Millisecond})
	case "hold":
		p.tell(leg.Event{Kind: leg.Changed, Codec: p.codec(), Direction: leg.Inactive})
	case "resume":
		p.tell(leg.Event{Kind: leg.Changed, Codec: p.codec()})
	case "hangup":
		p.end(m.Cause, m.Text)
	}
	return nil
}

func (p *party) codec() string { return fmt.Sprintf("L16/%d", p.rate) }

func (p *party) up() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answered = true
}

// write sends what waits, until the goodbye is said.
func (p *party) write(ws *websocket.Conn) {
	frame := make([]byte, 2*p.rate/50)
	for {
		select {
		case <-p.wake:
		case <-p.ctx.Done():
			return
		}
		if marks, at := p.mouth.passed(); len(marks) > 0 {
			for _, name := range marks {
				p.send(message{Type: "marked", Name: name, PlayedMs: &at})
			}
		}
		p.mu.Lock()
		texts, bye := p.texts, p.bye
		p.texts = nil
		p.mu.Unlock()
		for _, m := range texts {
			if !p.put(ws, websocket.MessageText, m.encode()) {
				return
			}
		}
		for p.ear.take(frame) {
			if !p.put(ws, websocket.MessageBinary, frame) {
				return
			}
		}
		if bye {
			_ = ws.Close(websocket.StatusNormalClosure, "") // its end is the reader's
			p.cancel()
			return
		}
	}
}

// put sends one message; false: the leg is over.
func (p *party) put(ws *websocket.Conn, kind websocket.MessageType, b []byte) bool {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := ws.Write(ctx, kind, b); err != nil {
		p.stuck(ctx, "the program takes nothing")
		return false
	}
	p.mu.Lock()
	p.out++
	p.lastOut = time.Now()
	p.mu.Unlock()
	return true
}

// ping finds out whether the program is there still.
func (p *party) ping(ws *websocket.Conn) {
	t := time.NewTicker(pingEach)
	defer t.Stop()
	for {
		select {
		case <-t.C:
		case <-p.ctx.Done():
			return
		}
		ctx, cancel := context.WithTimeout(p.ctx, patience)
		err := ws.Ping(ctx)
		if err != nil {
			p.stuck(ctx, "the program does not answer a ping")
		}
		cancel()
		if err != nil {
			return
		}
	}
}

// stuck ends the leg after something that should have been done within ctx. If the
// connection has ended meanwhile, the reader knows better why, in a moment.
func (p *party) stuck(ctx context.Context, what string) {
	switch {
	case p.ctx.Err() != nil:
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		p.end("failed", fmt.Sprintf("%s for %v", what, patience))
		p.cancel()
	default:
		time.AfterFunc(grace, p.cancel)
	}
}

// goodbye ends what is said to the program, after what waits.
func (p *party) goodbye() {
	p.mu.Lock()
	p.bye = true
	p.mu.Unlock()
	p.stir()
}

// Gather implements [leg.Audio].
func (p *party) Gather(_ uint64, f *audio.Frame) bool { return p.mouth.gather(f) }

// Deliver implements [leg.Audio].
func (p *party) Deliver(_ uint64, f *audio.Frame) {
	if p.ear.hear(f) {
		p.stir()
	}
}

// Signal implements [leg.Party].
func (p *party) Signal(_ context.Context, s leg.Signal) error {
	switch s.Kind {
	case leg.SignalRing:
		p.send(message{Type: "ringing"})
	case leg.SignalProgress:
		p.send(message{Type: "early"})
		p.ear.begin()
	case leg.SignalAnswer:
		p.up()
		p.send(message{Type: "answer"})
		p.ear.begin()
	case leg.SignalHold:
		p.send(message{Type: "hold"})
	case leg.SignalResume:
		p.send(message{Type: "resume"})
	case leg.SignalText:
		p.send(message{Type: "text", Text: s.Text})
	case leg.SignalHangup:
		p.mu.Lock()
		p.ended = true
		p.mu.Unlock()
		p.send(message{Type: "hangup", Cause: s.Cause, Text: s.Text})
		p.goodbye()
	}
	return nil
}

// Digit implements [leg.Party].
func (p *party) Digit(_ context.Context, digit byte, d time.Duration) error {
	p.send(message{Type: "dtmf", Digit: string(digit), Ms: d.Milliseconds()})
	return nil
}

// Stats implements [leg.Party].
func (p *party) Stats(context.Context) (leg.Stats, error) {
	p.mu.Lock()
	s := leg.Stats{Codec: p.codec(), PacketsIn: p.in, PacketsOut: p.out, BytesIn: p.octetsIn, LastOut: p.lastOut}
	p.mu.Unlock()
	p.mouth.mu.Lock()
	s.LastIn, s.BufferMs = p.mouth.lastIn, float64(p.mouth.ms(int64(p.mouth.count)))
	p.mouth.mu.Unlock()
	p.ear.mu.Lock()
	if p.ear.missed > 0 {
		s.Notes = []string{fmt.Sprintf("%d ms of sound were not sent: the program does not read as fast as it is spoken to", p.ear.missed*20)}
	}
	p.ear.mu.Unlock()
	return s, nil
}

// Close implements [leg.Party]. The goodbye takes its time elsewhere.
func (p *party) Close(context.Context) error {
	p.mu.Lock()
	p.ended = true
	p.mu.Unlock()
	p.goodbye()
	time.AfterFunc(grace, p.cancel)
	return nil
}
