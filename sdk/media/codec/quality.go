package codec

// Quality is how an encoder spends its bits: on detail where nothing is lost,
// on correction where much is. There are few of them, so that listeners who
// need the same can share one encoding.
type Quality uint8

// The qualities, from a clean way to a bad one. An encoder begins with Usual.
const (
	Usual Quality = iota
	Clean
	Lossy
	Bad
)

// Adaptive is an Encoder that can change its quality from one packet to the
// next.
type Adaptive interface {
	SetQuality(q Quality) error
}

// For is the quality for a fraction of lost packets, 0 to 1.
func For(loss float64) Quality {
	switch {
	case loss >= 0.12:
		return Bad
	case loss >= 0.05:
		return Lossy
	case loss >= 0.01:
		return Usual
	}
	return Clean
}

// opusQualities are bitrates (bit/s) and the loss, in percent, that the
// correction shall be good for. Where much is lost the way is full, as a rule:
// then less is sent.
var opusQualities = [...]struct{ bitrate, loss int }{
	Usual: {opusBitrate, opusLoss},
	Clean: {opusBitrate, 5},
	Lossy: {36000, 20},
	Bad:   {28000, 30},
}
