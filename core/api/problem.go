package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/plugboard/plugboard/core/call"
)

// writeProblem answers with a problem document (RFC 9457) from outside of
// huma's handlers, in the same form as theirs.
func writeProblem(w http.ResponseWriter, status int, detail string) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Del("Content-Length")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(&huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: detail})
}

// refused turns an error of the call hub into a problem.
func refused(err error) error {
	var e *call.Error
	if !errors.As(err, &e) {
		return err // a bug: huma answers 500
	}
	status := http.StatusConflict // busy, unavailable, do_not_disturb, …
	switch e.Cause {
	case call.NotFound:
		status = http.StatusNotFound
	case call.Denied:
		status = http.StatusForbidden
	case call.Congestion:
		return huma.ErrorWithHeaders(huma.NewError(http.StatusServiceUnavailable, e.Text),
			http.Header{"Retry-After": {strconv.Itoa(retrySeconds)}})
	case call.Failed, call.PluginLost:
		status = http.StatusInternalServerError
	}
	detail := e.Text
	if detail == "" {
		detail = string(e.Cause)
	}
	return huma.NewError(status, detail)
}

const retrySeconds = 10

// routes are a mux that can say what it serves, for the test of who may ask for
// what.
type routes struct {
	*http.ServeMux
	patterns []string
}

// Handle notes a pattern, and serves it.
func (m *routes) Handle(pattern string, h http.Handler) {
	m.patterns = append(m.patterns, pattern)
	m.ServeMux.Handle(pattern, h)
}

// HandleFunc is Handle for a function.
func (m *routes) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	m.Handle(pattern, http.HandlerFunc(h))
}

// routed serves with mux, and turns the mux's own plain-text 404 and 405 into
// problems. Its redirects pass.
func routed(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		own := &held{header: http.Header{}}
		h.ServeHTTP(own, r)
		for name, values := range own.header {
			if name != "Content-Type" && name != "X-Content-Type-Options" {
				w.Header()[name] = values
			}
		}
		switch own.status {
		case http.StatusNotFound:
			writeProblem(w, own.status, "there is nothing at "+r.URL.Path)
		case http.StatusMethodNotAllowed:
			writeProblem(w, own.status, r.Method+" is not possible here: "+own.header.Get("Allow"))
		default:
			w.WriteHeader(own.status)
			w.Write(own.body.Bytes())
		}
	})
}

// held keeps a small answer back.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *held) Header() http.Header { return h.header }
func (h *held) WriteHeader(status int) {
	if h.status == 0 {
		h.status = status
	}
}
func (h *held) Write(b []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	return h.body.Write(b)
}
