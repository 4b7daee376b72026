package sip

import (
	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/call"
)

// statusOf is what a caller gets whose call ends with a cause before it was
// answered.
func statusOf(c call.Cause) int {
	switch c {
	case call.NotFound:
		return sip.StatusNotFound
	case call.Denied:
		return sip.StatusForbidden
	case call.Busy:
		return sip.StatusBusyHere
	case call.NoAnswer, call.Unavailable, call.DoNotDisturb, call.Normal, call.AnsweredElsewhere:
		return sip.StatusTemporarilyUnavailable
	case call.Declined:
		return sip.StatusGlobalDecline
	case call.NoCodec:
		return sip.StatusNotAcceptableHere
	case call.Congestion:
		return sip.StatusServiceUnavailable
	case call.Loop:
		return sip.StatusLoopDetected
	case call.Cancelled:
		return sip.StatusRequestTerminated
	case call.PluginLost, call.Failed:
		return sip.StatusInternalServerError
	}
	return sip.StatusInternalServerError
}

// q850 is the cause value of a Reason header (RFC 3326, ITU-T Q.850).
func q850(c call.Cause) string {
	switch c {
	case call.Normal, call.Cancelled, call.AnsweredElsewhere:
		return `Q.850;cause=16;text="Normal call clearing"`
	case call.NotFound:
		return `Q.850;cause=1;text="Unallocated number"`
	case call.Denied, call.Declined:
		return `Q.850;cause=21;text="Call rejected"`
	case call.Busy:
		return `Q.850;cause=17;text="User busy"`
	case call.NoAnswer:
		return `Q.850;cause=19;text="No answer from user"`
	case call.Unavailable, call.DoNotDisturb:
		return `Q.850;cause=20;text="Subscriber absent"`
	case call.NoCodec:
		return `Q.850;cause=88;text="Incompatible destination"`
	case call.Congestion:
		return `Q.850;cause=34;text="No circuit available"`
	case call.Loop:
		return `Q.850;cause=25;text="Exchange routing error"`
	case call.PluginLost, call.Failed:
		return `Q.850;cause=41;text="Temporary failure"`
	}
	return `Q.850;cause=31;text="Normal, unspecified"`
}

// reasonOf is the usual reason phrase of a status (RFC 3261 §21).
func reasonOf(status int) string {
	switch status {
	case 100:
		return "Trying"
	case 180:
		return "Ringing"
	case 181:
		return "Call Is Being Forwarded"
	case 182:
		return "Queued"
	case 183:
		return "Session Progress"
	case 200:
		return "OK"
	case 202:
		return "Accepted"
	case 400:
		return "Bad Request"
	case 401:
		return "Unauthorized"
	case 403:
		return "Forbidden"
	case 404:
		return "Not Found"
	case 405:
		return "Method Not Allowed"
	case 406:
		return "Not Acceptable"
	case 413:
		return "Request Entity Too Large"
	case 415:
		return "Unsupported Media Type"
	case 416:
		return "Unsupported URI Scheme"
	case 420:
		return "Bad Extension"
	case 422:
		return "Session Interval Too Small"
	case 423:
		return "Interval Too Brief"
	case 480:
		return "Temporarily Unavailable"
	case 481:
		return "Call/Transaction Does Not Exist"
	case 482:
		return "Loop Detected"
	case 483:
		return "Too Many Hops"
	case 486:
		return "Busy Here"
	case 487:
		return "Request Terminated"
	case 488:
		return "Not Acceptable Here"
	case 489:
		return "Bad Event"
	case 491:
		return "Request Pending"
	case 500:
		return "Server Internal Error"
	case 501:
		return "Not Implemented"
	case 503:
		return "Service Unavailable"
	case 504:
		return "Server Time-out"
	case 505:
		return "Version Not Supported"
	case 513:
		return "Message Too Large"
	case 603:
		return "Decline"
	}
	return "Refused"
}
