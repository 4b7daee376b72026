package daemon

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/plugin"
	"github.com/plugboard/plugboard/sdk/event"
)

// LegPlugin carries the media of phones and trunks. It runs without a block
// in the configuration.
const LegPlugin = "leg-rtp"

// SpeechPlugin speaks where no other plugin does. It runs without a block in the
// configuration if that has something to say.
const SpeechPlugin = "tts-command"

func (d *Daemon) startPlugins(ctx context.Context) error {
	recordings, err := d.makeRecordings()
	if err != nil {
		d.log.Error("the directory of recordings cannot be made: nothing is recorded", "error", err)
	}
	d.plugins = plugin.New(plugin.Options{
		Keeper: keeper{d}, Recordings: recordings,
		Log: d.log.Named("plugin"), Version: d.opt.Version, Launch: d.opt.World.Launcher,
		Address: mediaAddress(d.cfg()), Ports: rtpPorts(d.cfg()),
		Listen: d.opt.World.ListenRTP, Prompts: asked{d}, Mailboxes: d.Mailboxes.For,
		Arrived: d.arrived,
		Changed: func(i plugin.Info) {
			d.emit(event.Event{Time: time.Now(), Type: "plugin.changed", Data: apiPlugin(i)})
		},
	})
	d.later(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		d.plugins.Close(ctx)
	})
	d.clock.OnTick(d.plugins.Ring)
	list, err := d.specs(d.now())
	if err != nil {
		return err
	}
	err = d.plugins.Start(ctx, list)
	for _, m := range d.cfg().Misused(d.plugins.Kinds()) { // its calls go where their routes say
		d.log.Error("in the configuration: "+m.Summary, "at", m.Subject.String(), "detail", m.Detail)
	}
	return err
}

// Specs are the configured plugins, and the bundled ones that SIP, speech, menus and
// flows, mailboxes, and recorded routes need.
func Specs(c *config.Config) ([]plugin.Spec, error) {
	var list []plugin.Spec
	for _, p := range c.Plugins {
		s := plugin.Spec{Name: p.Name, Path: p.Path, SHA256: p.SHA256, Args: p.Args, Env: p.Env, Delay: p.Restart.Delay, MaxDelay: p.Restart.MaxDelay}
		if !strings.ContainsRune(p.Path, filepath.Separator) {
			s.Dir = c.PBX.PluginDir
		}
		if !p.Config.IsNull() {
			text, err := ctyjson.Marshal(p.Config, p.Config.Type())
			if err != nil {
				return nil, fmt.Errorf("config of plugin %q: %w", p.Name, err)
			}
			if err := json.Unmarshal(text, &s.Config); err != nil {
				return nil, fmt.Errorf("config of plugin %q: %w", p.Name, err)
			}
		}
		list = append(list, s)
	}
	has := func(name string) bool {
		return slices.ContainsFunc(list, func(s plugin.Spec) bool { return s.Name == name })
	}
	if !has(LegPlugin) {
		list = append(list, plugin.Spec{Name: LegPlugin, Path: LegPlugin})
	}
	if !has(dialplan.StepPlugin) && steps(c) {
		list = append(list, plugin.Spec{Name: dialplan.StepPlugin, Path: dialplan.StepPlugin})
	}
	if !has(TranscriptPlugin) && transcribes(c) {
		list = append(list, plugin.Spec{Name: TranscriptPlugin, Path: TranscriptPlugin})
	}
	if !has(dialplan.VoicemailPlugin) && len(c.Voicemails) > 0 {
		list = append(list, plugin.Spec{Name: dialplan.VoicemailPlugin, Path: dialplan.VoicemailPlugin})
	}
	if !has(dialplan.Recorder) && records(c) {
		list = append(list, plugin.Spec{Name: dialplan.Recorder, Path: dialplan.Recorder})
	}
	if c.Speaks() && !has(SpeechPlugin) {
		list = append(list, plugin.Spec{Name: SpeechPlugin, Path: SpeechPlugin})
	}
	return list, nil
}

// records says whether the bundled plugin has calls to record: of a route that
// names no other, of an extension that may wish it, or of a conference.
func records(c *config.Config) bool {
	if slices.ContainsFunc(c.Conferences, func(m *config.Conference) bool { return m.Record }) {
		return true
	}
	if slices.ContainsFunc(c.Extensions, func(e *config.Extension) bool { return e.RecordOnDemand }) {
		return true
	}
	for _, d := range c.Dialplans {
		for _, r := range d.Routes {
			if r.Record != nil && r.Record.Plugin == "" {
				return true
			}
		}
	}
	return false
}

// steps reports whether anything needs the plugin that asks callers for keys.
func steps(c *config.Config) bool {
	return len(c.Menus)+len(c.Flows) > 0 || slices.ContainsFunc(c.Conferences, func(m *config.Conference) bool { return m.PIN != "" })
}

// Bundled is the folder of the plugins that come with Plugboard: "plugins"
// beside the executable.
func Bundled() string {
	exe, err := os.Executable()
	if err != nil {
		return "plugins"
	}
	if real, err := filepath.EvalSymlinks(exe); err == nil {
		exe = real
	}
	return filepath.Join(filepath.Dir(exe), "plugins")
}

// specs are the plugins of a configuration; browsers' sound is carried where
// there is a page.
func (d *Daemon) specs(s *snapshot) ([]plugin.Spec, error) {
	list, err := Specs(s.cfg)
	if err != nil || d.opt.World.NoWeb || slices.ContainsFunc(list, func(s plugin.Spec) bool { return s.Name == WebRTCPlugin }) {
		return list, err
	}
	return append(list, plugin.Spec{Name: WebRTCPlugin, Path: WebRTCPlugin, Config: webRTCConfig(s.cfg, s.relay)}), nil
}
