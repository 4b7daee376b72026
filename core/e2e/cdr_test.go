//go:build e2e

package e2e

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

type apiRecord struct {
	ID, From, To, Route, Cause, Revision string
	EndedBy                              string  `json:"ended_by"`
	TalkSeconds                          float64 `json:"talk_seconds"`
	Legs                                 []struct {
		Kind, Number, Codec, Cause string
		Status                     int
	}
}

// Two calls of real phones, one answered and one refused: what the command line,
// the export and the pages of the API tell of them.
func TestRecords(t *testing.T) {
	t.Parallel()
	p := pbx.Start(t, "127.0.96.1", pbx.Office)
	a, _ := p.Phone(1, "udp", "pcmu", false)
	b, _ := p.Phone(2, "tcp", "pcma", true)
	a.Dial("102")
	a.Wait("CALL_ESTABLISHED")
	b.Wait("CALL_ESTABLISHED")
	p.Calls(1)
	time.Sleep(2 * time.Second) // of talk
	a.Hangup()
	a.Wait("CALL_CLOSED")
	b.Wait("CALL_CLOSED")
	a.Dial("199")
	if e := a.Wait("CALL_CLOSED"); !strings.Contains(e.Param, "404") {
		t.Errorf("199 got %q", e.Param)
	}

	var list []apiRecord
	pbx.Eventually(t, "both calls are recorded", func() error {
		p.Get("/cdr", &list)
		if len(list) != 2 {
			return fmt.Errorf("there are %+v", list)
		}
		return nil
	})
	refused, talked := list[0], list[1]
	if talked.From != "101" || talked.To != "102" || talked.Route != "desk" || talked.Cause != "normal" || talked.EndedBy != "caller" ||
		talked.TalkSeconds < 1.5 || talked.TalkSeconds > 30 || talked.Revision == "" {
		t.Errorf("the answered call: %+v", talked)
	}
	if l := talked.Legs; len(l) != 2 || l[0].Kind != "extension" || l[0].Codec != "pcmu" || l[1].Number != "102" || l[1].Codec != "pcma" {
		t.Errorf("its legs: %+v", l)
	}
	if refused.To != "199" || refused.Cause != "not_found" || refused.EndedBy != "switch" || refused.TalkSeconds != 0 {
		t.Errorf("the refused call: %+v", refused)
	}

	for _, c := range []struct {
		args string
		want []string // ids, the latest first
	}{
		{"", []string{refused.ID, talked.ID}},
		{"--answered", []string{talked.ID}},
		{"--missed --since 1h", []string{refused.ID}},
		{"--number 102", []string{talked.ID}},
		{"--extension 101 --cause not_found,busy", []string{refused.ID}},
		{"--limit 1", []string{refused.ID}},
		{"--trunk none", nil},
		{"--until 1h", nil},
	} {
		args := strings.Fields("cdr --csv " + c.args)
		out, err := p.Command(args...)
		if err != nil {
			t.Errorf("%s: %v: %s", args, err, out)
			continue
		}
		rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
		if err != nil || len(rows) == 0 {
			t.Errorf("%s: %v: %s", args, err, out)
			continue
		}
		var ids []string
		id := slices.Index(rows[0], "id")
		for _, r := range rows[1:] {
			ids = append(ids, r[id])
		}
		if !slices.Equal(ids, c.want) {
			t.Errorf("%s: %s, want %s", args, ids, c.want)
		}
	}
	if out, err := p.Command("cdr"); err != nil || !strings.Contains(out, talked.ID) || !strings.Contains(out, "not_found") {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err := p.Command("cdr", talked.ID); err != nil || !strings.Contains(out, "pcma") || !strings.Contains(out, talked.Revision) {
		t.Errorf("%v\n%s", err, out)
	}
	pages(p, "/cdr?limit=1", refused.ID, talked.ID)
}

// pages follows the Link headers of a list of the API from page to page, of one
// thing each.
func pages(p *pbx.PBX, path string, ids ...string) {
	p.T.Helper()
	next := "/api/v1" + path
	for i, id := range ids {
		req, err := http.NewRequest("GET", "http://"+p.IP+":8080"+next, nil)
		if err != nil {
			p.T.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+p.Token)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			p.T.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || !strings.Contains(string(body), id) || strings.Count(string(body), `"started"`) != 1 {
			p.T.Fatalf("page %d, %s: %v: %s", i+1, next, err, body)
		}
		link := res.Header.Get("Link")
		if i == len(ids)-1 {
			if link != "" {
				p.T.Errorf("after the last page comes %s", link)
			}
			return
		}
		_, rest, _ := strings.Cut(link, "<")
		next, _, _ = strings.Cut(rest, ">")
	}
}
