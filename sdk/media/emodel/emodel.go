// Package emodel estimates how a telephone connection sounds to the one who
// listens, by the E-model of ITU-T G.107 (2015): from delay, loss and codec
// to the rating R, and from that to the mean opinion score.
//
// R begins with what a good connection has and subtracts what impairs it:
//
//	R = Ro − Is − Id − Ie,eff        (G.107, 7.1)
//
// Ro and Is, noise and loudness, have the default values of G.107, 7.7. Id
// comes from the delay, Ie,eff from codec and loss. The echo that remains is
// that of good terminals (TELR 65 dB, WEPL 110 dB, the defaults).
//
// It is a model for planning: good for telling 4.4 from 3.5, not for a
// verdict on a person's ears. The scale is that of narrow-band telephony; a
// wide-band codec counts as one without impairment, so that 4.4 is the top.
package emodel

import (
	"math"
	"time"
)

// Path is one direction of a connection.
type Path struct {
	// Codec is its name: "pcmu", "pcma", "g722", "opus".
	Codec string
	// Delay is from mouth to ear.
	Delay time.Duration
	// Loss is the part of the packets that were not played, for whatever
	// reason: 0 to 1.
	Loss float64
}

// codec is the equipment impairment Ie, and the robustness against random
// loss Bpl (ITU-T G.113 Appendix I).
type codec struct{ ie, bpl float64 }

func impairment(name string) codec {
	switch name {
	case "pcmu", "pcma":
		return codec{0, 25.1} // with packet loss concealment
	case "g722":
		return codec{0, 25.1} // no value on this scale; concealed as G.711 is
	case "opus":
		return codec{0, 30} // no value of ITU-T: concealment, and in-band FEC
	default:
		return codec{0, 10}
	}
}

// The default values of G.107, 7.7, and what follows from them.
const (
	ro   = 94.769 // basic signal-to-noise ratio, 7.2
	is   = 1.415  // simultaneous impairments, 7.3
	no   = -61.179
	rlr  = 2.0
	telr = 65.0
	wepl = 110.0
)

// Rating returns R, 0 to 93.2.
func (p Path) Rating() float64 {
	t := p.Delay.Seconds() * 1000
	r := ro - is - talkerEcho(t) - listenerEcho(2*t) - absolute(t) - p.equipment()
	return min(max(r, 0), 100)
}

// MOS returns the estimated mean opinion score, 1 to 4.41.
func (p Path) MOS() float64 { return MOS(p.Rating()) }

// MOS turns a rating into a mean opinion score (G.107, Annex B).
func MOS(r float64) float64 {
	switch {
	case r <= 0:
		return 1
	case r >= 100:
		return 4.5
	}
	return max(1, 1+0.035*r+r*(r-60)*(100-r)*7e-6)
}

// equipment is Ie,eff of random loss (G.107, 7.5, BurstR 1).
func (p Path) equipment() float64 {
	c := impairment(p.Codec)
	ppl := 100 * min(max(p.Loss, 0), 1)
	return c.ie + (95-c.ie)*ppl/(ppl+c.bpl)
}

// talkerEcho is Idte, of the mean one-way delay t in ms (G.107, 7.4).
func talkerEcho(t float64) float64 {
	terv := telr - 40*math.Log10((1+t/10)/(1+t/150)) + 6*math.Exp(-0.3*t*t)
	re := 80 + 2.5*(terv-14)
	roe := -1.5 * (no - rlr)
	half := (roe - re) / 2
	return (half + math.Sqrt(half*half+100) - 1) * (1 - math.Exp(-t))
}

// listenerEcho is Idle, of the delay tr of the loop in ms (G.107, 7.4).
func listenerEcho(tr float64) float64 {
	rle := 10.5 * (wepl + 7) * math.Pow(tr+1, -0.25)
	half := (ro - rle) / 2
	return half + math.Sqrt(half*half+169)
}

// absolute is Idd: what delay ta (ms) costs even without any echo (G.107,
// 7.4).
func absolute(ta float64) float64 {
	if ta <= 100 {
		return 0
	}
	x := math.Log2(ta / 100)
	return 25 * (math.Pow(1+math.Pow(x, 6), 1.0/6) - 3*math.Pow(1+math.Pow(x/3, 6), 1.0/6) + 2)
}
