// Package tool is the contract between the core and a plugin that listens to
// calls: a recorder, a transcriber, a meter. A tool hears every party of a call
// apart, and who it is; it never speaks, and this package has no way to.
//
// The simplest tool is a function, called once for each party (each source) of
// each call that the tool is attached to, which ranges over what that party
// says:
//
//	tool.Each(16000, func(ctx context.Context, s *tool.Source) error {
//		for f := range s.Frames() {
//			measure(s.Speaker.Number, f.Samples)
//		}
//		return nil
//	})
//
// A tool that keeps something for each call, such as a file, implements [Tool]
// and [Session] itself.
//
//	Attach ──▶ Listen (one for each source, at the same time) ──▶ Close
//
// Frames carry the number of their tick, which counts 20 ms and is one count for
// all sources of all calls: two frames with one number were heard at the same
// time. Where no frame has a number, the party was not in the call: on its way
// in, or out, or the core itself was late. A party that is on hold, muted or
// quiet has frames of silence.
//
// A tool that is slow loses frames of its own: neither the call nor another
// source waits for it. The next frame says how many ([Frame].Missed).
//
// If the plugin's process ends in the middle of a call, the call goes on, and
// the next process gets the tool attached again ([Call].Resumed).
package tool

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
)

// Tool listens to calls. One process serves every call of its plugin; Attach is
// called for many at once.
type Tool interface {
	// Rate is that of the frames it is given, in Hz: 8000, 16000, 24000 or
	// 48000. It is asked for each call.
	Rate() int
	// Attach begins to listen to a call. It returns soon: within the deadline
	// of ctx, which is two seconds at most. An error refuses the call, and is
	// shown to people. What the tool has to tell meanwhile it tells by calling
	// tell, which never blocks, until Close has returned.
	Attach(ctx context.Context, c Call, tell func(Event)) (Session, error)
}

// Session is a tool on one call.
type Session interface {
	// Listen is called once for each source, on a goroutine of its own, and
	// ranges over [Source.Frames] until the source ends. A party that comes
	// back, from another call, is another source. The context ends when frames
	// are no longer worth waiting for. An error ends the tool's work on this
	// call ([Lost]); so does a panic.
	Listen(ctx context.Context, s *Source) error
	// Close is called once, after the last Listen has returned. It may take its
	// time, but not beyond ctx; nobody but the tool waits for it.
	Close(ctx context.Context) error
}

// Controlled is a Session that people can tell what to do.
type Controlled interface {
	// Control takes a wish: [Pause], [Resume] or a word of the tool's own. The
	// error says to people why not. It is called beside Listen, and returns
	// soon, as Attach does.
	Control(ctx context.Context, verb string) error
}

// Wishes that every Controlled tool knows.
const (
	Pause  = "pause"
	Resume = "resume"
)

// Transcriber is a Tool that also writes down what is said in a recording, such as
// a message that somebody left.
type Transcriber interface {
	// Transcribe reads the sound to its end (mono at TranscribeRate, 16 bits,
	// little-endian) and returns what was said, a line for each thing; "" if
	// nothing was understood. It may take its time, but not beyond ctx. It is
	// called for several at once.
	Transcribe(ctx context.Context, sound io.Reader) (string, error)
}

// TranscribeRate is that of the sound which a [Transcriber] is given, in Hz.
const TranscribeRate = 16000

// ErrNoTranscriber says that a tool cannot write down recordings.
var ErrNoTranscriber = errors.New("the tool listens to calls, and writes down no recordings")

// Call is what a tool knows of the call that it is attached to.
type Call struct {
	// Attachment is the id of this tool on this call, unique in this core. It
	// stays the same when the plugin's process is replaced.
	Attachment string
	Tool       string // its name on the call, as in the route: "record"

	ID       string    // the call's
	From     string    // the caller's number
	FromName string    // and name, "" if it has none
	To       string    // what was dialled
	Route    string    // that the call took
	Started  time.Time // when the call began

	// Tick is the newest one when the tool was attached, and At when it was due:
	// so the time of every tick is known, see [Call.Time].
	Tick uint64
	At   time.Time

	// Resumed: an earlier process of the plugin had this attachment, and ended.
	Resumed bool
}

// Time is when a tick was due.
func (c Call) Time(tick uint64) time.Time {
	return c.At.Add(time.Duration(int64(tick-c.Tick)) * audio.Tick)
}

// Speaker says who a source is.
type Speaker struct {
	Leg    string    // the leg's id
	Kind   string    // "extension", "trunk", "browser", "app"
	Name   string    // of the extension or trunk in the configuration
	Number string    // of the party
	Since  time.Time // when it came into the call
}

// Frame is 20 ms of a source.
type Frame struct {
	Tick uint64
	// Samples are mono at the tool's rate, full scale ±1; zeros where Silent.
	// They are lent until the next frame, and not to be written to.
	Samples []float32
	Silent  bool
	// Missed is how many frames of this source were lost right before this one,
	// because the tool was slow.
	Missed int
}

// Event is news of a tool on a call.
type Event struct {
	Kind EventKind
	// Text is what the tool does now, in a word ([Changed]: "recording"), or a
	// sentence for people ([Note], [Lost]).
	Text string

	// Ended: what the tool was given, and what it lost because it was slow.
	Frames, Missed uint64
}

// EventKind says what an [Event] tells.
type EventKind int

// The kinds of news.
const (
	// Changed: the tool does something else now. It is shown with the call.
	Changed EventKind = iota + 1
	// Note: something that people should know, and that changes nothing.
	Note
	// Lost: the tool gives this call up.
	Lost
	// Ended: the tool's work on the call is done. The SDK itself tells it.
	Ended
)

// Each is a tool that is a function, called once for each source of each call;
// see [Session.Listen]. rate is [Tool.Rate].
func Each(rate int, listen func(context.Context, *Source) error) Tool {
	return each{rate, listen}
}

type each struct {
	rate   int
	listen func(context.Context, *Source) error
}

// Rate implements [Tool].
func (e each) Rate() int { return e.rate }

// Attach implements [Tool].
func (e each) Attach(context.Context, Call, func(Event)) (Session, error) { return e, nil }

// Listen implements [Session].
func (e each) Listen(ctx context.Context, s *Source) error { return e.listen(ctx, s) }

// Close implements [Session].
func (e each) Close(context.Context) error { return nil }
