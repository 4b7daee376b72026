package recording

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/plugboard/plugboard/sdk/schema"
)

// Config is how it records.
type Config struct {
	Format  string        // "wav", "flac", "opus"
	Rate    int           // in Hz
	Mixed   bool          // a last channel has all parties
	Keep    time.Duration // 0: for ever
	MinFree uint64        // octets that the disk must have free
}

// Attributes are what config {} may hold.
func Attributes() []schema.Attribute {
	return []schema.Attribute{
		{Name: "format", Type: schema.String, Doc: `"wav" (the default), "flac" (the same sound in half the room) or "opus" (about 11 MB an hour and channel)`},
		{Name: "rate", Type: schema.Number, Doc: "samples a second: 8000, 16000 (the default), 24000 or 48000"},
		{Name: "mixed", Type: schema.Bool, Doc: "whether the last channel has all parties together (true)"},
		{Name: "keep", Type: schema.String, Doc: `how long a recording is kept, such as "90d"; without it, until somebody deletes it`},
		{Name: "min_free_mb", Type: schema.Number, Doc: "how many megabytes the disk has to have free (500); with less, nothing is recorded"},
	}
}

// defaults are what holds without a config {}.
func defaults() Config {
	return Config{Format: "wav", Rate: 16000, Mixed: true, MinFree: 500 << 20}
}

// parse reads a config {} that fits [Attributes].
func parse(c map[string]any) (Config, error) {
	out := defaults()
	if f, ok := c["format"].(string); ok {
		out.Format = f
	}
	switch out.Format {
	case "wav", "flac", "opus":
	default:
		return out, fmt.Errorf(`format is %q; it can be "wav", "flac" or "opus"`, out.Format)
	}
	if r, ok := c["rate"].(float64); ok {
		out.Rate = int(r)
	}
	switch out.Rate {
	case 8000, 16000, 24000, 48000:
	default:
		return out, fmt.Errorf("rate is %v; it can be 8000, 16000, 24000 or 48000", c["rate"])
	}
	if m, ok := c["mixed"].(bool); ok {
		out.Mixed = m
	}
	if k, ok := c["keep"].(string); ok {
		var err error
		if out.Keep, err = duration(k); err != nil {
			return out, err
		}
	}
	if n, ok := c["min_free_mb"].(float64); ok {
		if n < 0 {
			return out, fmt.Errorf("min_free_mb is %v; it cannot be less than 0", n)
		}
		out.MinFree = uint64(n) << 20
	}
	return out, nil
}

// duration reads "90d", or what Go calls a duration.
func duration(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.ParseFloat(days, 64); err == nil && n > 0 && n < 36500 {
			return time.Duration(n * 24 * float64(time.Hour)), nil
		}
	}
	if d, err := time.ParseDuration(s); err == nil && d > 0 {
		return d, nil
	}
	return 0, fmt.Errorf(`keep is %q; write it as "90d" or "12h"`, s)
}
