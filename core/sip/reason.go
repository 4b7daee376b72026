package sip

import (
	"mime"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/call"
)

// maxReason is how many bytes the text of a reason may have that is passed on.
const maxReason = 100

// reasonsIn is what a message says of why it ends a call, as the other side of
// the call is told (RFC 3326): of each protocol that people build by the first
// value, written anew. It is "" if it says nothing that can be read.
func reasonsIn(msg interface{ Headers() []sip.Header }) string {
	var sipReason, q850Reason string
	for _, v := range splitList(header(msg, "Reason")) {
		protocol, params, err := mime.ParseMediaType(v)
		code, bad := strconv.Atoi(params["cause"])
		switch {
		case err != nil || bad != nil:
		case protocol == "sip" && sipReason == "" && code >= 100 && code <= 699:
			sipReason = reason("SIP", code, params["text"])
		case protocol == "q.850" && q850Reason == "" && code >= 0 && code <= 127:
			q850Reason = reason("Q.850", code, params["text"])
		}
	}
	return joined(q850Reason, sipReason)
}

func reason(protocol string, code int, text string) string {
	value := protocol + ";cause=" + strconv.Itoa(code)
	if text = strings.TrimSpace(oneLine(text, maxReason)); text != "" {
		value += `;text="` + quoted(text) + `"`
	}
	return value
}

// joined is a list of those that are not empty.
func joined(values ...string) string {
	list := ""
	for _, v := range values {
		if list != "" && v != "" {
			list += ", "
		}
		list += v
	}
	return list
}

// reasonOfEnd is the Reason header of a BYE, or of a response that refuses: what
// the other side of the call gave, with a cause of telephony (ITU-T Q.850) if it had
// none.
func reasonOfEnd(e call.End) string {
	if strings.Contains(e.Reason, "Q.850;") {
		return e.Reason
	}
	return joined(q850(e.Cause), e.Reason)
}

// cancelReason is the Reason header of a CANCEL: a phone that hears that
// somebody else answered, here or before the call came here, does not show a
// missed call (RFC 3326 §2).
func cancelReason(e call.End) string {
	if e.Cause == call.AnsweredElsewhere {
		return `SIP;cause=200;text="Call completed elsewhere"`
	}
	return e.Reason
}
