package call

// Cause is why a call or a leg ended, or was refused: the words that the
// dialplan's reject(cause), the CDR and the API use. Only core/sip turns a
// cause into a status code.
type Cause string

// The causes. Normal is a call that was answered and hung up.
const (
	Normal       Cause = "normal"
	NotFound     Cause = "not_found"
	Denied       Cause = "denied"
	Busy         Cause = "busy"
	NoAnswer     Cause = "no_answer"
	Unavailable  Cause = "unavailable"
	DoNotDisturb Cause = "do_not_disturb"
	Declined     Cause = "declined"
	NoCodec      Cause = "no_codec"
	Congestion   Cause = "congestion"
	PluginLost   Cause = "plugin_lost"
	Loop         Cause = "loop"
	Cancelled    Cause = "cancelled"
	// AnsweredElsewhere ends the losers of a fork.
	AnsweredElsewhere Cause = "answered_elsewhere"
	// Failed is an error of this switch, or a far side that broke the protocol.
	Failed Cause = "failed"
)
