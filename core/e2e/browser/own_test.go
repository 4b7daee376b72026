//go:build e2e

package browser

import (
	"os"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// A page of one's own, made of what docs/browser.md shows, calls a desk phone, is
// called by it, answers, and declines.
func TestAPageOfOnesOwn(t *testing.T) {
	text, err := os.ReadFile("../../../docs/browser.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```js\n")
	shown, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("docs/browser.md shows no page")
	}
	p := pbx.Start(t, "127.0.175.1", staff)
	said := microphone(70)
	b := start(t, p, options{microphone: said, script: "own.mjs"})
	g := b.signIn("own", "102", place{Path: "/healthz"})
	g.do("serve", map[string]any{"path": "/own.js", "script": shown}, nil)
	g.evaluate("async () => { globalThis.own = await import('/own.js'); own.listen((r) => tell('ring', { text: r.call })) }", nil, nil)
	p.Registered("102")
	desk, saidDesk := p.Phone(3, "udp", "pcmu", true)

	g.evaluate("() => own.dial('103').then(() => {})", nil, nil)
	desk.Wait("CALL_ESTABLISHED")
	g.hears(saidDesk)
	desk.Hangup()
	desk.Wait("CALL_CLOSED")
	p.Calls(0)
	b.heardBy(desk, said)

	desk.Dial("102")
	call := g.wait("ring").Text
	g.evaluate("(call) => own.answer(call)", call, nil)
	desk.Wait("CALL_ESTABLISHED")
	desk.Hangup()
	desk.Wait("CALL_CLOSED")
	p.Calls(0)

	desk.Dial("102")
	call = g.wait("ring").Text
	g.evaluate("(call) => own.decline(call)", call, nil)
	if e := desk.Wait("CALL_CLOSED"); !strings.Contains(e.Param, "486") && !strings.Contains(e.Param, "Busy") {
		t.Errorf("a call that is declined ends with %q", e.Param)
	}
	p.Calls(0)
}
