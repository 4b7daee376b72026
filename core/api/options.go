package api

import (
	"context"
	"net/http"
	"net/netip"
	"os"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/plugboard/plugboard/core/browser"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/registrar"
	"github.com/plugboard/plugboard/core/signin"
	"github.com/plugboard/plugboard/core/trace"
	"github.com/plugboard/plugboard/sdk/event"
)

// Options are what the API is made of. Each function is asked anew for every
// request, so after a reload it answers from the new configuration. All of
// them are called from many goroutines at once.
type Options struct {
	// Token is the admin token. Never empty.
	Token string
	// Trusted is who is believed; [API.Trust] changes it.
	Trusted Trusted
	// SignIn knows who may sign in with a password. Nil: only who holds the token may ask.
	SignIn *signin.Desk
	// Browsers are the phones in people's browsers.
	Browsers *browser.Phones
	// Pushes wake them. Nil: nothing does.
	Pushes *browser.Pusher
	// ICEServers are told to a page of an extension, or with "" of the admin. Nil: none.
	ICEServers func(number string) []ICEServer
	// SIP takes what comes to /sip to speak SIP over a WebSocket (RFC 7118). Nil: nobody does.
	SIP     http.Handler
	Version string
	Started time.Time
	Log     hclog.Logger

	Calls Calls
	// Acts are what is done to live calls, and Meetings to conferences.
	Acts     Acts
	Meetings Meetings
	// Conferences lists all that are configured, and who is in them.
	Conferences func() []call.Conference
	// Originate rings an extension and then dials for it. It returns the
	// call's id; a refusal is a [*call.Error].
	Originate func(o call.Origination, by call.Actor) (string, error)
	// Listen rings an extension, which hears a live call and is not heard. It
	// returns the id of the call that rings; a refusal is a [*call.Error].
	Listen func(call, extension string, by call.Actor) (string, error)
	// Dump begins to write what a leg says and hears into a file, whose path
	// it returns; a refusal is a [*call.Error].
	Dump       func(call, leg string, d time.Duration) (path string, err error)
	Extensions func() []Extension
	// SetExtension sets some of what becomes of an extension's calls, all or
	// nothing, by the names of dialplan's settings; "" gives one back to the
	// configuration. A refusal is a [*call.Error].
	SetExtension func(number string, settings map[string]string, by call.Actor) (Extension, error)
	// Parked are the calls that wait in a slot, and Park parks a party of a live
	// call; it returns the slot. A refusal is a [*call.Error].
	Parked func() []event.Park
	Park   func(call string, w call.Park, by call.Actor) (slot string, err error)
	// Queues are the queues, by name. Agent does something for an agent of one, by the
	// agent's number: [AgentLogin] and the like. A refusal is a [*call.Error].
	Queues func() []call.QueueInfo
	Agent  func(queue, number, act string, by call.Actor) error
	// Features are the codes that extensions can dial.
	Features  func() []Feature
	Schedules func() []Schedule
	// SwitchSchedule switches one by hand, or with nil gives it back to its hours.
	// A refusal is a [*call.Error].
	SwitchSchedule func(name string, open *bool, by call.Actor) (Schedule, error)
	Prompts        Prompts
	// TryMail sends a test to an address; the error says to people why not.
	TryMail func(ctx context.Context, to string) (MailTried, error)
	// Account is what a phone needs to register as an extension.
	Account func(number string) (Account, bool)
	Trunks  func() []Trunk
	Plugins func() []Plugin
	// UpgradePlugin starts a plugin's file anew, for new calls. A refusal is a
	// [*call.Error] or a busy [*ConfigError]; else the error says why the new process
	// did not come up.
	UpgradePlugin func(ctx context.Context, name string) (Plugin, error)
	// PluginLog follows what a plugin logs; the error says that there is none.
	PluginLog func(name string) (PluginLog, error)
	// Explain tells where a call would go; an error says what is wrong with the
	// question.
	Explain func(dialplan.Question) (dialplan.Explanation, error)
	Reloads Reloads
	Files   ConfigFiles
	// Logs keeps the last lines of the daemon's log.
	Logs *Logs
	// Unready says what is missing before calls can be served: "plugin
	// leg-rtp is starting". Empty: ready.
	Unready func() []string
	// Warnings say what is wrong although calls are served: "call records
	// are not written".
	Warnings func() []string

	Tools Tools
	// Recorder is the plugin that records calls on demand.
	Recorder   string
	Recordings Recordings
	Voicemail  Voicemail
	// Transcripts are what was said in calls.
	Transcripts Transcripts
	// OpenRecording opens the file of a finished recording, DeleteRecording
	// removes it and all that belongs to it.
	OpenRecording   func(event.Recording) (*os.File, error)
	DeleteRecording func(context.Context, event.Recording) error

	Records Records
	// Normalize is a number as dialled, in the form that records have.
	Normalize func(string) string

	Trace *trace.Book
	// Own is our address as a far side sees it, for captures of sockets that
	// are bound to all of them.
	Own    func(remote netip.Addr) netip.Addr
	Events *Broadcaster
	// Metrics is what /metrics shows; [NewMetrics] makes one.
	Metrics prometheus.Gatherer
	// Page serves what is not the API: "/". Nil: nothing.
	Page http.Handler
}

// Calls are the live calls: a [*call.Switch].
type Calls interface {
	// Calls lists them in the order in which they started.
	Calls() []call.Info
	// Call is one of them.
	Call(id string) (call.Info, bool)
	// Hangup ends one; [call.NotFound] in a [*call.Error] if there is none.
	Hangup(id string, cause call.Cause, by call.Actor) error
}

// Acts are what can be done to live calls: a [*call.Switch]. A leg is named by
// its id, or by the number or name of its party. A refusal is a [*call.Error].
type Acts interface {
	Hold(call, leg string, by call.Actor) error
	Resume(call, leg string, by call.Actor) error
	Mute(call, leg string, on bool, by call.Actor) error
	DTMF(call, leg, digits string, by call.Actor) error
	// Kick ends one leg; act is how that is told.
	Kick(call, leg, act string, cause call.Cause, by call.Actor) error
	Join(into, from string, by call.Actor) error
	Transfer(call string, t call.Transfer, by call.Actor) error
	// Add returns the id of the call that rings who is added.
	Add(call string, a call.Addition, by call.Actor) (string, error)
}

// Meetings are the conferences that somebody is in: a [*call.Switch].
type Meetings interface {
	Lock(conference string, on bool, by call.Actor) error
	// InConference finds a party: the call and the leg.
	InConference(conference, leg string) (call, id string, err error)
}

// Status is the switch at a glance.
type Status struct {
	Version    string    `json:"version"`
	Revision   string    `json:"revision" doc:"of the configuration in force"`
	Applied    time.Time `json:"applied" doc:"when it came into force"`
	Started    time.Time `json:"started"`
	Ready      bool      `json:"ready"`
	Reasons    []string  `json:"reasons" nullable:"false" doc:"why it is not ready"`
	Warnings   []string  `json:"warnings" nullable:"false" doc:"what is wrong although calls are served"`
	Calls      int       `json:"calls" doc:"live calls"`
	Extensions int       `json:"extensions"`
	Registered int       `json:"registered" doc:"extensions with at least one device"`
	Trunks     int       `json:"trunks"`
	TrunksUp   int       `json:"trunks_up" doc:"trunks in state registered or up"`
	Plugins    int       `json:"plugins"`
	PluginsUp  int       `json:"plugins_up" doc:"plugins in state up"`
}

// Extension is a person or a room, and the devices that ring for it.
type Extension struct {
	Number string `json:"number"`
	Name   string `json:"name"`
	// State is [Registered], [Unregistered], or that of its live call:
	// "ringing", "up".
	State   string             `json:"state" doc:"unregistered, registered, ringing or up"`
	Devices []registrar.Device `json:"devices" nullable:"false"`
	// RecordOnDemand: the code of features.record is for it.
	RecordOnDemand bool `json:"record_on_demand" doc:"it may have its calls recorded, by a code that it presses"`
	dialplan.Standing
}

// Feature is what extensions do by dialling a code.
type Feature struct {
	Name  string `json:"name" doc:"features.NAME, or schedule.NAME for a schedule that is switched by a code" example:"features.forward_always"`
	Code  string `json:"code" example:"*72"`
	Takes string `json:"takes" doc:"what is dialled after the code; empty: nothing" example:"NUMBER"`
	Does  string `json:"does" doc:"for people"`
}

// Schedule is when a place is open, and whether somebody has switched it.
type Schedule struct {
	Name     string `json:"name"`
	Open     bool   `json:"open" doc:"whether it is open now"`
	Override *bool  `json:"override" doc:"true: open by hand; false: closed by hand; null: it follows its hours"`
	Code     string `json:"code" doc:"what an extension dials to switch it; empty: nothing"`
}

// Account is what a phone needs to register as an extension.
type Account struct {
	Number   string   `json:"number"`
	Name     string   `json:"name"`
	Username string   `json:"username"`
	Secret   string   `json:"secret"`
	Domain   string   `json:"domain" doc:"the SIP domain, also the digest realm"`
	Servers  []string `json:"servers" nullable:"false" doc:"where to register: sip:192.0.2.1:5060;transport=udp"`
	State    string   `json:"state"`
	// Devices are those that are registered now.
	Devices []registrar.Device `json:"devices" nullable:"false"`
}

// Trunk is a provider.
type Trunk struct {
	Name   string    `json:"name"`
	State  string    `json:"state" doc:"registered, up, registering, down, failed or unknown"`
	Reason string    `json:"reason"`
	Since  time.Time `json:"since"`
	Public string    `json:"public,omitempty" doc:"where its peer sees this PBX, IP:port"`
	// Until is when its registration ends unless it is refreshed.
	Until *time.Time `json:"until,omitempty" doc:"when the registration ends, unless it is refreshed; missing where there is none"`
}

// Plugin is a plugin and its process.
type Plugin struct {
	Name              string   `json:"name"`
	Kind              string   `json:"kind" doc:"leg, tool, tts or app"`
	Version           string   `json:"version"`
	PID               int      `json:"pid" doc:"0 if there is no process"`
	State             string   `json:"state" doc:"starting, up, waiting (it ended and is started again soon), failed, leaving (replaced or removed: it stays for its open legs, and its name has a number behind it) or stopped"`
	Restarts          uint64   `json:"restarts"`
	FrameLatencyP99Ms *float64 `json:"frame_latency_p99_ms" doc:"null until it is measured"`
	Legs              int      `json:"legs" doc:"open legs"`
	Calls             int      `json:"calls,omitempty" doc:"that it listens to, as a tool"`
	Missed            uint64   `json:"frames_missed,omitempty" doc:"frames of calls that it lost because it was slow"`
	Reason            string   `json:"reason" doc:"why it is not up"`
}

// States of extensions, trunks and plugins that are counted as good.
const (
	Registered   = "registered"
	Unregistered = "unregistered"
	Up           = "up"
	Leaving      = "leaving" // a plugin: see [Plugin]
)
