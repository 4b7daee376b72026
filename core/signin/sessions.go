package signin

import (
	"context"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
)

// For how long a session holds: somebody's phone shall ring tomorrow too; who
// can do everything signs in each day.
const (
	personTime = 30 * 24 * time.Hour
	adminTime  = 12 * time.Hour
)

const (
	whoKey   = "who"
	sinceKey = "since" // microseconds since 1970
)

// Sessions are those of the people who are signed in, by a cookie.
type Sessions struct {
	desk    *Desk
	manager *scs.SessionManager
	secure  *scs.SessionManager // the same, with a cookie that goes over TLS alone
}

// NewSessions makes them.
func NewSessions(d *Desk) *Sessions {
	// As scs.New makes it, but without a store in memory, which has a goroutine.
	m := &scs.SessionManager{
		Store: kept{d.store}, HashTokenInStore: true, Lifetime: personTime, Codec: scs.GobCodec{},
		Cookie: scs.SessionCookie{Name: "plugboard", Path: "/", Persist: true, HttpOnly: true, SameSite: http.SameSiteStrictMode},
	}
	m.ErrorFunc = func(w http.ResponseWriter, _ *http.Request, _ error) {
		// The store says itself what it cannot do.
		http.Error(w, "the switch cannot read who is signed in", http.StatusServiceUnavailable)
	}
	secure := *m // it finds sessions in a context as m does
	secure.Cookie.Secure = true
	secure.Cookie.Name = "__Host-plugboard" // RFC 6265bis: no other host and no page without TLS can set it
	return &Sessions{d, m, &secure}
}

// Handler gives each request its session. A browser that came over TLS shows that
// it has signed in over TLS alone.
func (s *Sessions) Handler(next http.Handler, overTLS func(*http.Request) bool) http.Handler {
	plain, secure := s.manager.LoadAndSave(next), s.secure.LoadAndSave(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if overTLS(r) {
			secure.ServeHTTP(w, r)
			return
		}
		plain.ServeHTTP(w, r)
	})
}

// Who is signed in, in the context of a request.
func (s *Sessions) Who(ctx context.Context) (Session, bool) {
	x := Session{Who: s.manager.GetString(ctx, whoKey), Since: time.UnixMicro(s.manager.GetInt64(ctx, sinceKey)).UTC()}
	return x, x.Who != "" && s.desk.Valid(x)
}

// Still says whether who was signed in when a request came is so now: it may go on
// for long.
func (s *Sessions) Still(ctx context.Context) bool {
	// A context that has a session keeps it as it was: it is read into another one.
	now, err := s.manager.Load(context.Background(), s.manager.Token(ctx))
	if err != nil {
		return true // the store says itself what it cannot do
	}
	_, ok := s.Who(now)
	return ok
}

// Begin signs the request's browser in, under a new token.
func (s *Sessions) Begin(ctx context.Context, x Session) error {
	if err := s.manager.RenewToken(ctx); err != nil {
		return err
	}
	s.manager.Put(ctx, whoKey, x.Who)
	s.manager.Put(ctx, sinceKey, x.Since.UnixMicro())
	d := personTime
	if x.Who == Admin {
		d = adminTime
	}
	s.manager.SetDeadline(ctx, time.Now().Add(d))
	return nil
}

// End signs the request's browser out.
func (s *Sessions) End(ctx context.Context) error { return s.manager.Destroy(ctx) }

// kept is a [Store] as scs asks it.
type kept struct{ Store }

func (k kept) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	return k.Session(ctx, token)
}

func (k kept) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	return k.PutSession(ctx, token, b, expiry)
}

func (k kept) DeleteCtx(ctx context.Context, token string) error { return k.DropSession(ctx, token) }

func (k kept) Find(token string) ([]byte, bool, error) { return k.FindCtx(context.Background(), token) }

func (k kept) Commit(token string, b []byte, expiry time.Time) error {
	return k.CommitCtx(context.Background(), token, b, expiry)
}

func (k kept) Delete(token string) error { return k.DeleteCtx(context.Background(), token) }
