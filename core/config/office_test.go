package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Every block of the language becomes the values that it says.
func TestWholeOffice(t *testing.T) {
	cfg, diags := Load("../dialplan/testdata/language.hcl", Options{})
	if len(diags) > 0 {
		t.Fatal(said(t, cfg, diags))
	}
	file := func(name string) string { return filepath.Join(cfg.Dir, name) }
	web, first, reserve := cfg.Web, cfg.Trunks[0], cfg.Trunks[1]
	box, queue, park, menu, flow := cfg.Voicemails[0], cfg.Queues[0], cfg.Parks[0], cfg.Menus[0], cfg.Flows[0]
	anna, boss, schedule, pstn := cfg.Extensions[0], cfg.Extensions[2], cfg.Schedules[0], cfg.Failovers[0]
	inbound, test := cfg.Dialplans[0].Routes[0], cfg.Tests[1]
	paths := func(list ...Destination) (out []string) {
		for _, d := range list {
			out = append(out, d.Path())
		}
		return out
	}
	for _, c := range []struct{ what, got, want string }{
		{"language", cfg.PBX.Language, "de"},
		{"listeners", fmt.Sprint(cfg.SIP.Listen), "[udp://127.0.0.1:5060 tcp://127.0.0.1:5060 tls://127.0.0.1:5061]"},
		{"certificate", cfg.SIP.Cert + " " + cfg.SIP.Key, file("cert.pem") + " " + file("key.pem")},
		{"external", fmt.Sprint(cfg.SIP.External.Auto, cfg.SIP.External.Addr.IsValid()), "true false"},
		{"hold", cfg.Media.Music.File, file("hold.wav")},
		{"web", fmt.Sprint(web.ACME, " ", web.ACMEDirectory, web.Origins, web.ICEServers, web.Turn.Listen, web.Turn.RelayPorts),
			"pbx.example.net https://acme-v02.api.letsencrypt.org/directory[https://www.example.net] [{[stun:stun.example.net:3478] } {[turn:turn.example.net turns:turn.example.net] pbx (secret)}] [udp://192.0.2.1:3478] {30000 30999}"},
		{"store", cfg.Store.URL, "sqlite"},
		{"mail", fmt.Sprint(cfg.Mail.SMTP, cfg.Mail.From, cfg.Mail.Username, cfg.Mail.Secret, cfg.Mail.Secret.Reveal()), "smtp://mail.example.net:587pbx@example.netpbx(secret) k9-Vq2-hTw"},
		{"restart", fmt.Sprint(cfg.Plugins[0].Restart), "{1s 30s}"},
		{"first", fmt.Sprint(first.Peer, first.Register, first.Username, first.AuthUsername, first.Secret.Reveal(), first.Expires, first.OptionsPing),
			"sip:sip.first.example.net;transport=tls true 1234567 a1234567 k9-Vq2-hTw 10m0s 0s"},
		{"reserve", fmt.Sprint(reserve.Register, reserve.AuthUsername, reserve.Expires, reserve.OptionsPing), "false 5m0s 30s"},
		{"failover", fmt.Sprint(paths(pstn.Order...), pstn.Timeout, pstn.Unregistered, pstn.Statuses), "[trunk.first trunk.reserve] 4s true [[500 599] [408 408]]"},
		{"anna", fmt.Sprint(anna.Voicemail.Path(), anna.PickupGroup, anna.MaxCalls, anna.MayDial == nil, anna.Browser, anna.NoAnswer.Path()),
			"voicemail.officesales2 true true voicemail.office"},
		{"boss", fmt.Sprint(boss.ForwardAlways.Path(), boss.DoNotDisturb, boss.MayDial[1].Text, boss.Browser), `extension.staff["anna"]true +49221.false`},
		{"group", cfg.Groups[0].Strategy, "round_robin"},
		{"mailbox", fmt.Sprint(box.Number, box.PIN.Reveal(), box.Greeting, box.Greeting.Voice, box.Greeting.Engine, box.MaxLength, box.Email, box.Transcribe, box.Transcriber, box.Keep),
			`*974711say("Bitte sprechen Sie nach dem Ton.") anna agent2m0s office@example.nettruescribe720h0m0s`},
		{"conference", fmt.Sprint(cfg.Conferences[0].PIN.Reveal(), cfg.Conferences[0].Announce, cfg.Conferences[0].Music, cfg.Conferences[0].Record), `2468true tone("425/200,0/5000") false`},
		{"queue", fmt.Sprint(queue.Number, paths(queue.Members...), queue.Strategy, queue.AnnouncePosition, queue.Ring, queue.MaxWait, queue.OnMaxWait.Path()),
			"600[group.office]least_recent1m0s 20s 5m0svoicemail.office"},
		{"park", fmt.Sprint(park.Slots, park.Timeout, park.OnTimeout.Path()), "[71 72 73 74 75 76 77 78 79] 2m0s group.office"},
		{"schedule", fmt.Sprint(len(schedule.Open), schedule.Open[1].From, schedule.Open[2].Days, schedule.Closed, schedule.Override, schedule.Timezone),
			"3 780 [false false false false false true false] [{{2026 December 24} {2027 January 1}}] *21 Europe/Berlin"},
		{"menu", fmt.Sprint(menu.Prompt, menu.Wait, menu.DialExtensions, menu.BargeIn, len(menu.Keys), menu.Keys[1].Key, menu.Keys[1].To.Path(), menu.Tries, menu.Otherwise.Path()),
			`say("Willkommen.")5s true false 2 2conference.daily2group.office`},
		{"flow", fmt.Sprint(steps(flow.Verbs), flow.To.Path()), "[answer say gather if(record dial) set wait play if(hangup)]conference.daily"},
		{"emergency", fmt.Sprint(cfg.Emergency.Numbers, cfg.Emergency.Via.Path(), cfg.Emergency.CallerID, len(cfg.Emergency.Notify)), "[112 110 03019222]failover.pstn+493055501002"},
		{"route", fmt.Sprint(inbound.Record.Announce, inbound.Tools[0].Name, inbound.Tools[0].Plugin, inbound.OnPluginLost.Path(), inbound.When.Schedules()),
			`say("Das Gespräch wird aufgezeichnet.") transcriptscribegroup.office[office]`},
		{"call", fmt.Sprint(test.Call.On.Path(), test.Call.To, test.Call.At.IsZero(), cfg.Tests[0].Call.At), `extension.staff["ben"]112true 2026-03-10 10:00:00 +0100 CET`},
		{"expect", fmt.Sprint(paths(test.Expect.Path...), test.Expect.CallerID, test.Expect.To, test.Expect.Cause), "[emergency trunk.first trunk.reserve]+49305550100112congestion"},
	} {
		if plain(c.got) != plain(c.want) {
			t.Errorf("%s is\n%s, want\n%s", c.what, c.got, c.want)
		}
	}
	var given []string
	for _, o := range append(slices.Clone(cfg.Tests[0].Given.Outcomes), test.Given.Outcomes...) {
		given = append(given, fmt.Sprint(o.Of.Path(), "=", o.What, o.Status))
	}
	if got, want := strings.Join(given, " "), `group.office=no_answer0 schedule.office=open0 trunk.first=timeout0 trunk.reserve=503 extension.staff["anna"]=busy0`; plain(got) != plain(want) {
		t.Errorf("given is %s, want %s", got, want)
	}
	// Tests keep the place of each of their parts.
	for name, line := range map[string]int{"call.to": 254, "given.trunk.reserve": 255, "expect.cause": 256, "expect.record": 253} {
		if at := test.Range(name); at.Start.Line != line {
			t.Errorf("%s stands in line %d, want %d", name, at.Start.Line, line)
		}
	}
	if !test.Has("expect.to") || test.Has("expect.record") || !cfg.Tests[0].Has("expect.record") {
		t.Error("a test does not know what it expects")
	}
}

// plain is a text without spaces: fmt.Sprint puts them in some places only.
func plain(s string) string { return strings.ReplaceAll(s, " ", "") }

func steps(verbs []Verb) (out []string) {
	for _, v := range verbs {
		name := v.Kind
		if len(v.Verbs) > 0 {
			name += "(" + strings.Join(steps(v.Verbs), " ") + ")"
		}
		out = append(out, name)
	}
	return out
}

// What is not built yet is listed with who asks for it; a text as music is.
func TestPlannedNamesWhoAsks(t *testing.T) {
	cfg := must(t, map[string]string{"a.hcl": `
store { url = "postgres://127.0.0.1/pbx" }
media { music = say("Hello") }
extension "a" {
  number = "101"
  media { rtp_ports = "30000-30099" }
}
conference "c" { music = say("Hello") }`}, Options{})
	var got []string
	for _, p := range cfg.Planned {
		who := "the site"
		if p.Of != nil {
			who = p.Of.Path()
		}
		got = append(got, fmt.Sprintf("%s: %s at %d", who, p.Why.Summary, p.Why.Subject.Start.Line))
	}
	want := []string{"the site: PostgreSQL is not built yet at 2", "the site: rtp_ports of one party is not built yet at 6"}
	if !slices.Equal(got, want) {
		t.Errorf("planned is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{"90d": 90 * 24 * time.Hour, "1m30s": 90 * time.Second, "0d": 0} {
		if got, err := parseDuration(text); err != nil || got != want {
			t.Errorf("%s is %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"d", "-1d", "1.5d", "1dd", "99999d", ""} {
		if got, err := parseDuration(text); err == nil {
			t.Errorf("%q is %s", text, got)
		}
	}
}
