package verdict

import (
	"fmt"
	"math"
	"net/netip"
	"strings"
	"time"

	"github.com/plugboard/plugboard/sdk/event"
)

// rule is one thing that may be wrong.
type rule struct {
	code  string
	where string
	after time.Duration // for how long it must be found until it is a verdict
	heal  time.Duration // for how long not to be found until it is none
	sound bool          // it is about what is heard, and not about packets
	find  func(*Judge, *window) []finding
}

// finding is what a rule sees at a moment.
type finding struct {
	key    string    // tells findings of one rule apart
	text   string    // the sentence
	since  time.Time // since when, if it is known
	weight float64   // how bad it is
}

// Where a verdict points.
const (
	in      = "in"
	out     = "out"
	ourself = "switch"
)

// The thresholds of the rules.
const (
	silence    = 10 * time.Second // of a party whose packets come
	stopped    = 5 * time.Second  // without a packet
	lossy      = 0.03             // of the packets
	tardy      = 0.05
	clipping   = 0.002 // of the samples
	loud       = -6.0  // dBov, RMS, while samples clip
	quiet      = -42.0 // dBov, at the loudest
	quietRange = 9.0   // dB between the loudest and the quietest second: it is speech, not noise
	poor       = 3.0   // MOS
)

// rules are in the order in which their verdicts are told.
var rules = []rule{
	{"held", in, 0, 0, true, held},
	{"nothing_received", in, 0, 0, false, nothingReceived},
	{"stopped", in, 0, 0, false, stoppedSending},
	{"refused", in, 2 * time.Second, 5 * time.Second, false, refusedSource},
	{"unagreed", in, 2 * time.Second, 5 * time.Second, false, unagreedType},
	{"silent", in, 0, 0, true, silent},
	{"late", in, 2 * time.Second, 5 * time.Second, false, latePackets},
	{"loss_in", in, 3 * time.Second, 5 * time.Second, false, lossIn},
	{"clipping", in, 3 * time.Second, 5 * time.Second, true, tooLoud},
	{"too_quiet", in, 3 * time.Second, 5 * time.Second, true, tooQuiet},
	{"poor_in", in, 3 * time.Second, 5 * time.Second, false, poorIn},
	{"wrong_address", out, 0, 0, false, wrongAddress},
	{"nothing_sent", out, 2 * time.Second, 5 * time.Second, false, nothingSent},
	{"not_heard", out, 2 * time.Second, 5 * time.Second, false, notHeard},
	{"loss_out", out, 3 * time.Second, 5 * time.Second, false, lossOut},
	{"poor_out", out, 3 * time.Second, 5 * time.Second, false, poorOut},
	{"media", ourself, 0, 0, true, notes},
}

func one(f finding, ok bool) []finding {
	if !ok {
		return nil
	}
	return []finding{f}
}

// clock is a time of the day, in the zone of the facts.
func (w *window) clock(t time.Time) string { return t.In(w.At.Location()).Format("15:04:05") }

func percent(share float64) string {
	if share < 0.1 {
		return fmt.Sprintf("%.1f %%", 100*share)
	}
	return fmt.Sprintf("%.0f %%", 100*share)
}

func held(j *Judge, w *window) []finding {
	return one(finding{text: fmt.Sprintf("%s has put the call on hold: nobody hears it, and it hears nobody", j.party), weight: 1}, w.Up && w.Held)
}

// nothingReceived: not one packet since the answer.
func nothingReceived(j *Judge, w *window) []finding {
	if !w.judged(settle) || !w.receives() || w.Stats.PacketsIn+w.Stats.Refused+w.Stats.Unagreed > 0 {
		return nil
	}
	told := "check that it can reach us, and that a firewall lets UDP of media.rtp_ports pass"
	if w.Local != "" {
		told = fmt.Sprintf("it was told to send to %s: check that it can reach this address (sip.external_address, behind NAT), and that a firewall lets UDP of media.rtp_ports pass", w.Local)
	}
	text := fmt.Sprintf("nothing has come from %s since it answered at %s; %s", j.party, w.clock(w.Since), told)
	if a, ok := w.unreachable(w.Stats.RemoteSDP); ok {
		text = fmt.Sprintf("we send to %s, a private address from the SDP of %s whose SIP comes from %s, and nothing comes from it; %s. "+
			"If it is behind NAT: switch SIP ALG off there, or STUN on in the phone", a, j.party, addrOf(w.Peer), told)
	}
	return one(finding{text: text, since: w.Since, weight: 1}, true)
}

// unreachable says of the media address of a description that it is a private
// one, while the party's signalling comes from elsewhere.
func (w *window) unreachable(sdp string) (netip.Addr, bool) {
	a, peer := addrOf(sdp), addrOf(w.Peer)
	if !a.IsValid() || !peer.IsValid() || a == peer || !private(a) {
		return a, false
	}
	return a, true
}

func addrOf(s string) netip.Addr {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap()
	}
	return netip.Addr{}
}

// private is true of addresses that mean nothing outside of their own network:
// RFC 1918, 4193, 3927, and the carriers' NAT of RFC 6598.
func private(a netip.Addr) bool {
	return a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsLoopback() || netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64, 0, 0}), 10).Contains(a)
}

// stoppedSending: packets came, and come no more. A party that is silent by
// agreement (comfort noise) is not.
func stoppedSending(j *Judge, w *window) []finding {
	s := w.Stats
	if !w.judged(settle) || !w.receives() || s.PacketsIn == 0 || s.LastIn == nil || s.SilentSince == nil || w.At.Sub(*s.LastIn) < stopped {
		return nil
	}
	return one(finding{
		text:  fmt.Sprintf("nothing comes from %s any more since %s: its network is gone, or it stopped sending without saying so", j.party, w.clock(*s.LastIn)),
		since: *s.LastIn, weight: 1,
	}, true)
}

func refusedSource(j *Judge, w *window) []finding {
	n := w.grew(3*time.Second, refused)
	if !w.judged(0) || n < 10 || w.Stats.RefusedFrom == "" { // without: of the party itself, but not decrypted
		return nil
	}
	text := fmt.Sprintf("packets from %s are refused: media of %s is locked to %s. ", w.Stats.RefusedFrom, j.party, orNone(w.Stats.Source))
	if w.grew(3*time.Second, packetsIn) > 0 {
		text += "Somebody else sends to its port; or the party sends twice"
	} else {
		text += "If it is the party with a new address, it is followed after 3 s of silence of the old one"
	}
	return one(finding{key: w.Stats.RefusedFrom, text: text, weight: 1}, true)
}

func orNone(s string) string {
	if s == "" {
		return "no address yet"
	}
	return s
}

func unagreedType(j *Judge, w *window) []finding {
	n := w.grew(3*time.Second, unagreed)
	if !w.judged(0) || n < 10 {
		return nil
	}
	return one(finding{
		text: fmt.Sprintf("%s sends payload type %s, which was not agreed (%s was): these packets are not heard. Let it offer only codecs of media.codecs, or update it",
			j.party, payloadType(w.Stats.UnagreedType), w.Codec),
		weight: 1,
	}, true)
}

// payloadType names the static types of RFC 3551.
func payloadType(t uint8) string {
	names := map[uint8]string{0: "PCMU", 3: "GSM", 4: "G723", 8: "PCMA", 9: "G722", 13: "comfort noise", 15: "G728", 18: "G729"}
	if name := names[t]; name != "" {
		return fmt.Sprintf("%d (%s)", t, name)
	}
	return fmt.Sprint(t)
}

func silent(j *Judge, w *window) []finding {
	s := w.Stats
	if !w.judged(0) || s.SilentSince == nil || w.At.Sub(*s.SilentSince) < silence ||
		s.LastIn == nil || w.At.Sub(*s.LastIn) > stopped {
		return nil
	}
	return one(finding{
		text:  fmt.Sprintf("%s sends silence since %s: is its microphone muted, or another one chosen?", j.party, w.clock(*s.SilentSince)),
		since: *s.SilentSince, weight: 1,
	}, true)
}

func latePackets(j *Judge, w *window) []finding {
	share := w.share(span/2, late)
	if !w.judged(settle) || share < tardy {
		return nil
	}
	return one(finding{
		text: fmt.Sprintf("%s of the packets from %s come too late (jitter %.0f ms, jitter buffer %.0f ms). A cable instead of radio, or priority for voice in its network, helps",
			percent(share), j.party, w.Stats.JitterMs, w.Stats.BufferMs),
		weight: share,
	}, true)
}

func lossIn(j *Judge, w *window) []finding {
	share := w.share(span, lost)
	if !w.judged(settle) || share < lossy {
		return nil
	}
	return one(finding{
		text:   fmt.Sprintf("%s of the packets from %s get lost on their way to us; others hear gaps in its voice", percent(share), j.party),
		weight: share,
	}, true)
}

func lossOut(j *Judge, w *window) []finding {
	share := 0.0
	if w.Stats != nil {
		share = w.Stats.RemoteLost
	}
	if !w.judged(settle) || share < lossy || share >= deaf {
		return nil
	}
	return one(finding{
		text:   fmt.Sprintf("%s reports that %s of our packets get lost on their way to it (RTCP); it hears gaps", j.party, percent(share)),
		weight: share,
	}, true)
}

// deaf is the part of our packets that must get lost for one-way audio.
const deaf = 0.9

func notHeard(j *Judge, w *window) []finding {
	if !w.judged(settle) || !w.sends() || w.Stats.RemoteLost < deaf {
		return nil
	}
	return one(finding{
		text: fmt.Sprintf("%s hears nothing: it reports that our packets to %s do not arrive (RTCP). A firewall or NAT drops them there; media.symmetric should be true",
			j.party, w.Remote),
		weight: 1,
	}, true)
}

// wrongAddress: packets come from one address, and we send to another: the one
// that the description names.
func wrongAddress(j *Judge, w *window) []finding {
	if !w.judged(settle) || !w.sends() || w.Stats.Source == "" || w.Remote == "" || w.Stats.Source == w.Remote ||
		w.Remote != w.Stats.RemoteSDP || w.grew(3*time.Second, packetsIn) == 0 {
		return nil
	}
	kind := "the address"
	if a := addrOf(w.Remote); private(a) && a != addrOf(w.Stats.Source) {
		kind = "a private address"
	}
	return one(finding{
		text: fmt.Sprintf("we send to %s, %s from the SDP of %s, while its packets come from %s: it may hear nothing; set media { symmetric = true }",
			w.Remote, kind, j.party, w.Stats.Source),
		weight: 1,
	}, true)
}

func nothingSent(j *Judge, w *window) []finding {
	if !w.judged(settle) || !w.sends() || w.grew(settle, packetsOut) > 0 || len(w.seen) < 3 {
		return nil
	}
	switch {
	case w.Remote == "" || addrOf(w.Remote).IsUnspecified():
		return one(finding{text: fmt.Sprintf("we send nothing to %s: its SDP names no address (%s), and nothing comes from it that would tell one", j.party, orNone(w.Stats.RemoteSDP)), weight: 1}, true)
	case w.Stats.LevelOut < 0 && w.Stats.LevelOut > -60:
		return one(finding{text: fmt.Sprintf("we send nothing to %s at %s although there is something to hear: is there a route to this address?", j.party, w.Remote), weight: 1}, true)
	}
	return nil
}

func tooLoud(j *Judge, w *window) []finding {
	n := w.grew(5*time.Second, clipped)
	rate := 8000.0
	if w.Codec == "g722" {
		rate = 16000
	} else if w.Codec == "opus" {
		rate = 48000
	}
	if !w.judged(settle) || w.Stats.LevelIn < loud || w.Stats.LevelIn == 0 || float64(n) < clipping*5*rate {
		return nil
	}
	return one(finding{
		text:   fmt.Sprintf("%s is too loud: %.0f dBov, and clipped (distorted) before it comes to us; turn its microphone down", j.party, w.Stats.LevelIn),
		weight: float64(n),
	}, true)
}

// tooQuiet: what sounds like speech, by its ups and downs, was never louder
// than faint.
func tooQuiet(j *Judge, w *window) []finding {
	if !w.judged(span+2*time.Second) || w.loudest > quiet || w.loudest < -60 {
		return nil
	}
	loudest, faintest := math.Inf(-1), 0.0
	for i := range w.seen {
		loudest = max(loudest, w.seen[i].level)
		if w.seen[i].level > -75 { // silence between words does not count
			faintest = min(faintest, w.seen[i].level)
		}
	}
	if loudest == 0 || loudest-faintest < quietRange {
		return nil // not measured; or noise
	}
	return one(finding{
		text:   fmt.Sprintf("%s is very quiet: %.0f dBov at its loudest; turn its microphone up", j.party, w.loudest),
		weight: -w.loudest,
	}, true)
}

func poorIn(j *Judge, w *window) []finding {
	return poorSound(w, func(s *event.LegStats) (float64, string) {
		return s.MOSIn, fmt.Sprintf("others hear %s badly: MOS %.1f of 4.4 (%s of its packets lost, %s late, %.0f ms in the jitter buffer)",
			j.party, s.MOSIn, percent(w.share(span, lost)), percent(w.share(span, late)), s.BufferMs)
	})
}

func poorOut(j *Judge, w *window) []finding {
	return poorSound(w, func(s *event.LegStats) (float64, string) {
		return s.MOSOut, fmt.Sprintf("%s hears badly: MOS %.1f of 4.4 (it reports %s of our packets lost, jitter %.0f ms, round trip %.0f ms)",
			j.party, s.MOSOut, percent(s.RemoteLost), s.RemoteJitterMs, s.RTTMs)
	})
}

func poorSound(w *window, look func(*event.LegStats) (float64, string)) []finding {
	if !w.judged(settle) || w.Stats.PacketsIn == 0 {
		return nil
	}
	mos, text := look(w.Stats)
	return one(finding{text: text, weight: 5 - mos}, mos > 0 && mos < poor)
}

// notes are what the leg's plugin noticed itself: keys that do not fit, a life
// that began anew.
func notes(j *Judge, w *window) []finding {
	if !w.Up || w.Stats == nil {
		return nil
	}
	var list []finding
	for _, n := range w.Stats.Notes {
		list = append(list, finding{key: n, text: j.party + ": " + strings.TrimSuffix(n, "."), weight: 1})
	}
	return list
}
