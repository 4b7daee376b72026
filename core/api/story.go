package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/plugboard/plugboard/core/trace"
)

// TraceEntry is an entry of a call's story with its message as text.
type TraceEntry struct {
	trace.Entry
	Message string `json:"message,omitempty" doc:"the SIP message, secrets removed"`
}

func traceEntry(e trace.Entry) TraceEntry {
	e.Time = e.Time.UTC()
	return TraceEntry{Entry: e, Message: strings.ToValidUTF8(string(e.Message), "\uFFFD")}
}

// linger is how long a followed story stays open after the call's end, for
// what still comes: the answer to a BYE.
const linger = time.Second

func (a *API) registerTrace(h huma.API) {
	entries := h.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[[]TraceEntry](), true, "")
	huma.Register(h, huma.Operation{
		OperationID: "get-call-trace", Method: http.MethodGet, Path: callsPath + "/{id}/trace", Summary: "The story of a live or finished call",
		Description: "A ladder diagram as text, or with \"Accept: application/json\" its entries. With follow it goes on until the call ends; as JSON it is then one entry a line (application/x-ndjson).",
		Tags:        []string{"calls"}, Errors: []int{http.StatusNotFound, http.StatusServiceUnavailable},
		Responses: map[string]*huma.Response{"200": {Description: "The story", Content: map[string]*huma.MediaType{
			"text/plain":       {Schema: &huma.Schema{Type: huma.TypeString}},
			"application/json": {Schema: entries},
		}}},
	}, func(_ context.Context, in *struct {
		ID       string `path:"id" maxLength:"64" doc:"the call's id"`
		Accept   string `header:"Accept" hidden:"true"`
		Follow   bool   `query:"follow" doc:"go on with what happens"`
		Messages bool   `query:"messages" doc:"in the text, each SIP message as a whole"`
	}) (*huma.StreamResponse, error) {
		asJSON := strings.Contains(in.Accept, "json")
		draw := trace.Options{Times: true, Messages: in.Messages}
		if in.Follow {
			r, ok := a.opt.Trace.Follow(in.ID)
			if !ok {
				return nil, a.noCall(in.ID)
			}
			if !a.stream() {
				r.Close()
				return nil, huma.Error503ServiceUnavailable("the switch is shutting down")
			}
			return &huma.StreamResponse{Body: func(ctx huma.Context) {
				defer a.streams.Done()
				defer r.Close()
				a.follow(ctx, r, asJSON, draw)
			}}, nil
		}
		story, ok := a.opt.Trace.Entries(in.ID)
		if !ok {
			return nil, a.noCall(in.ID)
		}
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			// An error is a client that has gone.
			if !asJSON {
				ctx.SetHeader("Content-Type", "text/plain; charset=utf-8")
				_ = trace.Render(ctx.BodyWriter(), story, draw)
				return
			}
			ctx.SetHeader("Content-Type", "application/json")
			out := make([]TraceEntry, 0, len(story))
			for _, e := range story {
				out = append(out, traceEntry(e))
			}
			_ = json.NewEncoder(ctx.BodyWriter()).Encode(out)
		}}, nil
	})
}

// registerPcap serves a story's messages as a capture file.
func (a *API) registerPcap(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "get-call-pcap", Method: http.MethodGet, Path: callsPath + "/{id}/pcap", Summary: "The SIP messages of a live or finished call as a capture file (pcap)",
		Description: "For Wireshark and its kind: each message is a UDP packet between the addresses that it travelled between. Secrets are left out.",
		Tags:        []string{"calls"}, Errors: []int{http.StatusNotFound},
		Responses: map[string]*huma.Response{"200": {Description: "The capture", Content: map[string]*huma.MediaType{
			pcapType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
		}}},
	}, func(_ context.Context, in *callID) (*huma.StreamResponse, error) {
		story, ok := a.opt.Trace.Entries(in.ID)
		if !ok {
			return nil, a.noCall(in.ID)
		}
		var file bytes.Buffer
		if err := trace.Pcap(&file, story, a.own); err != nil {
			return nil, huma.Error500InternalServerError("no capture of the call: " + err.Error())
		}
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			ctx.SetHeader("Content-Type", pcapType)
			ctx.SetHeader("Content-Disposition", `attachment; filename="call.pcap"`)
			_, _ = file.WriteTo(ctx.BodyWriter()) // an error is a client that has gone
		}}, nil
	})
}

const pcapType = "application/vnd.tcpdump.pcap"

// own is our address as a far side sees it.
func (a *API) own(remote netip.Addr) netip.Addr {
	if a.opt.Own == nil {
		return netip.IPv4Unspecified()
	}
	return a.opt.Own(remote)
}

// follow writes a story as it goes on, until the call ends, the client goes or
// the API closes.
func (a *API) follow(ctx huma.Context, r *trace.Reader, asJSON bool, draw trace.Options) {
	req, w := humago.Unwrap(ctx)
	rc := http.NewResponseController(w)
	// The server's deadline for reading the request is over with the request;
	// left standing, it would end the stream.
	if rc.SetReadDeadline(time.Time{}) != nil {
		return
	}
	stop := context.AfterFunc(a.alive, func() { _ = rc.SetWriteDeadline(time.Unix(1, 0)) }) // gone already: nothing to cut
	defer stop()
	ladder, lines := trace.NewLadder(w, draw), json.NewEncoder(w)
	ctx.SetHeader("Content-Type", "text/plain; charset=utf-8")
	if asJSON {
		ctx.SetHeader("Content-Type", "application/x-ndjson")
	}
	write := func(e trace.Entry) error {
		if err := rc.SetWriteDeadline(time.Now().Add(requestTime)); err != nil {
			return err
		}
		if a.alive.Err() != nil {
			return a.alive.Err() // the cut may have come before the deadline
		}
		if asJSON {
			return lines.Encode(traceEntry(e))
		}
		return ladder.Add(e)
	}
	for _, e := range r.Past {
		if write(e) != nil {
			return
		}
	}
	ended, over := r.Ended, (<-chan time.Time)(nil)
	for {
		if rc.Flush() != nil {
			return
		}
		select {
		case e := <-r.News:
			if n := r.Missed(); n > 0 {
				gap := trace.Entry{Seq: e.Seq, Time: e.Time, Note: fmt.Sprintf("%d entries were missed: this reader is too slow", n)}
				if write(gap) != nil {
					return
				}
			}
			if write(e) != nil {
				return
			}
		case <-ended:
			ended, over = nil, time.After(linger)
		case <-over:
			return
		case <-req.Context().Done():
			return
		case <-a.closing:
			return
		}
	}
}
