package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
)

// quiet is an endpoint that counts what is called, and finds fault with calls
// that overlap or come after Close.
type quiet struct {
	t             *testing.T
	ticks, closed atomic.Int32
	busy          atomic.Bool
	slow          time.Duration // that a control call takes
	deaf          bool          // panics when it is closed
}

func (q *quiet) control() func() {
	if q.busy.Swap(true) {
		q.t.Error("two control calls of one leg overlap")
	}
	time.Sleep(q.slow)
	return func() { q.busy.Store(false) }
}

func (q *quiet) Offer(context.Context, leg.Direction) ([]byte, error) {
	defer q.control()()
	return nil, nil
}
func (q *quiet) Accept(context.Context, []byte) error { defer q.control()(); return nil }
func (q *quiet) Rollback(context.Context) error       { defer q.control()(); return nil }
func (q *quiet) Answer(context.Context, []byte, leg.Direction) ([]byte, error) {
	defer q.control()()
	return nil, nil
}
func (q *quiet) Digit(context.Context, byte, time.Duration) error { defer q.control()(); return nil }
func (q *quiet) Stats(context.Context) (leg.Stats, error) {
	defer q.control()()
	return leg.Stats{}, nil
}
func (q *quiet) Close(context.Context) error {
	defer q.control()()
	q.closed.Add(1)
	if q.deaf {
		panic("not now")
	}
	return nil
}
func (q *quiet) Gather(uint64, *audio.Frame) bool {
	q.tick()
	return true
}
func (q *quiet) Deliver(uint64, *audio.Frame) { q.tick() }
func (q *quiet) tick() {
	q.ticks.Add(1)
	if q.closed.Load() > 0 {
		q.t.Error("the tick drives a leg that is closed")
	}
}

// maker makes the legs that it is told to.
type maker func(p leg.Params, tell func(leg.Event)) (leg.Endpoint, error)

func (m maker) Open(_ context.Context, p leg.Params, _ []bus.Socket, tell func(leg.Event)) (leg.Endpoint, []byte, error) {
	e, err := m(p, tell)
	return e, nil, err
}

// desk is a server with its bus.
type desk struct {
	*Server
	rpc   service
	host  *bus.Host
	token uint64
}

func newDesk(m leg.Terminator) *desk {
	host, guest := bus.NewMemory(8)
	s := NewServer(m, nil, guest, hclog.NewNullLogger())
	return &desk{Server: s, rpc: service{Server: s}, host: host}
}

// line opens a leg and returns the core's end of its line.
func (d *desk) line(t *testing.T, id string) *bus.Line {
	t.Helper()
	line, err := d.host.Open()
	if err == nil {
		err = d.openOn(t, line, id)
	}
	if err != nil {
		t.Fatal(err)
	}
	return line
}

func (d *desk) open(t *testing.T, id string, socks ...bus.Socket) error {
	t.Helper()
	line, err := d.host.Open()
	if err != nil {
		t.Fatal(err)
	}
	return d.openOn(t, line, id, socks...)
}

func (d *desk) openOn(t *testing.T, line *bus.Line, id string, socks ...bus.Socket) error {
	t.Helper()
	d.token++
	if err := d.host.Pass(d.token, socks); err != nil {
		t.Fatal(err)
	}
	_, err := d.rpc.Open(t.Context(), &pb.OpenRequest{Leg: id, Line: line.ID(), Sockets: d.token})
	return err
}

func TestCallsOfOneLegArePutInLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &quiet{t: t, slow: time.Second}
		d := newDesk(maker(func(leg.Params, func(leg.Event)) (leg.Endpoint, error) { return q, nil }))
		if err := d.open(t, "a"); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if _, err := d.rpc.Stats(t.Context(), &pb.StatsRequest{Leg: "a"}); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		hasty, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := d.rpc.Offer(hasty, &pb.OfferRequest{Leg: "a"}); err == nil {
			t.Error("a call got its turn before its time")
		}
		all.Wait()
		if _, err := d.rpc.Close(t.Context(), &pb.CloseRequest{Legs: []string{"a"}}); err != nil {
			t.Error(err)
		}
		if _, err := d.rpc.Offer(t.Context(), &pb.OfferRequest{Leg: "a"}); err == nil {
			t.Error("a closed leg made an offer")
		}
		if _, err := d.rpc.Close(t.Context(), &pb.CloseRequest{Legs: []string{"a"}}); err != nil {
			t.Error("closing twice: ", err)
		}
	})
}

func TestNoTickAfterClose(t *testing.T) {
	var legs []*quiet
	d := newDesk(maker(func(leg.Params, func(leg.Event)) (leg.Endpoint, error) {
		legs = append(legs, &quiet{t: t})
		return legs[len(legs)-1], nil
	}))
	stop := make(chan struct{})
	var ticking sync.WaitGroup
	ticking.Go(func() {
		for tick := uint64(0); ; tick++ {
			select {
			case <-stop:
				return
			default:
				d.Deliver(tick)
				d.Gather(tick + 1)
			}
		}
	})
	for i := range 8 {
		id := fmt.Sprint(i)
		if err := d.open(t, id); err != nil {
			t.Fatal(err)
		}
		for legs[i].ticks.Load() < 10 {
			time.Sleep(time.Microsecond)
		}
		if i%2 == 0 {
			if _, err := d.rpc.Close(t.Context(), &pb.CloseRequest{Legs: []string{id}}); err != nil {
				t.Error(err)
			}
		}
	}
	close(stop)
	ticking.Wait()
	d.Server.Close(t.Context())
	for i, q := range legs {
		if q.closed.Load() != 1 {
			t.Errorf("leg %d was closed %d times", i, q.closed.Load())
		}
	}
}

func TestATickAllocatesNothing(t *testing.T) {
	d := newDesk(maker(func(leg.Params, func(leg.Event)) (leg.Endpoint, error) { return &quiet{t: t}, nil }))
	for i := range 4 {
		if err := d.open(t, fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	tick := uint64(0)
	if n := testing.AllocsPerRun(100, func() {
		d.Deliver(tick)
		d.Gather(tick + 1)
		tick++
	}); n != 0 {
		t.Errorf("a tick allocates %v times", n)
	}
}

// keeper notes the sockets that it was given, and fails.
type keeper struct {
	sockets []bus.Socket
	fail    func() error
}

func (k *keeper) Open(_ context.Context, _ leg.Params, sockets []bus.Socket, _ func(leg.Event)) (leg.Endpoint, []byte, error) {
	k.sockets = sockets
	return nil, nil, k.fail()
}

func TestAnOpenThatFailsLeavesNothing(t *testing.T) {
	for _, c := range []struct {
		name   string
		fail   func() error
		closed bool // by the server itself
	}{
		{"refused", func() error { return leg.ErrNoCodec }, false}, // it is the author's, open or not
		{"panic", func() error { panic("oh") }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := &keeper{fail: c.fail}
			d := newDesk(k)
			if err := d.open(t, "a", new(fakeSocket)); err == nil {
				t.Error("opened")
			}
			if _, _, _, err := k.sockets[0].Recv(nil); errors.Is(err, net.ErrClosed) != c.closed {
				t.Errorf("reading the plugin's socket gives %v", err)
			}
			if l := d.find("a"); l != nil || len(*d.audio.Load()) != 0 {
				t.Error("the leg is in the books")
			}
		})
	}
}

type fakeSocket struct{}

func (*fakeSocket) Recv([]byte) (int, netip.AddrPort, time.Time, error) {
	return 0, netip.AddrPort{}, time.Time{}, bus.ErrEmpty
}
func (*fakeSocket) Send([]byte, netip.AddrPort) error { return nil }
func (*fakeSocket) LocalAddr() netip.AddrPort         { return netip.AddrPort{} }
func (*fakeSocket) Close() error                      { return nil }

func TestAPanicInCloseIsAnError(t *testing.T) {
	d := newDesk(maker(func(leg.Params, func(leg.Event)) (leg.Endpoint, error) { return &quiet{t: t, deaf: true}, nil }))
	if err := d.open(t, "a"); err != nil {
		t.Fatal(err)
	}
	reply, err := d.rpc.Close(t.Context(), &pb.CloseRequest{Legs: []string{"a", "nobody"}})
	if err != nil {
		t.Fatal(err)
	}
	if c := reply.Closed; len(c) != 2 || !strings.Contains(c[0].Error, "panicked while it closed the leg: not now") || c[1].Error != "" {
		t.Errorf("closed as %v", c)
	}
	if d.find("a") != nil {
		t.Error("the leg is still in the books")
	}
}

func TestNewsKeepsItsOrderAndEndsWithTheLeg(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tell func(leg.Event)
		d := newDesk(maker(func(_ leg.Params, f func(leg.Event)) (leg.Endpoint, error) {
			tell = f
			tell(leg.Event{Kind: leg.Digit, Digit: '0'}) // before Open returned
			return &quiet{t: t}, nil
		}))
		if err := d.open(t, "a"); err != nil {
			t.Fatal(err)
		}
		for c := byte('1'); c <= '9'; c++ {
			tell(leg.Event{Kind: leg.Digit, Digit: c})
		}
		if _, err := d.rpc.Close(t.Context(), &pb.CloseRequest{Legs: []string{"a"}}); err != nil {
			t.Fatal(err)
		}
		tell(leg.Event{Kind: leg.Digit, Digit: '#'})
		batch, err := d.news.Take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got string
		for _, n := range batch {
			got += n.leg + string(rune(n.event.Digit))
		}
		if got != "a0a1a2a3a4a5a6a7a8a9" {
			t.Errorf("told %s", got)
		}
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := d.news.Take(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("there is more: %v", err)
		}
	})
}

// Counters of many legs come in one answer; who is busy, or gone, is left out.
func TestSurvey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := map[string]time.Duration{"a": 0, "b": 0, "busy": time.Minute}
		d := newDesk(maker(func(p leg.Params, _ func(leg.Event)) (leg.Endpoint, error) {
			return &quiet{t: t, slow: slow[p.Leg]}, nil
		}))
		for id := range slow {
			if err := d.open(t, id); err != nil {
				t.Fatal(err)
			}
		}
		go d.rpc.Stats(t.Context(), &pb.StatsRequest{Leg: "busy"})
		synctest.Wait()
		reply, err := d.rpc.Survey(t.Context(), &pb.SurveyRequest{Legs: []string{"a", "gone", "busy", "b"}})
		if err != nil || len(reply.GetLegs()) != 2 || reply.GetLegs()[0].GetLeg() != "a" || reply.GetLegs()[1].GetLeg() != "b" {
			t.Errorf("%v, %v", reply, err)
		}
		time.Sleep(2 * time.Minute)
		if _, err := d.rpc.Close(t.Context(), &pb.CloseRequest{Legs: []string{"a", "b", "busy"}}); err != nil {
			t.Error(err)
		}
	})
}
