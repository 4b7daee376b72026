package schema

import "testing"

func TestCheckNamesEverythingThatIsWrong(t *testing.T) {
	declared := []Attribute{
		{Name: "format", Type: String, Required: true, Doc: "wav or flac"},
		{Name: "rate", Type: Number},
		{Name: "beep", Type: Bool},
		{Name: "keep", Type: Duration},
		{Name: "tags", Type: Strings},
		{Name: "shape", Type: "polygon"},
	}
	for _, c := range []struct {
		name     string
		declared []Attribute
		config   map[string]any
		want     string
	}{
		{"all right", declared, map[string]any{
			"format": "wav", "rate": 8000.0, "beep": true, "keep": "30m", "tags": []any{"a", "b"},
		}, ""},
		{"optional ones left out", declared, map[string]any{"format": "wav"}, ""},
		{"required one left out", declared, nil, "format is missing (wav or flac)"},
		{"none declared", nil, map[string]any{"x": 1.0}, "x is no attribute of it (there is none)"},
		{"all wrong", declared, map[string]any{
			"format": 1.0, "rate": "fast", "beep": 0.0, "keep": "30d", "tags": []any{"a", 1.0}, "rat": 1.0, "shape": "round",
		}, `beep is 0, it must be a bool; format is 1, it must be a string; keep is "30d", it must be a duration; ` +
			`rat is no attribute of it (there is format, rate, beep, keep, tags, shape); ` +
			`rate is "fast", it must be a number; shape is "round", it must be a polygon; ` +
			`tags is []interface {}{"a", 1}, it must be a list(string)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if err := Check(c.declared, c.config); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
