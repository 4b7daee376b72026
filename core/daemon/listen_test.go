package daemon

import (
	"errors"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/call"
)

// Whether somebody may listen in, the site says; without a word of it nobody may.
func TestListeningInIsForTheSiteToAllow(t *testing.T) {
	for _, tt := range []struct {
		text  string
		cause call.Cause
	}{
		{fileText, call.Denied},
		{strings.Replace(fileText, `data_dir = "data"`, "\n  data_dir  = \"data\"\n  listen_in = true\n", 1), call.Unavailable}, // no phone is registered
	} {
		d, _ := house(t, map[string]string{"config.hcl": tt.text})
		var no *call.Error
		if _, err := d.listenIn("C1", "101", admin); !errors.As(err, &no) || no.Cause != tt.cause {
			t.Errorf("%v, want %s", err, tt.cause)
		}
	}
}
