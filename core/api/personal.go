package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/event"
)

// may says whether who signed in as an extension may ask for a route of the
// mux, and for what its path names. All that is not here is the admin's.
func (a *API) may(number, pattern string, r *http.Request) bool {
	at := named(pattern, r)
	switch pattern {
	case "GET " + mePath, "POST " + passwordPath, "POST /api/v1/logout", "GET /api/v1/openapi.json", "GET /api/v1/features":
		return true
	case "GET /api/v1/events", "GET " + webRTCPath, "POST " + sessionPath, "PATCH " + sessionPath + "/{id}", "DELETE " + sessionPath + "/{id}",
		"POST " + sessionPath + "/{id}/link", "POST " + callsPath + "/{id}/decline", "POST " + callsPath + "/{id}/shown",
		"PUT " + pushPath, "DELETE " + pushPath + "/{device}":
		return true // what is asked knows whose it is
	case "GET " + callsPath, "POST " + callsPath, "GET " + cdrPath, "GET " + cdrPath + "/{id}", "GET /api/v1/extensions", "GET " + voicemailPath,
		"GET " + recordingsPath, "GET " + recordingsPath + "/{id}", "GET " + recordingsPath + "/{id}/audio", "GET " + transcriptsPath + "/{call}":
		return true // the handler shows what is theirs
	case "PATCH /api/v1/extensions/{number}":
		return at["number"] == number
	case "GET " + voicemailPath + "/{box}", "GET " + voicemailPath + "/{box}/{id}", "GET " + voicemailPath + "/{box}/{id}/audio",
		"PATCH " + voicemailPath + "/{box}/{id}", "DELETE " + voicemailPath + "/{box}/{id}":
		box := a.opt.Voicemail.Of(number)
		return box != "" && at["box"] == box
	case "GET " + callsPath + "/{id}", "DELETE " + callsPath + "/{id}", "POST " + callsPath + "/{id}/transfer",
		"POST " + callsPath + "/{id}/legs", "POST " + callsPath + "/{id}/park", "POST " + callsPath + "/{id}/join":
		return a.takesPart(number, at["id"])
	case "POST " + callsPath + "/{id}/legs/{leg}/hold", "POST " + callsPath + "/{id}/legs/{leg}/resume",
		"POST " + callsPath + "/{id}/legs/{leg}/mute", "POST " + callsPath + "/{id}/legs/{leg}/unmute", "DELETE " + callsPath + "/{id}/legs/{leg}":
		c, ok := a.opt.Calls.Call(at["id"])
		return ok && isLegOf(c, at["leg"], number)
	}
	return false
}

// named are the parts of a request's path that a pattern names.
func named(pattern string, r *http.Request) map[string]string {
	_, path, _ := strings.Cut(pattern, " ")
	parts := strings.Split(r.URL.EscapedPath(), "/")
	out := map[string]string{}
	for i, name := range strings.Split(path, "/") {
		if name, ok := strings.CutPrefix(name, "{"); ok && i < len(parts) {
			out[strings.TrimSuffix(name, "}")], _ = url.PathUnescape(parts[i])
		}
	}
	return out
}

// takesPart says whether an extension is in a live call.
func (a *API) takesPart(number, id string) bool {
	c, ok := a.opt.Calls.Call(id)
	return ok && isIn(c, number)
}

func isIn(c call.Info, number string) bool {
	return slices.ContainsFunc(c.Legs, func(l call.LegInfo) bool { return isOf(l, number) })
}

func isOf(l call.LegInfo, number string) bool {
	return (l.Kind == call.KindExtension || l.Kind == call.KindBrowser) && l.Number == number && !l.Listens
}

// isLegOf says whether what names a leg in a path names those of an extension
// alone.
func isLegOf(c call.Info, leg, number string) bool {
	found := false
	for _, l := range c.Legs {
		if l.ID != leg && l.Number != leg && l.Name != leg {
			continue
		}
		if !isOf(l, number) {
			return false
		}
		found = true
	}
	return found
}

// tookPart says whether an extension was in a call.
func tookPart(c event.CDR, number string) bool {
	return slices.ContainsFunc(unheard(c).Legs, func(l event.CDRLeg) bool {
		return isOf(call.LegInfo{Kind: call.Kind(l.Kind), Number: l.Number}, number)
	})
}

// withoutListeners takes out who only listens: that is for the admin to see.
func withoutListeners(legs []call.LegInfo) []call.LegInfo {
	return slices.DeleteFunc(legs, func(l call.LegInfo) bool { return l.Listens })
}

// theirsAlone is a call as a person in it sees it.
func theirsAlone(c call.Info) call.Info {
	c = callUTC(c)
	c.Legs = withoutListeners(c.Legs)
	return c
}

// unheard is a record without those who only listened: that is for the admin.
func unheard(c event.CDR) event.CDR {
	c.Legs = slices.DeleteFunc(slices.Clone(c.Legs), func(l event.CDRLeg) bool {
		return slices.ContainsFunc(c.Listeners, func(x event.CDRListener) bool { return x.Leg == l.ID })
	})
	c.Listeners = nil
	return c
}

// around is how much later than a call's party, or earlier, what was recorded of it may
// begin and end: plugins have their own clocks.
const around = 2 * time.Second

// heard returns what says whether an extension talked in a finished call all the time
// between two moments. What others said before and after is not for their ears.
func (a *API) heard(ctx context.Context, number, id string) func(from, to time.Time) bool {
	c, err := a.opt.Records.Call(ctx, id)
	if err != nil {
		return func(_, _ time.Time) bool { return false }
	}
	legs := unheard(c).Legs
	return func(from, to time.Time) bool {
		return slices.ContainsFunc(legs, func(l event.CDRLeg) bool {
			return isOf(call.LegInfo{Kind: call.Kind(l.Kind), Number: l.Number}, number) &&
				l.Answered != nil && !l.Answered.After(from.Add(around)) && !l.Ended.Before(to.Add(-around))
		})
	}
}

// mayHear says whether whoever asks may hear a recording.
func (a *API) mayHear(ctx context.Context, r event.Recording) bool {
	number, ok := person(ctx)
	return !ok || r.Ended != nil && a.heard(ctx, number, r.Call)(r.Began, *r.Ended)
}

// theirs are the live calls that whoever asks may see.
func (a *API) theirs(ctx context.Context) []call.Info {
	all := a.calls()
	if number, ok := person(ctx); ok {
		all = slices.DeleteFunc(all, func(c call.Info) bool { return !isIn(c, number) })
		for i, c := range all { // their own list, of callUTC's making
			all[i].Legs = withoutListeners(c.Legs)
		}
	}
	return all
}

// directory are the extensions as whoever asks may see them: of the others who
// they are and how they stand, not where their devices are or what they set.
func (a *API) directory(ctx context.Context) []Extension {
	all := a.extensions()
	if number, ok := person(ctx); ok {
		for i, e := range all {
			if e.Number != number {
				all[i] = Extension{Number: e.Number, Name: e.Name, State: e.State}
				all[i].Devices, all[i].Set = orEmpty(all[i].Devices), orEmpty(all[i].Set)
			}
		}
	}
	return all
}
