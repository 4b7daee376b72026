package call

import "github.com/plugboard/plugboard/core/dialplan"

// Cause is why a call or a leg ended, or was refused: the dialplan's words.
type Cause = dialplan.Cause

// The causes.
const (
	Normal            = dialplan.Normal
	NotFound          = dialplan.NotFound
	Denied            = dialplan.Denied
	Busy              = dialplan.Busy
	NoAnswer          = dialplan.NoAnswer
	Unavailable       = dialplan.Unavailable
	DoNotDisturb      = dialplan.DoNotDisturb
	Declined          = dialplan.Declined
	NoCodec           = dialplan.NoCodec
	Congestion        = dialplan.Congestion
	PluginLost        = dialplan.PluginLost
	Loop              = dialplan.Loop
	Cancelled         = dialplan.Cancelled
	AnsweredElsewhere = dialplan.AnsweredElsewhere
	Failed            = dialplan.Failed
)
