package rtpleg

import (
	"math"
	"net/netip"
	"testing"
	"time"

	"github.com/plugboard/plugboard/sdk/leg"
)

// second lets the meter hear pcm for a second of ticks.
func (m *meter) second(at time.Time, pcm []float32) time.Time {
	for range 50 {
		at = at.Add(20 * time.Millisecond)
		m.tick(at, true)
		if pcm != nil {
			m.heard(pcm)
			m.said(pcm)
		}
	}
	m.tick(at.Add(time.Millisecond), true)
	return at
}

func TestMeter(t *testing.T) {
	begin := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	loud, soft, none := make([]float32, 160), make([]float32, 160), make([]float32, 160)
	for i := range loud {
		loud[i], soft[i] = 0.99, 0.1*float32(1-2*(i&1))
	}
	var m meter
	var s leg.Stats
	m.show(&s)
	if !s.LastIn.IsZero() || !s.SilentSince.IsZero() || s.LevelIn != 0 || s.Source.IsValid() {
		t.Errorf("before anything: %+v", s)
	}
	m.tick(begin, true)
	at := m.second(m.second(begin, soft), soft)
	m.show(&s)
	if math.Abs(s.LevelIn+20) > 0.1 || math.Abs(s.LevelOut+20) > 0.1 || s.ClippedIn != 0 || !s.SilentSince.IsZero() {
		t.Errorf("at a tenth of full scale: %+v", s)
	}
	at = m.second(at, loud)
	m.show(&s)
	if s.ClippedIn != 8000 || math.Abs(s.LevelIn) > 0.2 {
		t.Errorf("at full scale: %+v", s)
	}
	quiet := at
	for range 5 {
		at = m.second(at, none)
	}
	m.show(&s)
	if s.LevelIn != unmeasured || s.SilentSince.Sub(quiet).Abs() > 20*time.Millisecond {
		t.Errorf("silent since %v: %+v", quiet, s)
	}
	// What says of itself that it is silent is not suspicious.
	m.arrived(at, netip.MustParseAddrPort("192.0.2.7:4000"), true)
	m.second(m.second(at, nil), nil)
	m.refuse(netip.MustParseAddrPort("203.0.113.9:4000"))
	m.disagree(18)
	m.show(&s)
	if !s.SilentSince.IsZero() || s.Source.String() != "192.0.2.7:4000" || s.RefusedFrom.String() != "203.0.113.9:4000" || s.Unagreed != 1 || s.UnagreedType != 18 || s.LastIn.IsZero() {
		t.Errorf("%+v", s)
	}
}

// The estimates are of the last ten seconds; what was lost before is forgotten.
func TestOpinion(t *testing.T) {
	var o opinion
	now := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	s := leg.Stats{Codec: "pcmu", BufferMs: 40}
	mos := func(seconds int, lost uint64) float64 {
		for range seconds {
			now = now.Add(time.Second)
			s.PacketsIn, s.Lost, s.MOSIn, s.MOSOut = s.PacketsIn+50-lost, s.Lost+lost, 0, 0
			o.rate(&s, now)
		}
		return s.MOSIn
	}
	well := mos(20, 0)
	ill := mos(20, 5) // a tenth
	again := mos(20, 0)
	if well < 4.3 || ill > 3.4 || ill < 2.9 || again != well {
		t.Errorf("MOS %.2f, with loss %.2f, after it %.2f", well, ill, again)
	}
	if mos(15, 50) != 0 {
		t.Error("an opinion on a stream that is not there")
	}
	if s.MOSOut != 0 {
		t.Error("an opinion on what nobody reports")
	}
	s.RTTMs, s.RemoteLost = 30, 0.1
	o.rate(&s, now)
	if s.MOSOut > 3.4 || s.MOSOut < 2.9 {
		t.Errorf("MOS %.2f of what it hears", s.MOSOut)
	}
}
