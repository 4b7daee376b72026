package wsleg

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/leg"
)

// BenchmarkLegSecond is the CPU time of fifty ticks of a leg whose program speaks and
// hears, over TCP on this machine. That of the program, which is in the same process,
// is in it.
func BenchmarkLegSecond(b *testing.B) {
	for _, rate := range rates {
		b.Run(fmt.Sprint(rate), func(b *testing.B) { benchmark(b, float64(rate)) })
	}
}

func benchmark(b *testing.B, rate float64) {
	const legs = 20
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	frame := make([]byte, int(rate)/25)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer ws.CloseNow()
		_ = ws.Write(context.Background(), websocket.MessageText, []byte(`{"type":"answer"}`))
		for { // it says as much as it hears
			kind, _, err := ws.Read(context.Background())
			if err != nil {
				return
			}
			if kind == websocket.MessageBinary && ws.Write(context.Background(), kind, frame) != nil {
				return
			}
		}
	})}
	go func() { _ = server.Serve(l) }() // ends with Close
	defer server.Close()
	s := New()
	if err := s.Configure(map[string]any{"rate": rate}); err != nil {
		b.Fatal(err)
	}
	parties := make([]leg.Party, legs)
	for i := range parties {
		answered := make(chan struct{})
		parties[i], err = s.Dial(b.Context(), leg.Dial{Address: "ws://" + l.Addr().String() + "/"}, func(e leg.Event) {
			if e.Kind == leg.Answered {
				close(answered)
			}
		})
		if err != nil {
			b.Fatal(err)
		}
		<-answered
	}
	var f, heard audio.Frame
	for i := range f {
		f[i] = float32(i%100) / 400
	}
	before := used()
	b.ResetTimer()
	seconds := 0
	for b.Loop() {
		seconds++
		for tick := range uint64(50) {
			for _, p := range parties {
				p.Deliver(tick, &f)
				p.Gather(tick, &heard)
			}
			time.Sleep(time.Millisecond) // else a tick's writes would be one
		}
	}
	b.ReportMetric(float64((used()-before).Microseconds())/1000/float64(seconds*legs), "cpu-ms/leg-s")
	for _, p := range parties {
		_ = p.Close(b.Context())
	}
}

// used is the CPU time of this process.
func used() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
