package suite

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"
	"time"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/schema"
)

func everyCases() []Case {
	return []Case{
		{"plugin/hello", "It says its name, a version such as 1.2.3, the kinds that it is, and a protocol that this core speaks.", "", hello},
		{"plugin/schema", "It declares each attribute of its config {} block once, with a type of the SDK and a sentence for people.", "", declares},
		{"plugin/config", "A config {} block that makes no sense is refused or ignored, and never costs the process.", "", nonsense},
		{"plugin/ends", "When the core is gone it ends by itself, within five seconds.", "", ends},
	}
}

var version = regexp.MustCompile(`^\d+\.\d+\.\d+([-+].+)?$`)

func hello(_ context.Context, b *bench) error {
	known := []string{sdk.KindLeg, sdk.KindTool, sdk.KindTTS, sdk.KindApp}
	switch i := b.info; {
	case i.Name == "":
		return fmt.Errorf("it says no name")
	case !version.MatchString(i.Version):
		return fmt.Errorf("its version is %q", i.Version)
	case !slices.ContainsFunc(i.Kinds, func(k string) bool { return slices.Contains(known, k) }):
		return fmt.Errorf("it is of no kind that there is (%s): it says %q", list(known), i.Kinds)
	case !slices.Contains(i.Protocols, sdk.Protocol):
		return fmt.Errorf("it speaks the protocols %v, this core %d", i.Protocols, sdk.Protocol)
	}
	return nil
}

func declares(_ context.Context, b *bench) error {
	types := []schema.Type{schema.String, schema.Number, schema.Bool, schema.Duration, schema.Strings}
	seen := map[string]bool{}
	for _, a := range b.info.Config {
		switch {
		case a.Name == "" || seen[a.Name]:
			return fmt.Errorf("an attribute has no name of its own: %q", a.Name)
		case !slices.Contains(types, a.Type):
			return fmt.Errorf("%s has the type %q, which there is not", a.Name, a.Type)
		case a.Doc == "":
			return fmt.Errorf("%s has no sentence (Doc) that says what it is", a.Name)
		}
		seen[a.Name] = true
	}
	return nil
}

// nonsense has another process of the plugin configured, as that is done before
// anything else.
func nonsense(ctx context.Context, b *bench) error {
	p, err := b.launch(ctx)
	if err != nil {
		return fmt.Errorf("it does not start a second time: %w", err)
	}
	defer stop(ctx, p)
	if _, err := greet(ctx, p); err != nil {
		return err
	}
	for _, v := range []any{nil, -1e300, "", "\x00", []any{}, map[string]any{"": []any{nil}}, true} {
		config := map[string]any{"no such attribute": v}
		for _, a := range b.info.Config {
			config[a.Name] = v
		}
		_ = sdk.Configure(ctx, p.Conn(), config) // whether it minds is its own affair
		if err := alive(ctx, p); err != nil {
			return fmt.Errorf("after config with values of %#v: %w", v, err)
		}
	}
	return nil
}

func ends(_ context.Context, b *bench) error {
	if err := b.Bus().Close(); err != nil {
		return err
	}
	t := time.NewTimer(parting)
	defer t.Stop()
	select {
	case <-b.Done():
		return nil
	case <-t.C:
		return fmt.Errorf("it still runs %s after the media bus was closed", parting)
	}
}

// wave is a sine of so many periods.
func wave(periods float64) float32 {
	return float32(math.Sin(2 * math.Pi * periods))
}
