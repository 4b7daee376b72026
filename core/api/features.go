package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/plugboard/plugboard/core/dialplan"
)

// asConfigured gives a setting back to the configuration.
const asConfigured = "default"

// extensionChange is what of an extension shall change; what is missing stays.
type extensionChange struct {
	DoNotDisturb    *string `json:"do_not_disturb,omitempty" enum:"on,off,default" doc:"default: as the configuration says"`
	CallWaiting     *string `json:"call_waiting,omitempty" enum:"on,off,default"`
	ForwardAlways   *string `json:"forward_always,omitempty" minLength:"1" maxLength:"64" doc:"a number that the extension may dial, off, or default" example:"102"`
	ForwardBusy     *string `json:"forward_busy,omitempty" minLength:"1" maxLength:"64" doc:"a number that the extension may dial, or default" example:"102"`
	ForwardNoAnswer *string `json:"forward_no_answer,omitempty" minLength:"1" maxLength:"64" doc:"a number that the extension may dial, or default" example:"102"`
}

// settings are the changes by the names of the dialplan.
func (c extensionChange) settings() map[string]string {
	out := map[string]string{}
	for name, value := range map[string]*string{
		dialplan.DoNotDisturbSetting: c.DoNotDisturb, dialplan.CallWaitingSetting: c.CallWaiting,
		dialplan.ForwardAlwaysSetting: c.ForwardAlways, dialplan.ForwardBusySetting: c.ForwardBusy, dialplan.ForwardNoAnswerSetting: c.ForwardNoAnswer,
	} {
		switch {
		case value == nil:
		case *value == asConfigured:
			out[name] = ""
		default:
			out[name] = *value
		}
	}
	return out
}

func (a *API) registerFeatures(h huma.API) {
	const features, schedules = "/api/v1/features", "/api/v1/schedules"

	huma.Register(h, huma.Operation{
		OperationID: "list-features", Method: http.MethodGet, Path: features, Summary: "The codes that extensions can dial", Tags: []string{"extensions"},
	}, func(_ context.Context, in *paging) (*list[Feature], error) {
		return page(features, *in, orEmpty(a.opt.Features()), func(f Feature) string { return f.Name }), nil
	})

	type changed struct{ Body Extension }
	huma.Register(h, huma.Operation{
		OperationID: "set-extension", Method: http.MethodPatch, Path: "/api/v1/extensions/{number}", Summary: "Set what becomes of an extension's calls",
		Description: "As its phone would by a feature code. It holds for calls that come from now on, and over restarts, until somebody sets it anew. All of it is set, or nothing.",
		Tags:        []string{"extensions"}, MaxBodyBytes: 4 << 10,
		Errors: []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity},
	}, func(ctx context.Context, in *struct {
		Number string `path:"number" maxLength:"64"`
		Body   extensionChange
	}) (*changed, error) {
		e, err := a.opt.SetExtension(in.Number, in.Body.settings(), actor(ctx))
		if err != nil {
			return nil, refused(err)
		}
		e.Devices, e.Set, e.LoggedOut = orEmpty(e.Devices), orEmpty(e.Set), orEmpty(e.LoggedOut)
		return &changed{e}, nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "list-schedules", Method: http.MethodGet, Path: schedules, Summary: "Schedules, and whether they are open", Tags: []string{"schedules"},
	}, func(_ context.Context, in *paging) (*list[Schedule], error) {
		return page(schedules, *in, orEmpty(a.opt.Schedules()), func(s Schedule) string { return s.Name }), nil
	})

	type switched struct{ Body Schedule }
	huma.Register(h, huma.Operation{
		OperationID: "switch-schedule", Method: http.MethodPatch, Path: schedules + "/{name}", Summary: "Switch a schedule by hand",
		Description: "It holds over restarts, until somebody switches it back to its hours.",
		Tags:        []string{"schedules"}, MaxBodyBytes: 4 << 10, Errors: []int{http.StatusNotFound, http.StatusUnprocessableEntity},
	}, func(ctx context.Context, in *struct {
		Name string `path:"name" maxLength:"64"`
		Body struct {
			State string `json:"state" enum:"open,closed,hours" doc:"hours: by its hours again"`
		}
	}) (*switched, error) {
		var open *bool
		if is := in.Body.State == "open"; in.Body.State != "hours" {
			open = &is
		}
		s, err := a.opt.SwitchSchedule(in.Name, open, actor(ctx))
		if err != nil {
			return nil, refused(err)
		}
		return &switched{s}, nil
	})
}
