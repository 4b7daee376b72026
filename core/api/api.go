package api

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/netip"
	"reflect"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/plugboard/plugboard/core/browser"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/signin"
	"github.com/plugboard/plugboard/sdk/event"
)

// Limits of a request.
const (
	maxBody      = 1 << 20
	maxHeader    = 32 << 10
	headerTime   = 10 * time.Second
	requestTime  = 30 * time.Second // for all of it; a stream: for each write
	idleTime     = 2 * time.Minute
	shutdownTime = 5 * time.Second
	streamTime   = time.Second // for a stream to end kindly
)

// What a page of ours may do: its own code and styles from files, requests to
// where it came from ('self' is ws: and wss:, too), sound that it has made, and
// the microphone. Nothing inline, nothing from elsewhere, in nobody's frame.
const (
	contentPolicy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; " +
		"worker-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	permissionsPolicy = "microphone=(self), speaker-selection=(self), autoplay=(self), camera=(), display-capture=(), geolocation=(), " +
		"usb=(), serial=(), payment=(), publickey-credentials-get=()"
)

// API is the HTTP side of a switch. It is an [http.Handler]; [API.Serve] runs
// it on a listener, too.
type API struct {
	opt     Options
	token   [sha256.Size]byte
	handler http.Handler

	routes   *routes
	sessions *signin.Sessions
	trust    atomic.Pointer[trust]
	rates    rates

	provisionings provisionings

	closing   chan struct{} // asks the streams to end
	closeOnce sync.Once
	alive     context.Context // ends with those that did not end by themselves
	cut       context.CancelFunc
	mu        sync.Mutex // guards open, and closed against streams.Add
	closed    bool
	open      map[string]int // streams of who has signed in, by number, "" the admin
	streams   sync.WaitGroup
}

// New makes the API. Its streams run until [API.Close].
func New(opt Options) (*API, error) {
	if opt.Token == "" {
		return nil, errors.New("the API needs an admin token")
	}
	if opt.Log == nil {
		opt.Log = hclog.NewNullLogger()
	}
	a := &API{opt: opt, token: sha256.Sum256([]byte(opt.Token)), closing: make(chan struct{}), open: map[string]int{}}
	if err := a.Trust(opt.Trusted); err != nil {
		return nil, err
	}
	a.alive, a.cut = context.WithCancel(context.Background())

	mux := &routes{ServeMux: http.NewServeMux()}
	a.routes = mux
	h := humago.New(mux, a.describe())
	if opt.SignIn != nil {
		a.sessions = signin.NewSessions(opt.SignIn)
		a.registerSignIn(h)
	}
	a.registerCalls(h)
	a.registerActs(h)
	a.registerBrowsers(h)
	a.registerListen(h)
	a.registerShown(h)
	a.registerPushes(h)
	a.registerConferences(h)
	a.registerTrace(h)
	a.registerPcap(h)
	a.registerDump(h)
	a.registerTools(h)
	a.registerRecordings(h)
	a.registerTranscripts(h)
	a.registerVoicemail(h)
	a.registerLists(h)
	a.registerProvisioning(h)
	a.registerRoutes(h)
	a.registerFeatures(h)
	a.registerPrompts(h)
	a.registerMail(h)
	a.registerDevelopment(h)
	a.registerPark(h)
	a.registerQueues(h)
	a.registerCDR(h)
	a.registerConfig(h)
	a.registerFiles(h)
	a.registerLogs(h)
	mux.HandleFunc("GET /api/v1/events", a.events)
	mux.HandleFunc("GET "+recordingsPath+"/{id}/audio", a.recordingAudio)
	mux.HandleFunc("GET "+voicemailPath+"/{box}/{id}/audio", a.messageAudio)
	describeEvents(h)
	spec, err := json.Marshal(h.OpenAPI())
	if err != nil {
		return nil, fmt.Errorf("writing the OpenAPI document: %w", err)
	}
	mux.HandleFunc("GET /api/v1/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/vnd.oai.openapi+json;version=3.1")
		w.Write(spec)
	})
	mux.HandleFunc("GET /healthz", a.health)
	if opt.SIP != nil {
		mux.HandleFunc("GET /sip", a.signalling)
	}
	if opt.Metrics != nil {
		mux.Handle("GET /metrics", a.metricsGuard(promhttp.HandlerFor(opt.Metrics, promhttp.HandlerOpts{
			ErrorLog: log.New(opt.Log.StandardWriter(&hclog.StandardLoggerOptions{ForceLevel: hclog.Error}), "", 0)})))
	}
	if opt.Page != nil {
		mux.Handle("GET /{$}", opt.Page)
		mux.Handle("GET /sw.js", opt.Page)
		mux.Handle("GET /assets/{file}", opt.Page)
	}
	a.handler = a.guard(mux.ServeMux, routed(mux.ServeMux))
	return a, nil
}

// describe is the head of the OpenAPI document. The document and every answer
// need nothing from the internet.
func (a *API) describe() huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Plugboard", Version: a.opt.Version,
				Description: "Calls, extensions, trunks and plugins of one switch. Times are RFC 3339 in UTC. Errors are RFC 9457 problem documents. " +
					"A list goes on with the Link header (rel=\"next\"): limit and after.",
			},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", schemaName),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"admin":  {Type: "http", Scheme: "bearer", Description: "the admin token: admin.token in data_dir"},
					"person": {Type: "apiKey", In: "cookie", Name: "plugboard", Description: "who has signed in, as the admin or as an extension; over TLS its name begins with __Host-"},
				},
			},
			Security: []map[string][]string{{"admin": {}}, {"person": {}}},
		},
		Formats:                      map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
	}
}

// schemaName names the JSON forms after what they are.
func schemaName(t reflect.Type, hint string) string {
	switch t {
	case reflect.TypeFor[call.Info]():
		return "Call"
	case reflect.TypeFor[call.LegInfo]():
		return "Leg"
	case reflect.TypeFor[call.Conference]():
		return "Conference"
	case reflect.TypeFor[event.CDR]():
		return "Record"
	case reflect.TypeFor[event.CDRLeg]():
		return "RecordLeg"
	case reflect.TypeFor[huma.ErrorModel]():
		return "Problem"
	case reflect.TypeFor[huma.ErrorDetail]():
		return "ProblemDetail"
	}
	if t.PkgPath() == reflect.TypeFor[browser.Phone]().PkgPath() && t.Name() != "Phone" {
		return "Phone" + t.Name() // PhoneRing, PhoneStop, …
	}
	return huma.DefaultSchemaNamer(t, hint)
}

// ServeHTTP implements [http.Handler].
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.handler.ServeHTTP(w, r) }

// Serve serves on l, which it closes, until ctx ends. It then gives the requests
// that are under way a few seconds, and returns when they have ended; event
// streams that came by l go on until [API.Close]. It may serve on several
// listeners at once.
func (a *API) Serve(ctx context.Context, l net.Listener) error { return a.serve(ctx, l, a) }

func (a *API) serve(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       requestTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          log.New(a.opt.Log.StandardWriter(&hclog.StandardLoggerOptions{ForceLevel: hclog.Debug}), "", 0),
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	select {
	case err := <-served:
		return fmt.Errorf("serving HTTP on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	err := s.Shutdown(patience)
	if err != nil {
		s.Close()
	}
	<-served
	return err
}

// Close ends the event streams and followed traces and waits for them. New
// ones are refused. Closing twice is fine.
func (a *API) Close() {
	a.mu.Lock()
	a.closed = true
	a.mu.Unlock()
	a.closeOnce.Do(func() { close(a.closing) })
	patience := time.AfterFunc(streamTime, a.cut) // for clients that do not read
	a.streams.Wait()
	patience.Stop()
	a.cut()
}

// stream counts a stream in; false if the API is closing. A stream that was
// counted in ends with streams.Done.
func (a *API) stream() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.closed {
		a.streams.Add(1)
	}
	return !a.closed
}

// guard is what every request passes: a panic costs that request only,
// headers for browsers, limits, and for all of /api/ who asks and whether they may.
func (a *API) guard(mux *http.ServeMux, next http.Handler) http.Handler {
	admitted := a.admit(mux, next)
	if a.sessions != nil {
		admitted = a.sessions.Handler(admitted, overTLS)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = a.trust.Load().arrived(r)
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("Permissions-Policy", permissionsPolicy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if overTLS(r) {
			h.Set("Strict-Transport-Security", "max-age=15552000") // half a year (RFC 6797)
		}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				a.opt.Log.Error("a request panicked", "method", r.Method, "path", r.URL.Path, "panic", p, "stack", string(debug.Stack()))
				writeProblem(w, http.StatusInternalServerError, "this is a bug of the switch; its log says more")
			}
		}()
		// A recorder in a test has no deadlines.
		if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(requestTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if path := r.URL.Path; path == "/api" || strings.HasPrefix(path, "/api/") {
			h.Set("Cache-Control", "no-store")
			if a.trust.Load().crossed(w, r) {
				return
			}
			if !a.authorized(r) && !a.rates.address(r) {
				tooMany(w)
				return
			}
			admitted.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// admit lets those pass who may ask for what they ask for.
func (a *API) admit(mux *http.ServeMux, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, pattern := mux.Handler(r)
		by, ok, refusal := a.visitor(r)
		switch number, personal := by.Number, by.Kind == event.ByExtension; {
		case refusal != nil:
			writeProblem(w, http.StatusForbidden, "a page of another origin asks for this: "+refusal.Error())
			return
		case !ok && open(pattern):
			by = operator(r)
			by.Name = "" // nobody yet
		case !ok:
			unauthorized(w)
			return
		case !a.authorized(r) && !a.rates.somebody(by):
			tooMany(w)
			return
		case personal && !open(pattern) && !a.may(number, pattern, r):
			writeProblem(w, http.StatusForbidden, "this is not for extension "+number+": only the admin may, or whose it is")
			return
		}
		ctx := context.WithValue(context.WithValue(r.Context(), actorKey{}, by), localKey{}, fromHere(r))
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// actorKey is the actor's key in the context of a request.
type actorKey struct{}

// operator is who holds the admin token, and where the request came from.
func operator(r *http.Request) call.Actor {
	by := call.Actor{Kind: event.ByOperator, Name: "admin"}
	if from, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		by.Address = from.Addr().Unmap().String()
	}
	return by
}

// actor is who asks: what a handler does, it does for them.
func actor(ctx context.Context) call.Actor {
	by, _ := ctx.Value(actorKey{}).(call.Actor) // the guard has put it there
	return by
}

// authorized compares the request's token with ours, in constant time (of
// hashes, so that not even the length tells).
func (a *API) authorized(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	got := sha256.Sum256([]byte(strings.TrimSpace(token)))
	return subtle.ConstantTimeCompare(got[:], a.token[:]) == 1 && strings.EqualFold(scheme, "Bearer")
}

func unauthorized(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Bearer realm="plugboard"`)
	writeProblem(w, http.StatusUnauthorized, `sign in first ("POST /api/v1/login"), or send the admin token ("Authorization: Bearer …"); it is in the file admin.token in data_dir`)
}

// metricsGuard lets this machine read without a token. A request that a proxy
// passed on comes from somewhere else.
func (a *API) metricsGuard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !fromHere(r) && !a.authorized(r) {
			unauthorized(w)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// fromHere says whether a request comes from this machine, and nobody else's.
func fromHere(r *http.Request) bool {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && from.Addr().Unmap().IsLoopback() && r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == ""
}

// Health is the answer of /healthz.
type Health struct {
	Status  string   `json:"status"` // "ready" or "not ready"
	Reasons []string `json:"reasons"`
	// Warnings are what is wrong although calls are served.
	Warnings []string `json:"warnings"`
}

func (a *API) health(w http.ResponseWriter, _ *http.Request) {
	h := Health{Status: "ready", Reasons: orEmpty(a.opt.Unready()), Warnings: orEmpty(a.opt.Warnings())}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if len(h.Reasons) > 0 {
		h.Status = "not ready"
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	json.NewEncoder(w).Encode(h)
}

// orEmpty makes a list that JSON writes as [], never as null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
