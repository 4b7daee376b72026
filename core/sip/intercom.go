package sip

import "github.com/emiago/sipgo/sip"

// byItself are the headers by which a phone answers by itself. There is a
// standard, which few phones know (RFC 5373), and there are two old customs:
// answer-after of Call-Info (Snom, Yealink, Grandstream, Cisco, baresip), and the
// ringing tone that Polycom and others take for it.
func byItself(host string) []sip.Header {
	return []sip.Header{
		sip.NewHeader("Call-Info", "<sip:"+host+">;answer-after=0"),
		sip.NewHeader("Alert-Info", "<http://"+host+">;info=alert-autoanswer;delay=0"),
		sip.NewHeader("Answer-Mode", "Auto"),
	}
}
