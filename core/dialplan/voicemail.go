package dialplan

import (
	"encoding/json"

	"github.com/plugboard/plugboard/core/config"
)

// VoicemailPlugin is the app that takes messages, and lets people hear them. It
// runs without a block in the configuration.
const VoicemailPlugin = "voicemail"

// Voicemail is a mailbox: callers leave messages there, or with Access hear what
// was left.
type Voicemail struct {
	Name   string
	Number string
	Access bool
	access *Voicemail // where it is listened to
	path   string
	config []byte // for the app
}

// Path implements Destination.
func (v *Voicemail) Path() string { return v.path }

// voicemail makes the two destinations that a mailbox is.
func (p *Plan) voicemail(v *config.Voicemail, timezone string) {
	// The core knows the mailbox; what it does not know of is how to speak of it.
	about, err := json.Marshal(map[string]string{"timezone": timezone})
	if err != nil { // it is a text
		panic(err)
	}
	leave := &Voicemail{Name: v.Name, Number: v.Number, path: v.Path(), config: about}
	listen := &Voicemail{Name: v.Name, Number: v.Number, Access: true, path: v.Access().Path(), config: about}
	leave.access = listen
	p.of[v], p.of[v.Access()] = leave, listen
	p.voicemails = append(p.voicemails, leave, listen)
}

// VoicemailCode is the code by which extensions come to their own mailboxes.
const VoicemailCode = "voicemail"

// mailbox lets an extension listen to its own mailbox.
func (w *Walk) mailbox(e *Extension) Step {
	if e.Voicemail == nil {
		return &End{Cause: NotFound, Text: e.Path() + " has no mailbox: it has no voicemail = voicemail.NAME", Phrase: "You have no mailbox"}
	}
	return w.visit(e.Voicemail.access, Follow{})
}

// MailboxCode is what an extension dials to listen to its own mailbox, "" if it
// has none, or something else has the code.
func (p *Plan) MailboxCode(e *Extension) string {
	if e.Voicemail == nil {
		return ""
	}
	for _, code := range p.codes {
		if code.Name != VoicemailCode {
			continue
		}
		d, _ := p.beforeAll(Facts{From: Party{Extension: e}, To: Callee{Number: code.Code}})
		if of, ok := d.To.(*Feature); ok && of.Name == code.Name {
			return code.Code
		}
	}
	return ""
}

// does is what a trial tells of it.
func (v *Voicemail) does() string {
	if v.Access {
		return "lets the caller hear their messages"
	}
	return "takes a message"
}
