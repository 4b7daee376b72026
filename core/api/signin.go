package api

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/plugboard/plugboard/core/signin"
	"github.com/plugboard/plugboard/sdk/event"
)

// Me is who is signed in.
type Me struct {
	Admin  bool   `json:"admin" doc:"may do all"`
	Number string `json:"number" doc:"the extension's; empty for the admin"`
	Name   string `json:"name" doc:"the extension's, for people"`
}

// Door is what is to be known before one signs in.
type Door struct {
	Begun bool `json:"begun" doc:"the admin has chosen a password; else the link to do so is where the switch was started"`
}

// Invitation lets somebody choose a password.
type Invitation struct {
	Code  string    `json:"code" doc:"for one use; no more is kept of it than a hash"`
	Path  string    `json:"path" doc:"of the page that takes it up, for after the address of the switch" example:"/#invitation=…"`
	Until time.Time `json:"until"`
}

// InvitationPath is that of the page which takes an invitation up.
func InvitationPath(code string) string { return "/#invitation=" + code }

const (
	loginPath      = "/api/v1/login"
	mePath         = "/api/v1/me"
	passwordPath   = mePath + "/password"
	invitationPath = "/api/v1/invitations"
)

// open says whether a route needs no sign-in: it is how one signs in, or who asks
// proves by a code who they are.
func open(pattern string) bool {
	switch pattern {
	case "GET " + loginPath, "POST " + loginPath, "POST " + invitationPath + "/look", "POST " + invitationPath + "/take",
		"GET " + provisioningPath + "/{code}":
		return true
	}
	return false
}

func (a *API) registerSignIn(h huma.API) {
	type answer struct{ Body Me }
	tags := []string{"sign-in"}
	anybody := []map[string][]string{}
	begin := func(ctx context.Context, s signin.Session, err error) (*answer, error) {
		if err == nil {
			err = a.sessions.Begin(ctx, s)
		}
		if err != nil {
			return nil, a.notSignedIn(err)
		}
		return &answer{a.me(s.Who)}, nil
	}

	huma.Register(h, huma.Operation{
		OperationID: "get-sign-in", Method: http.MethodGet, Path: loginPath, Summary: "Whether anybody has signed in yet", Tags: tags, Security: anybody,
	}, func(context.Context, *struct{}) (*struct{ Body Door }, error) {
		return &struct{ Body Door }{Door{Begun: a.opt.SignIn.HasPassword(signin.Admin)}}, nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "sign-in", Method: http.MethodPost, Path: loginPath, Summary: "Sign in", Tags: tags, Security: anybody, MaxBodyBytes: 4 << 10,
		Description: "The answer sets a cookie, which holds for 30 days, and for the admin for 12 hours. The password is that for the web, not the secret of a phone.",
		Errors:      []int{http.StatusForbidden, http.StatusTooManyRequests},
	}, func(ctx context.Context, in *struct {
		Body struct {
			Name     string `json:"name" minLength:"1" maxLength:"64" doc:"the extension's number, or admin" example:"101"`
			Password string `json:"password" maxLength:"256"`
		}
	}) (*answer, error) {
		s, err := a.opt.SignIn.SignIn(ctx, in.Body.Name, in.Body.Password, address(ctx))
		return begin(ctx, s, err)
	})

	huma.Register(h, huma.Operation{
		OperationID: "sign-out", Method: http.MethodPost, Path: "/api/v1/logout", Summary: "Sign out", Tags: tags, DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, _ *struct{}) (*struct{}, error) {
		return nil, a.sessions.End(ctx)
	})

	huma.Register(h, huma.Operation{
		OperationID: "get-me", Method: http.MethodGet, Path: mePath, Summary: "Who is signed in", Tags: tags,
	}, func(ctx context.Context, _ *struct{}) (*answer, error) {
		if number, ok := person(ctx); ok {
			return &answer{a.me(number)}, nil
		}
		return &answer{a.me(signin.Admin)}, nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "change-password", Method: http.MethodPost, Path: passwordPath, Summary: "Change one's password", Tags: tags, MaxBodyBytes: 4 << 10,
		Description: "All other sessions of the same name end.", Errors: []int{http.StatusForbidden, http.StatusUnprocessableEntity, http.StatusTooManyRequests},
	}, func(ctx context.Context, in *struct {
		Body struct {
			Old      string `json:"old" maxLength:"256"`
			Password string `json:"password" maxLength:"256" doc:"10 characters or more"`
		}
	}) (*answer, error) {
		was, ok := a.sessions.Who(ctx)
		if !ok {
			return nil, huma.Error403Forbidden("who holds the admin token has no password to change: invite admin for one")
		}
		s, err := a.opt.SignIn.Change(ctx, was, in.Body.Old, in.Body.Password, address(ctx))
		return begin(ctx, s, err)
	})

	huma.Register(h, huma.Operation{
		OperationID: "invite", Method: http.MethodPost, Path: invitationPath, Summary: "Invite somebody to choose a password", Tags: tags, MaxBodyBytes: 4 << 10,
		Description:   "The invitation is for one use, and holds for a week or until the next one. A password that there is holds until it is taken up: so a forgotten one is replaced.",
		DefaultStatus: http.StatusCreated, Errors: []int{http.StatusNotFound},
	}, func(ctx context.Context, in *struct {
		Body struct {
			Name string `json:"name" minLength:"1" maxLength:"64" doc:"the extension's number, or admin" example:"101"`
		}
	}) (*struct{ Body Invitation }, error) {
		code, until, err := a.opt.SignIn.Invite(ctx, in.Body.Name)
		switch {
		case errors.Is(err, signin.ErrUnknown):
			return nil, huma.Error404NotFound("there is no extension with the number " + in.Body.Name)
		case err != nil:
			return nil, huma.Error503ServiceUnavailable(err.Error())
		}
		return &struct{ Body Invitation }{Invitation{Code: code, Path: InvitationPath(code), Until: until.UTC()}}, nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "look-at-invitation", Method: http.MethodPost, Path: invitationPath + "/look", Summary: "Whom an invitation is for", Tags: tags, Security: anybody,
		MaxBodyBytes: 4 << 10, Errors: []int{http.StatusForbidden, http.StatusTooManyRequests},
	}, func(ctx context.Context, in *struct {
		Body struct {
			Code string `json:"code" minLength:"1" maxLength:"64"`
		}
	}) (*answer, error) {
		who, err := a.opt.SignIn.Invited(in.Body.Code, address(ctx))
		if err != nil {
			return nil, a.notSignedIn(err)
		}
		return &answer{a.me(who)}, nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "take-invitation", Method: http.MethodPost, Path: invitationPath + "/take", Summary: "Choose a password, and sign in", Tags: tags, Security: anybody,
		MaxBodyBytes: 4 << 10, Errors: []int{http.StatusForbidden, http.StatusUnprocessableEntity, http.StatusTooManyRequests},
	}, func(ctx context.Context, in *struct {
		Body struct {
			Code     string `json:"code" minLength:"1" maxLength:"64"`
			Password string `json:"password" maxLength:"256" doc:"10 characters or more"`
		}
	}) (*answer, error) {
		s, err := a.opt.SignIn.Redeem(ctx, in.Body.Code, in.Body.Password, address(ctx))
		return begin(ctx, s, err)
	})
}

// notSignedIn is a refusal of the desk as a problem.
func (a *API) notSignedIn(err error) error {
	var wait signin.Wait
	var bad signin.BadPassword
	switch {
	case errors.As(err, &wait):
		seconds := int(time.Duration(wait).Seconds()) + 1
		return huma.ErrorWithHeaders(huma.NewError(http.StatusTooManyRequests, err.Error()), http.Header{"Retry-After": {strconv.Itoa(seconds)}})
	case errors.Is(err, signin.ErrWrong), errors.Is(err, signin.ErrInvitation):
		return huma.Error403Forbidden(err.Error())
	case errors.As(err, &bad):
		return huma.Error422UnprocessableEntity(err.Error())
	}
	a.opt.Log.Error("somebody could not be signed in", "error", err)
	return huma.Error503ServiceUnavailable("this cannot be kept now; the log of the switch says why")
}

// me is what is known of who is signed in.
func (a *API) me(who string) Me {
	if who == signin.Admin {
		return Me{Admin: true}
	}
	me := Me{Number: who}
	for _, e := range a.opt.Extensions() {
		if e.Number == who {
			me.Name = e.Name
		}
	}
	return me
}

// visitor says who sends a request: the actor that it acts as. ok is false if
// they have to sign in first. refusal is why a request of a browser is not
// served at all.
func (a *API) visitor(r *http.Request) (by event.Actor, ok bool, refusal error) {
	if a.authorized(r) {
		return operator(r), true, nil
	}
	if a.sessions == nil {
		return event.Actor{}, false, nil
	}
	// A cookie comes along by itself, also from a page of somebody else's.
	if err := a.trust.Load().crossOrigin.Check(r); err != nil {
		return event.Actor{}, false, err
	}
	s, ok := a.sessions.Who(r.Context())
	switch {
	case !ok:
		return event.Actor{}, false, nil
	case s.Who == signin.Admin:
		return operator(r), true, nil
	}
	by = operator(r)
	by.Kind, by.Name, by.Number = event.ByExtension, a.me(s.Who).Name, s.Who
	return by, true, nil
}

// person is who signed in as an extension, by its number: what a handler shows
// and does is theirs alone. ok is false for the admin.
func person(ctx context.Context) (number string, ok bool) {
	by := actor(ctx)
	return by.Number, by.Kind == event.ByExtension
}

// address is where a request came from; invalid if that is not known.
func address(ctx context.Context) netip.Addr {
	from, _ := netip.ParseAddr(actor(ctx).Address)
	return from
}
