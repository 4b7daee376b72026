//go:build e2e

package browser

import (
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// The admin takes up an invitation, somebody else another; they sign out and in again.
// Nothing is wrong on any console.
func TestPeopleSignIn(t *testing.T) {
	p := pbx.Start(t, "127.0.170.1", pbx.Office)
	b := start(t, p, options{})
	for _, who := range []string{"admin", "101"} {
		g := b.open(who, place{Path: "/#invitation=" + p.Invite(who)})
		g.see("heading", "Welcome")
		g.fill("New password", password)
		g.fill("Once more", password)
		g.click("button", "Choose it, and sign in")
		menu := strings.Replace(who, "admin", "Admin", 1) + ": menu"
		g.click("button", menu)
		g.click("menuitem", "Sign out")
		g.fill("Your number, or admin", who)
		g.fill("Password", "not "+password)
		g.click("button", "Sign in")
		g.see("alert", "")
		g.fill("Password", password)
		g.click("button", "Sign in")
		g.see("button", menu)
		var me struct {
			Admin  bool
			Number string
		}
		if status := g.request("GET", "/api/v1/me", nil, &me); status != 200 || me.Admin != (who == "admin") || (!me.Admin && me.Number != who) {
			t.Errorf("%s is %+v: %d", who, me, status)
		}
	}
}
