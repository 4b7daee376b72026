package sip

import (
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/presence"
)

// lamp tells those who watch an extension how its dialog with us stands. A
// phone that was asked and has not rung yet is in none for them.
func (l *Leg) lamp() {
	if l.dlg.aor == "" {
		return
	}
	d := presence.Dialog{
		ID: l.id, CallID: l.dlg.callID, LocalTag: l.dlg.remoteTag, RemoteTag: l.dlg.localTag,
		Initiator: l.incoming, Phase: l.phase(), Remote: l.shown,
	}
	if d.Phase == presence.Confirmed {
		l.mu.Lock()
		d.Held = l.info.Held
		l.mu.Unlock()
	}
	l.srv.opts.Lamps.Dialog(l.dlg.aor, d)
}

// phase is where the dialog stands for those who watch.
func (l *Leg) phase() presence.Phase {
	if l.told {
		return presence.Terminated
	}
	switch l.state {
	case offered:
		if l.rang {
			return presence.Early
		}
		return presence.Trying
	case answering, up:
		return presence.Confirmed
	case ringing:
		if l.rang || l.session.remote != nil {
			return presence.Early
		}
	case calling, leaving, cancelling, over:
	}
	return presence.Terminated
}

// shownAs is a party as a phone shows it, and so does its lamp.
func shownAs(p dialplan.Party) presence.Party {
	return presence.Party{Number: p.Number, Name: displayed(p.Shown()), Hidden: p.Hidden()}
}
