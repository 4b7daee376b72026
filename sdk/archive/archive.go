// Package archive is what the core keeps for plugins: the list of recordings, and
// the transcripts of calls. A plugin owns no database.
//
// A plugin that needs it sets Run of its sdk.Plugin, which is given an [Archive].
package archive

import (
	"context"
	"time"
)

// Archive is the core, as a plugin that makes something asks it. Its methods are safe for use by many
// goroutines; an error is the core's word, or that it does not answer.
type Archive interface {
	// Recordings is the directory in which recordings are kept: those of all
	// plugins, each file readable by its owner alone. It exists.
	Recordings() string
	// Recording puts a recording into the core's list, or changes what that
	// knows of it.
	Recording(context.Context, Recording) error
	// RecordingGone takes one out of the list. Its files are gone already.
	RecordingGone(ctx context.Context, id string) error
	// Utterance tells what somebody says, or has said. One that is final goes into
	// its call's transcript; one that is not is only told to whoever listens. Two
	// with the same call, leg and Began are the same.
	Utterance(context.Context, Utterance) error
}

// Recording is one of a call.
type Recording struct {
	ID    string // unique among all: "5f0c…", "5f0c…-2"
	Call  string // the call's id
	From  string // its caller's number
	To    string // what was dialled
	Route string

	Began time.Time
	Ended time.Time     // zero: it goes on
	Lasts time.Duration // of sound

	// File is its name in the directory of recordings; "" while it goes on.
	File     string
	Format   string // "wav", "flac", "opus"
	Bytes    int64
	Channels []string // what is on each: a speaker's number or name, "mixed"

	// Incomplete says, for people, why something is missing; "" if nothing is.
	Incomplete string
}

// Utterance is what a party says without a longer pause.
type Utterance struct {
	Call   string // the call's id
	Leg    string // who says it: the leg's id,
	Name   string // its name in the configuration
	Number string // and its number

	Began time.Time
	Ended time.Time // zero: the party still speaks
	Text  string    // as far as it is known

	// Final: the text does not change any more.
	Final bool
	// Missing says, for people, why a final one has no text; "" if it has one, or
	// nothing was understood.
	Missing string
	// Lag is how long after it was said the text was there.
	Lag time.Duration
}
