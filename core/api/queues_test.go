package api_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/call"
)

// queues is one queue, in which one waits.
func queues() []call.QueueInfo {
	level := 0.75
	return []call.QueueInfo{{
		Name: "sales", Number: "600", Strategy: "race", Entered: 5, Answered: 3, Abandoned: 1, ServiceLevel: &level, LongestWaitSeconds: 12,
		Waiting: []call.QueuedCaller{{Position: 1, Call: "C1", Number: "+4930555", Since: started, WaitSeconds: 12, Ringing: []string{"101"}}},
		Agents:  []call.QueueAgent{{Number: "101", Name: "Anna", State: "ringing", Answered: 3}, {Number: "102", State: "paused"}},
	}}
}

func TestQueues(t *testing.T) {
	o := newOffice()
	_, s := serve(t, o)
	for _, c := range []struct {
		method, path string
		status       int
		want         string
	}{
		{"GET", "/queues", 200, `"waiting":[{"position":1,"call":"C1","number":"+4930555","name":"","since":"2026-03-01T12:00:00Z","wait_seconds":12,"ringing":["101"]}]`},
		{"GET", "/queues/sales", 200, `"agents":[{"number":"101","name":"Anna","state":"ringing","answered":3,"missed":0},`},
		{"GET", "/queues/other", 404, "there is no queue other"},
		{"POST", "/queues/sales/agents/101/pause", 204, ""},
		{"POST", "/queues/sales/agents/101/logout", 204, ""},
		{"POST", "/queues/sales/agents/109/login", 404, "109 is no member of queue.sales"},
		{"POST", "/queues/sales/agents/101/fly", 404, ""},
	} {
		if res, body := ask(t, s, c.method, "/api/v1"+c.path, ""); res.StatusCode != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s %s: %d %s", c.method, c.path, res.StatusCode, body)
		}
	}
	if want := []string{"pause 101 sales admin", "logout 101 sales admin"}; !slices.Equal(o.acts, want) {
		t.Errorf("done: %q", o.acts)
	}
	_, body := ask(t, s, "GET", "/metrics", "")
	for _, want := range []string{
		`plugboard_queue_waiting{queue="sales"} 1`, `plugboard_queue_longest_wait_seconds{queue="sales"} 12`,
		`plugboard_queue_agents{queue="sales",state="paused"} 1`, `plugboard_queue_service_level{queue="sales"} 0.75`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the metrics have no %s", want)
		}
	}
}
