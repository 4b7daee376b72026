package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/plugboard/plugboard/core/golden"
)

func folder(files map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, src := range files {
		m[name] = &fstest.MapFile{Data: []byte(src)}
	}
	return m
}

// must loads a folder that has to be good.
func must(t *testing.T, files map[string]string, opt Options) *Config {
	t.Helper()
	opt.FS = folder(files)
	cfg, diags := Load(".", opt)
	if diags.HasErrors() {
		t.Fatalf("refused:\n%s", said(t, cfg, diags))
	}
	return cfg
}

func said(t *testing.T, cfg *Config, diags hcl.Diagnostics) string {
	t.Helper()
	var out bytes.Buffer
	if err := WriteText(&out, cfg, diags, false); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Blocks name each other in any order, from file to file.
func TestFilesOfAFolder(t *testing.T) {
	cfg := must(t, map[string]string{
		"10-plan.hcl": `
dialplan "d" {
  from = [extension.staff, trunk.t]
  route "r" { to = local.first }
}`,
		"20-groups.hcl": `
group "all" {
  members   = [group.desks, extension.door]
  no_answer = extension.staff["anna"]
}
group "desks" { members = extension.staff }`,
		"30-people.hcl": `
locals { first = group.all }
extension "staff" {
  for_each  = { ben = "102", anna = "101" }
  number    = each.value
  name      = "${title(each.key)} of ${var.company}, ${extension.door.name}"
  no_answer = group.all
}
extension "door" {
  number = "10${local.three - 1 + 0 == 2 ? 9 : 0}"
  name   = "Door"
}
locals { three = 3 }
trunk "t" {
  peer = "sip:[2001:DB8::1]:5070;transport=tcp"
  media { codecs = ["pcma"] }
}
variable "company" { default = "Nobody" }`,
		"site.vars.hcl": `company = "Plug Ltd"`,
		"notes.txt":     `{{{`,
	}, Options{})
	var names []string
	for _, e := range cfg.Extensions {
		names = append(names, e.Name+"="+e.Number)
	}
	if got := strings.Join(names, " "); got != "staff/anna=101 staff/ben=102 door=109" {
		t.Errorf("the extensions are %s", got)
	}
	if got := cfg.Extensions[0].Display; got != "Anna of Plug Ltd, Door" {
		t.Errorf("anna is called %q", got)
	}
	all := cfg.Groups[0]
	if all.NoAnswer != Destination(cfg.Extensions[0]) || all.Members[0] != Destination(cfg.Groups[1]) || len(cfg.Groups[1].Members) != 2 {
		t.Errorf("the references lead to %v, %v, %v", all.NoAnswer, all.Members, cfg.Groups[1].Members)
	}
	if all.Ring != 20*time.Second || cfg.Extensions[0].MaxDevices != 5 {
		t.Errorf("the defaults are %v and %d", all.Ring, cfg.Extensions[0].MaxDevices)
	}
	tr := cfg.Trunks[0]
	if got := tr.Peer.String(); got != "sip:[2001:db8::1]:5070;transport=tcp" {
		t.Errorf("the peer is %s", got)
	}
	if strings.Join(tr.Codecs, " ") != "pcma" || tr.Format != "e164" {
		t.Errorf("the trunk has %v, %s", tr.Codecs, tr.Format)
	}
	if r := cfg.Dialplans[0].Routes[0]; len(r.To.Mentions) != 1 || r.To.Mentions[0] != Destination(all) {
		t.Errorf("the route mentions %v, want the group behind the local", r.To.Mentions)
	}
	if at := all.Range("no_answer"); at.Filename != "20-groups.hcl" || at.Start.Line != 4 || at.Start.Column != 15 {
		t.Errorf("no_answer stands at %v", at)
	}
}

// What is not written has the defaults of dialplan.md; encryption
// has what is built.
func TestDefaults(t *testing.T) {
	cfg := must(t, map[string]string{"a.hcl": ""}, Options{})
	got := fmt.Sprint(cfg.SIP.Listen, cfg.SIP.Domain, cfg.SIP.External, cfg.Media.RTPPorts, cfg.Media.Codecs, cfg.Media.Encryption, cfg.Media.Symmetric,
		cfg.Web.Listen, cfg.PBX.Country, cfg.PBX.ShortDigits, strings.TrimPrefix(cfg.PBX.DataDir, cfg.Dir), cfg.PBX.PluginDir)
	want := "[udp://0.0.0.0:5060 tcp://0.0.0.0:5060]plugboard{invalid IP true} {20000 29999} [opus g722 pcmu pcma]optionaltrue 127.0.0.1:8080US6/data"
	if strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
		t.Errorf("the defaults are\n%s, want\n%s", got, want)
	}
}

func TestVariables(t *testing.T) {
	files := map[string]string{
		"a.hcl": `
variable "name" { default = "default" }
variable "count" { default = 1 }
variable "list" { default = ["x"] }
variable "needed" {
  sensitive = true
}
extension "e" {
  number      = "101"
  name        = "${var.name} ${join(",", var.list)}"
  max_devices = var.count
  secret      = var.needed
}`,
		"a.vars.hcl": `
name = "file"
count = 2`,
	}
	env := []string{"PLUGBOARD_VAR_needed=longlonglong", "PLUGBOARD_VAR_count=3", "PLUGBOARD_VAR_other=1", "PATH=/bin"}
	for _, c := range []struct {
		vars    map[string]string
		env     []string
		name    string
		devices int
	}{
		{nil, env, "file x", 3},
		{map[string]string{"name": "line", "count": "4", "list": `["a", "b"]`}, env, "line a,b", 4},
		{nil, env[:1], "file x", 2},
	} {
		cfg := must(t, files, Options{Vars: c.vars, Environ: c.env})
		e := cfg.Extensions[0]
		if e.Display != c.name || e.MaxDevices != c.devices || e.Secret.Reveal() != "longlonglong" {
			t.Errorf("with %v: %q, %d, %q", c.vars, e.Display, e.MaxDevices, e.Secret.Reveal())
		}
	}
	for _, c := range []struct {
		vars  map[string]string
		extra string
		want  string
	}{
		{map[string]string{"needed": "x", "nmae": "y"}, "", "--var sets nmae, but no variable \"nmae\" { … } declares it. Did you mean name?"},
		{map[string]string{"needed": "x", "count": "many"}, "", "The default of var.count is a number, but --var count is not: write it as in a file."},
		{map[string]string{"needed": "x", "count": "]"}, "", "--var count is not"},
		{map[string]string{"needed": "x"}, `count = "many"`, "The default of var.count is a number; this is a text."},
		{map[string]string{"needed": "x"}, `conut = 1`, `No variable "conut" { … } declares it. Did you mean count?`},
		{map[string]string{"needed": "x"}, `name = nothing(1)`, "There is no function named"},
		{map[string]string{"needed": "x"}, `block {}`, "A *.vars.hcl holds values of variables only: NAME = VALUE."},
		{nil, "", "set PLUGBOARD_VAR_needed, --var needed=…"},
	} {
		files["b.vars.hcl"] = c.extra
		cfg, diags := Load(".", Options{FS: folder(files), Vars: c.vars})
		if got := said(t, cfg, diags); !diags.HasErrors() || !strings.Contains(got, c.want) {
			t.Errorf("with %v and %q it says\n%s, want %q", c.vars, c.extra, got, c.want)
		}
	}
}

func TestNoFile(t *testing.T) {
	for name, want := range map[string]string{
		"config.hcl": "There is no config.hcl. Copy config.hcl.example there, or name another file or folder.",
		"empty":      "the folder empty holds no *.hcl file",
	} {
		cfg, diags := Load(name, Options{FS: fstest.MapFS{"empty/x.txt": {}}})
		if got := said(t, cfg, diags); got != "Error: Cannot read the configuration\n  "+want+"\n" {
			t.Errorf("%s: it says\n%s", name, got)
		}
	}
}

// A secret shows in no printed form, whatever prints it.
func TestSecretsDoNotPrint(t *testing.T) {
	const secret = "correct-horse-battery"
	cfg := must(t, map[string]string{"a.hcl": `
variable "s" { sensitive = true }
extension "a" {
  number = "101"
  secret = var.s
}`}, Options{Vars: map[string]string{"s": secret}})
	e := *cfg.Extensions[0]
	j, err := json.Marshal(struct{ S Secret }{e.Secret})
	if err != nil {
		t.Fatal(err)
	}
	for _, printed := range []string{fmt.Sprint(e.Secret), fmt.Sprintf("%v %+v %#v", e.Secret, e, e.Secret), fmt.Sprintf("%s %q", e.Secret, e.Secret), string(j), cfg.Redact("it is " + secret)} {
		if strings.Contains(printed, secret) {
			t.Errorf("it shows: %s", printed)
		}
	}
}

func TestJSON(t *testing.T) {
	cfg, diags := Load("a.hcl", Options{FS: folder(map[string]string{"a.hcl": "extension \"a\" {\n  numbr = \"1\"\n  number = \"101\"\n  secret = \"101\"\n}\n"})})
	var out bytes.Buffer
	if err := WriteJSON(&out, cfg, diags); err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "testdata/json.txt", out.String())
	out.Reset()
	if err := WriteJSON(&out, cfg, nil); err != nil || out.String() != "[]\n" {
		t.Errorf("nothing to say is %q (%v), want []", out.String(), err)
	}
}

// HCL's parser recurses without a bound, and no stack overflow can be caught:
// such a file is refused before.
func TestDeepFiles(t *testing.T) {
	for _, part := range []string{"(", "[", "!", "-", "{ a = ", "a ? b : ", "\"${", "1 + ", "f(", "a[", "[for x in ", "a == ", "\"%{ if x }", "a {\n", "<<E\n${"} {
		src := "locals {\n  x = " + strings.Repeat(part, 2_000) + "1\n}\n"
		if part == "a {\n" {
			src = strings.Repeat(part, 2_000)
		}
		_, diags := Load("a.hcl", Options{FS: folder(map[string]string{"a.hcl": src})})
		if len(diags) != 1 || diags[0].Summary != "Nested too deep" {
			t.Errorf("2,000 times %q: %d diagnostics, the first %v", part, len(diags), diags[0])
		}
	}
	// What a program may write is not deep: many of one thing in a row.
	var src strings.Builder
	src.WriteString("locals {\n")
	for i := range 600 {
		fmt.Fprintf(&src, "  x%d = -1 + (2 * %d) > 3 && !false ? \"${%d}-a\" : upper(\"b\")\n", i, i, i)
	}
	src.WriteString("  list = [\n")
	for i := range 600 {
		fmt.Fprintf(&src, "    -%d, { a = [1 + 1] },\n", i)
	}
	src.WriteString("  ]\n  map = {\n")
	for i := range 600 {
		fmt.Fprintf(&src, "    k%d = 1 + 1\n", i)
	}
	src.WriteString("  }\n}\n")
	if _, diags := Load("a.hcl", Options{FS: folder(map[string]string{"a.hcl": src.String()})}); len(diags) > 0 {
		t.Errorf("a long file is refused: %v", diags)
	}
}

// Whatever is in a file: no panic, and every place lies within the file.
func FuzzLoad(f *testing.F) {
	f.Add([]byte("extension \"a\" {\n  for_each = { x = \"101\" }\n  number = each.value\n}\ndialplan \"d\" {\n  from = [extension.a]\n  route \"r\" {\n    match = \"1X\"\n    to = extension_number(match.x)\n  }\n}\n"))
	f.Add([]byte("variable \"v\" {\n  default = 1\n  sensitive = true\n}\nlocals { a = local.b\n b = local.a }\nplugin \"p\" {\n  path = \"x\"\n  config {\n a \"l\" { b = var.v }\n }\n}\n"))
	f.Add([]byte("trunk \"t\" { peer = \"sip:[::1]:5060;transport=tcp\" }\ngroup \"g\" { members = [group.g, [trunk.t], null] }\nsip { listen = [null, {}] }\n"))
	seeds, err := filepath.Glob("testdata/*.bad.hcl")
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range seeds {
		src, err := os.ReadFile(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if bytes.Contains(src, []byte("range")) || len(src) > 4096 {
			return // functions may take their time
		}
		cfg, diags := Load("f.hcl", Options{FS: fstest.MapFS{"f.hcl": {Data: src}}})
		var out bytes.Buffer
		if err := WriteText(&out, cfg, diags, true); err != nil {
			t.Fatal(err)
		}
		if err := WriteJSON(&out, cfg, diags); err != nil {
			t.Fatal(err)
		}
		for _, d := range diags {
			if d.Summary == "" || d.Subject != nil && (d.Subject.Filename != "f.hcl" || d.Subject.Start.Byte > len(src)) {
				t.Fatalf("a diagnostic without place or words: %+v at %v", d, d.Subject)
			}
		}
	})
}

// The site's media {} holds for everybody, but for what an extension or a trunk
// says of its own.
func TestMediaOfTheirOwn(t *testing.T) {
	cfg := must(t, map[string]string{"a.hcl": `
media {
  codecs     = ["opus", "pcmu"]
  encryption = "off"
  denoise    = "light"
  gain       = "auto"
  music      = sound("/var/hold.wav")
}
extension "plain" { number = "101" }
extension "own" {
  for_each = { a = "102", b = "103" }
  number   = each.value
  media {
    denoise = each.key == "a"
    gain    = "off"
    music   = each.key == "a" ? tone("425/100") : tone("440/100")
  }
}
trunk "own" {
  peer = "sip:192.0.2.1"
  media {
    codecs     = ["g722", "pcma"]
    encryption = "required"
    denoise    = false
    music      = "none"
  }
}`}, Options{})
	var got []string
	for _, e := range cfg.Extensions {
		got = append(got, fmt.Sprint(e.Name, e.Sound))
	}
	got = append(got, fmt.Sprint(cfg.Trunks[0].Sound))
	want := []string{`plain{[opus pcmu] off light auto sound("/var/hold.wav")}`, `own/a{[opus pcmu] off full  tone("425/100")}`, `own/b{[opus pcmu] off   tone("440/100")}`, `{[g722 pcma] required  auto "none"}`}
	if !slices.Equal(got, want) {
		t.Errorf("the media are\n%q, want\n%q", got, want)
	}
}
