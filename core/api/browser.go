package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/plugboard/plugboard/core/browser"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/leg"
)

// WebRTC is what a page needs to know before it makes a session.
type WebRTC struct {
	ICEServers []ICEServer `json:"ice_servers" nullable:"false" doc:"as RTCPeerConnection takes them"`
	PushKey    string      `json:"push_key,omitempty" doc:"the applicationServerKey of push subscriptions (RFC 8292); missing: nothing is pushed"`
	Phone      bool        `json:"phone" doc:"who asks may have a phone in the browser"`
}

// ICEServer finds ways between a page and the switch (W3C webrtc, RTCIceServer).
type ICEServer struct {
	URLs       []string `json:"urls" nullable:"false" example:"stun:stun.example.net"`
	Username   string   `json:"username,omitempty"`
	Credential string   `json:"credential,omitempty"`
}

const (
	webRTCPath  = "/api/v1/webrtc"
	sessionPath = webRTCPath + "/sessions"
	pushPath    = "/api/v1/push"
)

// sessionID is a session in a path.
type sessionID struct {
	ID string `path:"id" maxLength:"64" doc:"the session's id"`
}

// registerBrowsers serves the phones in people's browsers.
func (a *API) registerBrowsers(h huma.API) {
	tags := []string{"browser"}

	huma.Register(h, huma.Operation{
		OperationID: "get-webrtc", Method: http.MethodGet, Path: webRTCPath, Summary: "What a page needs for a phone", Tags: tags,
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body WebRTC }, error) {
		out := WebRTC{ICEServers: []ICEServer{}}
		number, somebody := person(ctx)
		if a.opt.ICEServers != nil {
			out.ICEServers = orEmpty(a.opt.ICEServers(number))
		}
		if a.opt.Pushes != nil {
			out.PushKey = a.opt.Pushes.Key()
		}
		out.Phone = !somebody || a.opt.Browsers.Allowed(number) == nil
		return &struct{ Body WebRTC }{out}, nil
	})

	type opened struct {
		Location string `header:"Location"`
		Body     struct {
			ID     string `json:"id" doc:"the session's id"`
			Answer string `json:"answer" doc:"the session description (RFC 8829) that answers the offer"`
		}
	}
	huma.Register(h, huma.Operation{
		OperationID: "open-session", Method: http.MethodPost, Path: sessionPath, Summary: "Begin a media session of a browser", Tags: tags,
		Description:   "It stands alone, and is closed after 30 seconds unless it is linked to a call, or a call is made by it.",
		DefaultStatus: http.StatusCreated, MaxBodyBytes: 64 << 10,
		Errors: []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity, http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *struct {
		Body struct {
			Offer     string `json:"offer" minLength:"1" maxLength:"32768" doc:"the page's session description"`
			Device    string `json:"device,omitempty" maxLength:"64" pattern:"^[A-Za-z0-9-]{8,64}$" doc:"the page's, as it listens to the events"`
			Extension string `json:"extension,omitempty" maxLength:"64" doc:"whose browser it is; needed by the admin alone" example:"101"`
		}
	}) (*opened, error) {
		number, err := a.whose(ctx, in.Body.Extension)
		if err != nil {
			return nil, err
		}
		id, answer, err := a.opt.Browsers.Open(ctx, number, in.Body.Device, []byte(in.Body.Offer))
		if err != nil {
			return nil, sessionRefused(err)
		}
		out := &opened{Location: sessionPath + "/" + id}
		out.Body.ID, out.Body.Answer = id, string(answer)
		return out, nil
	})

	type renewed struct {
		Status int
		Body   *struct {
			Answer string `json:"answer"`
		}
	}
	huma.Register(h, huma.Operation{
		OperationID: "change-session", Method: http.MethodPatch, Path: sessionPath + "/{id}", Summary: "Candidates of a page, or its next offer", Tags: tags,
		Description:  "Either candidates as they are found (RFC 8838), answered by 204, or an offer: an ICE restart, or other media; it is answered by 200 with the answer.",
		MaxBodyBytes: 64 << 10, Errors: []int{http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"64" doc:"the session's id"`
		Body struct {
			Candidates []string `json:"candidates,omitempty" maxItems:"100" doc:"each as RTCIceCandidate.candidate has it" example:"candidate:1 1 udp 2130706431 192.0.2.7 40000 typ host"`
			End        bool     `json:"end,omitempty" doc:"there are no more"`
			Offer      string   `json:"offer,omitempty" maxLength:"32768"`
		}
	}) (*renewed, error) {
		number, _ := person(ctx)
		if in.Body.Offer == "" {
			if err := a.opt.Browsers.Trickle(ctx, number, in.ID, in.Body.Candidates, in.Body.End); err != nil {
				return nil, sessionRefused(err)
			}
			return &renewed{Status: http.StatusNoContent}, nil
		}
		answer, err := a.opt.Browsers.Renegotiate(ctx, number, in.ID, []byte(in.Body.Offer))
		if err != nil {
			return nil, sessionRefused(err)
		}
		out := &renewed{Status: http.StatusOK}
		out.Body = &struct {
			Answer string `json:"answer"`
		}{string(answer)}
		return out, nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "link-session", Method: http.MethodPost, Path: sessionPath + "/{id}/link", Summary: "Join a session to a call", Tags: tags,
		Description: "A call that rings its person is answered; one that its page has begun with {to, device} is made; one whose browser was lost, or whose page was loaded anew, goes on. " +
			"409: somebody else has answered, or has it.",
		DefaultStatus: http.StatusNoContent, MaxBodyBytes: 4 << 10, Errors: []int{http.StatusNotFound, http.StatusConflict},
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"64" doc:"the session's id"`
		Body struct {
			Call string `json:"call" minLength:"1" maxLength:"64" doc:"the call's id"`
		}
	}) (*struct{}, error) {
		number, _ := person(ctx)
		if err := a.opt.Browsers.Link(number, in.ID, in.Body.Call); err != nil {
			return nil, refused(err)
		}
		return nil, nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "close-session", Method: http.MethodDelete, Path: sessionPath + "/{id}", Summary: "Close a session, and hang up what it is linked to", Tags: tags,
		Errors: []int{http.StatusNotFound},
	}, func(ctx context.Context, in *sessionID) (*struct{}, error) {
		number, _ := person(ctx)
		if err := a.opt.Browsers.CloseSession(number, in.ID); err != nil {
			return nil, refused(err)
		}
		return nil, nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "decline-call", Method: http.MethodPost, Path: callsPath + "/{id}/decline", Summary: "Refuse a call that rings in one's browser", Tags: tags,
		Description: "As a desk phone's key does: the browser is busy, other phones ring on.", DefaultStatus: http.StatusNoContent, MaxBodyBytes: 4 << 10,
		Errors: []int{http.StatusForbidden, http.StatusNotFound},
	}, func(ctx context.Context, in *callID) (*struct{}, error) {
		number, ok := person(ctx)
		if !ok {
			return nil, huma.Error403Forbidden("only whose browser rings can decline: end the leg instead")
		}
		if err := a.opt.Browsers.Decline(number, in.ID); err != nil {
			return nil, refused(err)
		}
		return nil, nil
	})
}

// registerShown serves service workers, which have no page's socket.
func (a *API) registerShown(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "show-call", Method: http.MethodPost, Path: callsPath + "/{id}/shown", Summary: "Say that a browser shows a call that was pushed to it", Tags: []string{"browser"},
		Description: "A service worker that got phone.ring by push says so at once: then the call rings the person, though no page of theirs is open. 409: somebody has answered it; 404: it rings no more.", DefaultStatus: http.StatusNoContent, MaxBodyBytes: 4 << 10,
		Errors: []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict},
	}, func(ctx context.Context, in *callID) (*struct{}, error) {
		number, ok := person(ctx)
		if !ok {
			return nil, huma.Error403Forbidden("only a browser of who is signed in as an extension shows calls")
		}
		if err := a.opt.Browsers.Shows(number, in.ID); err != nil {
			return nil, refused(err)
		}
		return nil, nil
	})
}

// registerPushes serves where browsers take pushes.
func (a *API) registerPushes(h huma.API) {
	tags := []string{"browser"}
	huma.Register(h, huma.Operation{
		OperationID: "subscribe-push", Method: http.MethodPut, Path: pushPath, Summary: "Where a page takes pushes (RFC 8030)", Tags: tags,
		Description:   "A call that rings while nobody looks at a page is pushed there, encrypted for the page alone (RFC 8291), and so is its end. The key for the subscription is push_key of GET /api/v1/webrtc.",
		DefaultStatus: http.StatusNoContent, MaxBodyBytes: 8 << 10,
		Errors: []int{http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *struct {
		Body struct {
			Device       string           `json:"device" maxLength:"64"`
			Subscription browser.Endpoint `json:"subscription" doc:"what PushSubscription.toJSON gives"`
		}
	}) (*struct{}, error) {
		number, err := a.ownPush(ctx)
		if err == nil {
			err = pushRefused(a.opt.Pushes.Subscribe(ctx, number, in.Body.Device, in.Body.Subscription))
		}
		return nil, err
	})
	huma.Register(h, huma.Operation{
		OperationID: "unsubscribe-push", Method: http.MethodDelete, Path: pushPath + "/{device}", Summary: "Push nothing to a page any more", Tags: tags,
		Errors: []int{http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *struct {
		Device string `path:"device" maxLength:"64"`
	}) (*struct{}, error) {
		number, err := a.ownPush(ctx)
		if err == nil {
			err = pushRefused(a.opt.Pushes.Unsubscribe(ctx, number, in.Device))
		}
		return nil, err
	})
}

// ownPush is whose browser asks.
func (a *API) ownPush(ctx context.Context) (string, error) {
	number, ok := person(ctx)
	switch {
	case !ok:
		return "", huma.Error403Forbidden("only a page of who is signed in as an extension takes pushes")
	case a.opt.Pushes == nil:
		return "", huma.Error404NotFound("nothing is pushed here")
	}
	return number, nil
}

func pushRefused(err error) error {
	var bad browser.BadEndpoint
	var e *call.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &bad):
		return huma.Error422UnprocessableEntity(bad.Error())
	case errors.As(err, &e):
		return refused(err)
	}
	return huma.Error503ServiceUnavailable(err.Error())
}

// whose is the extension for which something is asked: that of who is signed in, or
// whichever the admin names.
func (a *API) whose(ctx context.Context, named string) (string, error) {
	switch number, ok := person(ctx); {
	case ok && named != "" && named != number:
		return "", huma.Error403Forbidden("extension " + number + " asks for itself only")
	case ok:
		return number, nil
	case named == "":
		return "", huma.Error422UnprocessableEntity("the admin says for which extension it is")
	}
	return named, nil
}

// sessionRefused turns an error of a session's media into a problem.
func sessionRefused(err error) error {
	switch {
	case errors.Is(err, leg.ErrBadSDP):
		return huma.Error422UnprocessableEntity("the session description cannot be used: " + err.Error())
	case errors.Is(err, leg.ErrNoCodec):
		return huma.Error422UnprocessableEntity("the offer has no codec that the switch may use: " + err.Error())
	case errors.Is(err, leg.ErrState):
		return huma.Error422UnprocessableEntity("the session does not take this now: " + err.Error())
	case errors.Is(err, leg.ErrGone), errors.Is(err, context.DeadlineExceeded):
		return huma.Error503ServiceUnavailable("the media of browsers is not there now: " + err.Error())
	}
	return refused(err)
}
