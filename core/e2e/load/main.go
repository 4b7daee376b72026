// Command load puts real calls with real RTP on a Plugboard that it starts
// itself, checks every packet that comes back, and says what it cost.
//
//	load -bin bin -legs 200 -for 60s              two-party calls, half as many as legs
//	load -bin bin -legs 200 -for 60s -beside      and then the same by rtpengine, and rooms by us and by Janus
//	load -bin bin -legs 50 -for 20s -shape room   one conference, everybody talks
//	load -bin bin -legs 20 -for 50s -bursts       added delay, by tone bursts
//	load -bin bin -legs 100 -for 5s -shape survive  the leg plugin is killed, and stopped
//	load -bin bin -legs 200 -for 20s -shape reload  the configuration changes all the while
//	load -bin bin -shape calls -rate 200 -for 10s signalling alone, by sipp
//	load -bin bin -shape register -rate 1000      registrations, by sipp
//	load -bin bin -shape signalling               calls and registrations beside Kamailio
//	load -bin bin -shape media -for 6s            the media rows, beside rtpengine and Janus
//
// It plays as many phones as there are legs: each registers, half of them call
// the others (or all a conference), with RTP at the pace of a phone. For
// signalling alone it is a provider behind a static trunk, who calls in and is called back. All
// traffic stays on 127.x.
//
// Exit status 1 says that something was heard wrong or got lost; figures of
// time and CPU are printed, never judged.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

type options struct {
	bin     string
	legs    int
	lasts   time.Duration
	shape   string
	bursts  bool
	rate    int
	peer    string
	codecs  string
	talkers int
	beside  bool
}

// Plugboard, the provider and the phones, on addresses that no other run has.
var (
	host      = fmt.Sprintf("127.%d.7.1", 10+os.Getpid()%240)
	other     = fmt.Sprintf("127.%d.7.2", 10+os.Getpid()%240)
	phoneHost = fmt.Sprintf("127.%d.7.4", 10+os.Getpid()%240)
)

const (
	phones = 200  // extensions, at least
	first  = 2001 // and their numbers from here on
	secret = "k9-Vq2-hTw"
)

func main() {
	var o options
	flag.StringVar(&o.bin, "bin", "bin", "folder with plugboard and plugins/")
	flag.IntVar(&o.legs, "legs", 200, "how many legs")
	flag.DurationVar(&o.lasts, "for", 20*time.Second, "how long to measure")
	flag.StringVar(&o.shape, "shape", "pairs", "pairs, room, survive, reload, calls (signalling only, by sipp) or register; signalling: all of that beside Kamailio; media: every row of sound, beside rtpengine and Janus")
	flag.BoolVar(&o.bursts, "bursts", false, "speak in bursts and measure the added delay")
	flag.IntVar(&o.rate, "rate", 50, "calls set up in a second")
	flag.StringVar(&o.codecs, "codec", "pcmu", "pcmu, pcma, g722 or opus; two with a comma: the callers' and the others'")
	flag.IntVar(&o.talkers, "talkers", 0, "how many of a room talk, the rest is silent; 0: all")
	flag.StringVar(&o.peer, "peer", "", "let rtpengine (pairs) or janus (room) do the work instead")
	flag.BoolVar(&o.beside, "beside", false, "after pairs: the same by rtpengine, and a room of 50 by us and by Janus")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, w io.Writer) error {
	if o.peer != "" {
		return against(ctx, o, w)
	}
	switch o.shape {
	case "pairs", "room":
		if err := talking(ctx, o, w); err != nil || !o.beside {
			return err
		}
		return beside(ctx, o, w)
	case "survive":
		return withPBX(ctx, o, func(pbx *process, _ string) error { return surviving(ctx, o, pbx, w) })
	case "reload":
		return withPBX(ctx, o, func(pbx *process, dir string) error { return reloading(ctx, o, pbx, dir, w) })
	case "calls":
		return signalling(ctx, o, w)
	case "register":
		return registering(ctx, o, w)
	case "signalling":
		return benching(ctx, o, w)
	case "media":
		return mediaRows(ctx, o, w)
	}
	return fmt.Errorf("no shape %q: pairs, room, survive, reload, calls, register, signalling or media", o.shape)
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
