package api_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/dialplan"
)

// A question can stand in the URL or in the body, and the answer is the same.
func TestExplain(t *testing.T) {
	_, s := serve(t, newOffice())
	query := url.Values{"number": {"0221 1"}, "from": {"101"}, "caller": {"102"}, "at": {"2026-03-10 10:00"}, "given": {"keys=1,2", `extension.staff["ben"]=busy`}}
	res, inURL := ask(t, s, "GET", "/api/v1/routes/explain?"+query.Encode(), "")
	if res.StatusCode != 200 {
		t.Fatalf("%d %s", res.StatusCode, inURL)
	}
	res, inBody := ask(t, s, "POST", "/api/v1/routes/explain", `{"number": "0221 1", "from": "101", "caller": "102", "at": "2026-03-10 10:00", "given": {"keys": "1,2", "extension.staff[\"ben\"]": "busy"}}`)
	if res.StatusCode != 200 || inBody != inURL {
		t.Errorf("%d %s, and by GET\n%s", res.StatusCode, inBody, inURL)
	}
	var x dialplan.Explanation
	if err := json.Unmarshal([]byte(inBody), &x); err != nil || x.Call.To != "0221 1" || x.Call.From != "102" || x.Call.ToRaw != "2026-03-10 10:00" || x.Route != `map[extension.staff["ben"]:busy keys:1,2]` {
		t.Errorf("%v %+v", err, x)
	}
}

func TestExplainRefuses(t *testing.T) {
	_, s := serve(t, newOffice())
	for _, c := range []struct{ method, path, body, want string }{
		{"GET", "?number=1&from=x", "", "from: there is no x"},
		{"GET", "?number=1", "", "required query parameter"},
		{"GET", "?from=101", "", "required query parameter"},
		{"GET", "?number=1&from=101&given=keys", "", "keys has no ="},
		{"GET", "?number=1&from=101&giving=keys", "", "giving"},
		{"POST", "", `{"number": "1", "from": "x"}`, "from: there is no x"},
		{"POST", "", `{"number": "1"}`, "from"},
		{"POST", "", `{"number": "1", "from": "101", "on": "x"}`, "unexpected property"},
		{"POST", "", `{"number": "` + strings.Repeat("1", 257) + `", "from": "101"}`, "length <= 256"},
		{"POST", "", `{"number": 1, "from": "101"}`, "expected string"},
	} {
		res, body := ask(t, s, c.method, "/api/v1/routes/explain"+c.path, c.body)
		if res.StatusCode != 422 || !strings.Contains(body, c.want) || res.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, res.StatusCode, body)
		}
	}
	if res, _ := ask(t, s, "GET", "/api/v1/routes/explain?number=1&from=101", "", "Authorization: "); res.StatusCode != 401 {
		t.Errorf("without a token: %d", res.StatusCode)
	}
}
