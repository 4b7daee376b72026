package plugin

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"

	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/pion/interceptor"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/codec"
)

// BenchmarkRooms is what a hundred browsers in one room cost, three of whom talk, in
// the core and in leg-webrtc's process, in CPU-ms for each second of a leg: at most
// 2.5 is wanted of both together. The browsers, of pion's, are a process of their own,
// whose time is not counted. It needs PLUGBOARD_BIN, the folder of the binaries.
func BenchmarkRooms(b *testing.B) {
	const legs, talkers, seconds = 100, 3, 10
	bin := os.Getenv("PLUGBOARD_BIN")
	if bin == "" {
		b.Skip("PLUGBOARD_BIN is not set")
	}
	h := New(Options{
		Log: hclog.NewNullLogger(), Launch: &Processes{Bundled: filepath.Join(bin, "plugins"), Lines: 1024}, Ports: PortRange{20000, 20019}, Listen: bus.ListenUDP,
	})
	defer h.Close(b.Context())
	if err := start(b, h, Spec{Name: "leg-webrtc", Path: "leg-webrtc"}); err != nil {
		b.Fatal(err)
	}
	pid := h.List()[0].PID
	room := mix.NewRoom()
	stop := clockWith(h, room.Step)
	defer stop()

	crowd := exec.CommandContext(b.Context(), self(b))
	crowd.Env = append(os.Environ(), "ROLE=browsers", fmt.Sprint("LEGS=", legs), fmt.Sprint("TALKERS=", talkers))
	crowd.Stderr = os.Stderr
	in, err := crowd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := crowd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := crowd.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() { _ = crowd.Wait() }()
	defer in.Close()
	told := json.NewDecoder(bufio.NewReader(out))
	tell := json.NewEncoder(in)
	var all []*Leg
	for range legs {
		var offer string
		if err := told.Decode(&offer); err != nil {
			b.Fatal(err)
		}
		l, answer, err := h.OpenLeg(b.Context(), "leg-webrtc", leg.Params{
			Call: "room", Leg: fmt.Sprint("leg-", len(all)), Codecs: []string{"opus"}, Remote: []byte(offer),
		}, func(leg.Event) {})
		if err != nil {
			b.Fatal(err)
		}
		defer l.Close(b.Context())
		room.Join(l.Line(), mix.Options{})
		all = append(all, l)
		if err := tell.Encode(string(answer)); err != nil {
			b.Fatal(err)
		}
	}
	count := func() (in, out uint64) {
		for _, l := range all {
			s, err := l.Stats(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			in, out = in+s.PacketsIn, out+s.PacketsOut
		}
		return in, out
	}
	until(b, "all talk", func() bool {
		for _, l := range all {
			if s, err := l.Stats(b.Context()); err != nil || s.PacketsIn < 50 || s.PacketsOut < 50 {
				return false
			}
		}
		return true
	})
	time.Sleep(time.Second)
	var core, plugin time.Duration
	var came, went uint64
	for b.Loop() {
		in, out := count()
		came, went = came-in, went-out
		core, plugin = core-cpu(b, 0), plugin-cpu(b, pid)
		time.Sleep(seconds * time.Second)
		core, plugin = core+cpu(b, 0), plugin+cpu(b, pid)
		in, out = count()
		came, went = came+in, went+out
	}
	n := float64(legs * seconds * b.N)
	b.ReportMetric(float64(core)/1e6/n, "core-cpu-ms/leg-s")
	b.ReportMetric(float64(plugin)/1e6/n, "plugin-cpu-ms/leg-s")
	b.ReportMetric(float64(core+plugin)/1e6/n, "cpu-ms/leg-s(target2.5)")
	b.ReportMetric(float64(came)/n, "packets-in/leg-s")
	b.ReportMetric(float64(went)/n, "packets-out/leg-s")
	b.ReportMetric(h.List()[0].FrameLatencyP99Ms, "p99-ms")
	b.ReportMetric(0, "ns/op")
}

// beBrowsers is a process with many browsers: it tells their offers, is told the
// answers, and ends with its input.
func beBrowsers() {
	var legs, talkers int
	_, _ = fmt.Sscan(os.Getenv("LEGS"), &legs)
	_, _ = fmt.Sscan(os.Getenv("TALKERS"), &talkers)
	tell := json.NewEncoder(os.Stdout)
	told := json.NewDecoder(bufio.NewReader(os.Stdin))
	var tracks []*webrtc.TrackLocalStaticRTP
	var heard atomic.Uint64
	for range legs {
		pc, track, err := newBrowser(&heard)
		if err == nil {
			err = tell.Encode(pc.LocalDescription().SDP)
		}
		var answer string
		if err == nil {
			err = told.Decode(&answer)
		}
		if err == nil {
			err = pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer})
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "a browser: ", err)
			os.Exit(1)
		}
		tracks = append(tracks, track)
	}
	speech, hush := sounds(0.3), sounds(0.0005)
	go func() { // ends with the process
		t := time.NewTicker(audio.Tick)
		for i := 0; ; i++ {
			<-t.C
			for n, track := range tracks {
				payload := hush[i%len(hush)]
				if n < talkers {
					payload = speech[i%len(speech)]
				}
				_ = track.WriteRTP(&rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: uint16(i), Timestamp: uint32(i * 960)}, Payload: payload})
			}
		}
	}()
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

func newBrowser(heard *atomic.Uint64) (*webrtc.PeerConnection, *webrtc.TrackLocalStaticRTP, error) {
	var set webrtc.SettingEngine
	set.SetIncludeLoopbackCandidate(true)
	set.SetIPFilter(func(ip net.IP) bool { return ip.IsLoopback() })
	set.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	set.SetHandleUndeclaredSSRCWithoutAnswer(true)
	able := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}
	var media webrtc.MediaEngine
	if err := media.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: able, PayloadType: 111}, webrtc.RTPCodecTypeAudio); err != nil {
		return nil, nil, err
	}
	digits := webrtc.RTPCodecCapability{MimeType: "audio/telephone-event", ClockRate: 48000}
	if err := media.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: digits, PayloadType: 110}, webrtc.RTPCodecTypeAudio); err != nil {
		return nil, nil, err
	}
	pc, err := webrtc.NewAPI(webrtc.WithMediaEngine(&media), webrtc.WithSettingEngine(set), webrtc.WithInterceptorRegistry(&interceptor.Registry{})).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return nil, nil, err
	}
	track, err := webrtc.NewTrackLocalStaticRTP(able, "voice", "browser")
	if err != nil {
		return nil, nil, err
	}
	if _, err := pc.AddTrack(track); err != nil {
		return nil, nil, err
	}
	pc.OnTrack(func(r *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		b := make([]byte, 1500)
		for {
			if _, _, err := r.Read(b); err != nil {
				return
			}
			heard.Add(1)
		}
	})
	offer, err := pc.CreateOffer(nil)
	if err != nil {
		return nil, nil, err
	}
	done := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(offer); err != nil {
		return nil, nil, err
	}
	<-done
	return pc, track, nil
}

// sounds are five seconds of something like speech, encoded.
func sounds(loud float64) (packets [][]byte) {
	enc, err := codec.Opus().NewEncoder("")
	if err != nil {
		panic(err) // not without parameters
	}
	r := rand.New(rand.NewPCG(1, 2))
	pcm := make([]float32, audio.Samples)
	for i := range 250 {
		for j := range pcm {
			at := float64(i*audio.Samples+j) / audio.Rate
			voice := math.Sin(2*math.Pi*140*at) + math.Sin(2*math.Pi*700*at)/2 + r.Float64()/4
			pcm[j] = float32(loud * voice * math.Abs(math.Sin(2*math.Pi*3*at)) / 2)
		}
		p, err := enc.Encode(nil, pcm)
		if err != nil {
			panic(err) // nor with such sound
		}
		packets = append(packets, p)
	}
	return packets
}
