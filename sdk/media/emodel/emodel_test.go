package emodel

import (
	"math"
	"testing"
	"time"
)

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.Abs(got-want) > within || math.IsNaN(got) {
		t.Errorf("%s is %.3f, want %.3f ± %.3f", what, got, want, within)
	}
}

// G.107, 7.7: with all parameters at their default values R is 93.2, which
// is a MOS of 4.41.
func TestDefaultRatingG107(t *testing.T) {
	p := Path{Codec: "pcmu"}
	near(t, "R of the default connection", p.Rating(), 93.2, 0.05)
	near(t, "its MOS", p.MOS(), 4.41, 0.01)
}

// The categories of G.107, Annex B (Table B.1).
func TestOpinionG107AnnexB(t *testing.T) {
	for _, c := range []struct{ r, mos float64 }{{90, 4.34}, {80, 4.03}, {70, 3.60}, {60, 3.10}, {50, 2.58}, {0, 1}, {-5, 1}, {100, 4.5}, {120, 4.5}} {
		near(t, "MOS", MOS(c.r), c.mos, 0.01)
	}
}

// G.107, 7.5, with the values of G.113 Appendix I for G.711 (Ie 0, Bpl 25.1).
func TestLossG113(t *testing.T) {
	clean := Path{Codec: "pcmu"}.Rating()
	for _, c := range []struct{ loss, ie float64 }{{0.01, 3.64}, {0.02, 7.01}, {0.05, 15.78}, {0.10, 27.07}, {0.20, 42.13}} {
		near(t, "Ie,eff", clean-Path{Codec: "pcma", Loss: c.loss}.Rating(), c.ie, 0.01)
	}
}

// Cole and Rosenbluth (Voice over IP performance monitoring, ACM CCR 2001)
// fit the delay impairment of G.107's defaults by 0.024 d + 0.11 (d − 177.3).
func TestDelayColeRosenbluth(t *testing.T) {
	for _, d := range []float64{0, 50, 100, 150, 177, 250, 300} {
		fit := 93.2 - 0.024*d
		if d > 177.3 {
			fit -= 0.11 * (d - 177.3)
		}
		near(t, "R", Path{Codec: "pcmu", Delay: time.Duration(d) * time.Millisecond}.Rating(), fit, 2.5)
	}
}

// Whatever is worse never sounds better.
func TestMonotone(t *testing.T) {
	for _, codec := range []string{"pcmu", "g722", "opus", "other"} {
		last := 5.0
		for loss := 0.0; loss <= 1; loss += 0.01 {
			mos := Path{Codec: codec, Loss: loss}.MOS()
			if mos > last || mos < 1 {
				t.Fatalf("%s: MOS %.3f at a loss of %.2f, %.3f before", codec, mos, loss, last)
			}
			last = mos
		}
		last = 5.0
		for d := time.Duration(0); d < 2*time.Second; d += 10 * time.Millisecond {
			mos := Path{Codec: codec, Delay: d}.MOS()
			if mos > last+1e-9 || mos < 1 {
				t.Fatalf("%s: MOS %.3f at %v, %.3f before", codec, mos, d, last)
			}
			last = mos
		}
	}
}
