package calltest

import (
	"context"
	"errors"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/daemon"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/plugin"
	"github.com/plugboard/plugboard/plugins/ivr/steps"
	"github.com/plugboard/plugboard/plugins/recorder/recording"
	"github.com/plugboard/plugboard/plugins/script/double"
	"github.com/plugboard/plugboard/plugins/transcriber/transcribing"
	"github.com/plugboard/plugboard/plugins/voicemail/answering"
	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/leg/rtpleg"
	"github.com/plugboard/plugboard/sdk/tts"
)

// launcher starts plugins, unless they are broken.
type launcher struct{ w *World }

// Launch implements plugin.Launcher.
func (l launcher) Launch(ctx context.Context, s plugin.Spec, log hclog.Logger) (plugin.Process, error) {
	if l.w.Broken.Load() {
		return nil, &plugin.Misfit{Text: "broken by the test"}
	}
	// As with processes, two lives have nothing in common.
	m := plugin.Memory{
		daemon.LegPlugin:    sdk.Plugin{Name: daemon.LegPlugin, Version: "test", Leg: rtpleg.New()},
		daemon.WebRTCPlugin: sdk.Plugin{Name: daemon.WebRTCPlugin, Version: "test", Leg: webLegs{rtpleg.New()}},
	}
	m[dialplan.VoicemailPlugin] = sdk.Plugin{Name: dialplan.VoicemailPlugin, Version: "test", App: app.Func(answering.Run)}
	if len(l.w.voices) == 0 {
		m[daemon.SpeechPlugin] = sdk.Plugin{Name: daemon.SpeechPlugin, Version: "test", TTS: mute{}}
	}
	for name, a := range l.w.apps {
		m[name] = sdk.Plugin{Name: name, Version: "test", App: a}
	}
	for name, make := range l.w.own {
		m[name] = make(l.w)
	}
	if s.Name == dialplan.Recorder {
		r := recording.New()
		m[s.Name] = sdk.Plugin{Name: s.Name, Version: "test", Tool: r, Run: r.Run, Config: recording.Attributes(), Configure: r.Configure}
	}
	if s.Name == "transcriber" {
		t := transcribing.New()
		t.Open = func(context.Context) (transcribing.Engine, error) { return new(toneEngine), nil }
		m[s.Name] = sdk.Plugin{Name: s.Name, Version: "test", Tool: t, Run: t.Run, Config: transcribing.Attributes(), Configure: t.Configure}
	}
	i := new(steps.IVR)
	m[dialplan.StepPlugin] = sdk.Plugin{Name: dialplan.StepPlugin, Version: "test", App: app.Func(i.Serve), Run: i.Run}
	if s.Path == "script" {
		m[s.Name] = double.New("1.0.0", func() { _ = l.w.PBX.KillPlugin(s.Name) }) // it may have ended already
	}
	for name, e := range l.w.voices {
		m[name] = sdk.Plugin{Name: name, Version: "test", TTS: e}
	}
	return m.Launch(ctx, s, log)
}

// mute is the voice of a test that does not listen to any.
type mute struct{}

// Speak implements [tts.Engine].
func (mute) Speak(context.Context, tts.Request, tts.Out) error {
	return errors.New("nobody speaks in this test")
}
