package config

import (
	"fmt"
	"net/netip"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// filled is a value of a type that is not its zero value.
func filled(t *testing.T, typ reflect.Type) reflect.Value {
	t.Helper()
	switch typ {
	case reflect.TypeFor[*Expr]():
		return reflect.ValueOf(&Expr{Source: "x", expr: &hclsyntax.LiteralValueExpr{Val: cty.True}})
	case reflect.TypeFor[cty.Value]():
		return reflect.ValueOf(cty.StringVal("x"))
	case reflect.TypeFor[*time.Location]():
		return reflect.ValueOf(time.UTC)
	case reflect.TypeFor[*regexp.Regexp]():
		return reflect.ValueOf(regexp.MustCompile("x"))
	case reflect.TypeFor[netip.Addr]():
		return reflect.ValueOf(netip.MustParseAddr("192.0.2.1"))
	case reflect.TypeFor[netip.AddrPort]():
		return reflect.ValueOf(netip.MustParseAddrPort("192.0.2.1:1"))
	case reflect.TypeFor[netip.Prefix]():
		return reflect.ValueOf(netip.MustParsePrefix("192.0.2.0/24"))
	case reflect.TypeFor[time.Time]():
		return reflect.ValueOf(time.Unix(1, 0))
	case destinationType:
		return reflect.ValueOf(&Reject{Cause: "busy"})
	}
	v := reflect.New(typ).Elem()
	switch typ.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(typ.Elem()))
		v.Elem().Set(filled(t, typ.Elem()))
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint16:
		v.SetUint(7)
	case reflect.Slice:
		v.Set(reflect.Append(v, filled(t, typ.Elem())))
	case reflect.Array:
		v.Index(0).Set(filled(t, typ.Elem()))
	case reflect.Map:
		v.Set(reflect.MakeMap(typ))
		v.SetMapIndex(filled(t, typ.Key()), filled(t, typ.Elem()))
	case reflect.Struct:
		for i := range typ.NumField() {
			if f := typ.Field(i); f.IsExported() && f.Type != placeType && f.Type != rangeType && f.Type != reflect.SliceOf(typ) {
				v.Field(i).Set(filled(t, f.Type))
			}
		}
	default:
		t.Fatalf("nobody knows how to fill a %s", typ)
	}
	return v
}

// Every attribute of every block is compared: a field that is added and
// forgotten here would change under a running daemon, and plan would not say so.
func TestDiffSeesEveryField(t *testing.T) {
	seen := 0
	var each func(path string, typ reflect.Type, with func(change func(block reflect.Value)) []Difference)
	each = func(path string, typ reflect.Type, with func(func(reflect.Value)) []Difference) {
		for i := range typ.NumField() {
			f := typ.Field(i)
			switch {
			case !f.IsExported() || f.Type == placeType || f.Type == rangeType || strings.Contains(" Name Label Key ", " "+f.Name+" "):
			case f.Anonymous:
				each(path, f.Type, func(change func(reflect.Value)) []Difference {
					return with(func(b reflect.Value) { change(b.Field(i)) })
				})
			default:
				seen++
				got := with(func(b reflect.Value) { b.Field(i).Set(filled(t, f.Type)) })
				if len(got) == 0 {
					t.Errorf("%s.%s: no difference", path, f.Name)
				}
			}
		}
	}
	typ := reflect.TypeFor[Config]()
	for i := range typ.NumField() {
		f := typ.Field(i)
		if !f.IsExported() || f.Type.Kind() == reflect.String || f.Type == reflect.TypeFor[[]Planned]() {
			continue
		}
		block := f.Type
		if block.Kind() == reflect.Slice {
			block = block.Elem()
		}
		if block.Kind() == reflect.Pointer {
			block = block.Elem()
		}
		each(f.Name, block, func(change func(reflect.Value)) []Difference {
			var two [2]Config
			for n := range two {
				field, b := reflect.ValueOf(&two[n]).Elem().Field(i), reflect.New(block)
				if n == 1 {
					change(b.Elem())
				}
				switch f.Type.Kind() {
				case reflect.Slice:
					field.Set(reflect.Append(field, b))
				case reflect.Pointer:
					field.Set(b)
				default:
					field.Set(b.Elem())
				}
			}
			return Diff(&two[0], &two[1])
		})
	}
	if seen < 100 {
		t.Errorf("only %d fields were looked at", seen)
	}
}

// loaded is a configuration of one file.
func loaded(t *testing.T, text string, vars map[string]string) *Config {
	t.Helper()
	cfg, diags := Load("config.hcl", Options{FS: fstest.MapFS{"config.hcl": {Data: []byte(text)}}, Vars: vars})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return cfg
}

func TestDiff(t *testing.T) {
	const barred = `  route "barred" {
    match = "+1900."
    deny  = local.barred
  }
`
	const out = `  route "out" {
    match = "+."
    to    = trunk.sip
  }
`
	const base = `
variable "secret" {
  default   = "k9-Vq2-hTw"
  sensitive = true
}
variable "number" { default = "101" }
locals { barred = "premium numbers are barred" }
extension "anna" {
  number = var.number
  secret = var.secret
}
extension "staff" {
  for_each = { ben = "111", cleo = "112" }
  number   = each.value
}
trunk "sip" { peer = "sip:192.0.2.7" }
group "all" { members = [extension.anna] }
plugin "mine" {
  path = "mine"
  env  = { TOKEN = var.secret }
}
dialplan "internal" {
  from = [extension.anna]
` + barred + out + "}\n"
	change := func(pairs ...string) string {
		s := base
		for i := 0; i < len(pairs); i += 2 {
			if !strings.Contains(s, pairs[i]) {
				t.Fatalf("there is no %q", pairs[i])
			}
			s = strings.Replace(s, pairs[i], pairs[i+1], 1)
		}
		return s
	}
	for _, c := range []struct {
		name, text string
		vars       map[string]string
		want       string
	}{
		{"nothing", base, nil, ``},
		{"a comment, and a default that is written", change(`trunk "sip" { peer = "sip:192.0.2.7" }`, "# our provider\ntrunk \"sip\" {\n  register = false\n  peer = \"sip:192.0.2.7\"\n}"), nil, ``},
		{"added and removed", change(`trunk "sip" { peer = "sip:192.0.2.7" }`, `trunk "next" { peer = "sip:192.0.2.7" }`, "trunk.sip", "trunk.next", `, cleo = "112"`, `, dora = "113"`), nil, `
added extension.staff["dora"] at 12
removed extension.staff["cleo"] at 12
added trunk.next at 16
removed trunk.sip at 16
changed dialplan.internal.route.out at 28: to: trunk.sip -> trunk.next
`},
		{"attributes", change(`number = var.number`, "number = var.number\n  name = \"Anna\"\n  ring = \"30s\"\n  no_answer = group.all"), nil, `
changed extension.anna at 8: name: "" -> "Anna", ring: 20s -> 30s, no_answer: none -> group.all
`},
		{"a site block", base + "media {\n  rtp_ports = \"30000-30999\"\n  codecs = [\"pcma\"]\n}\nsip { listen = [\"udp://192.0.2.1:5060\"] }\n", nil, `
changed sip at 37: listen: [udp://0.0.0.0:5060, tcp://0.0.0.0:5060] -> [udp://192.0.2.1:5060]
changed media at 33: rtp_ports: { first = 20000, last = 29999 } -> { first = 30000, last = 30999 }, codecs: ["opus", "g722", "pcmu", "pcma"] -> ["pcma"]
`},
		{"a long list", change(`{ ben = "111", cleo = "112" }`, `{ ben = "111", cleo = "112", dora = "113", emil = "114", fay = "115" }`, `from = [extension.anna]`, `from = [extension.anna, extension.staff]`), nil, `
added extension.staff["dora"] at 12
added extension.staff["emil"] at 12
added extension.staff["fay"] at 12
changed dialplan.internal at 22: from: […] -> […, extension.staff["ben"], extension.staff["cleo"], extension.staff["dora"], extension.staff["emil"], extension.staff["…
`},
		{"a secret is not shown", base, map[string]string{"secret": "tZ4-another-one"}, `
changed plugin.mine at 18: env: { "TOKEN" = "(sensitive)" } -> { "TOKEN" = "(sensitive)" } (another value)
changed extension.anna at 8: secret: (secret) -> (secret) (another value)
`},
		{"what an expression stands for", change(`"premium numbers are barred"`, `"not from this phone"`), nil, `
changed dialplan.internal.route.barred at 24: deny: local.barred -> local.barred (another value)
`},
		{"the order of routes", strings.Replace(change(barred, ""), out, out+barred, 1), nil, `
changed dialplan.internal at 22: the order of its routes: barred, out -> out, barred
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b strings.Builder
			b.WriteByte('\n')
			for _, d := range Diff(loaded(t, base, nil), loaded(t, c.text, c.vars)) {
				fmt.Fprintf(&b, "%s %s at %d", d.What, d.Path, d.Range.Start.Line)
				for i, a := range d.Attributes {
					fmt.Fprintf(&b, "%s %s: %s -> %s", map[bool]string{true: ":", false: ","}[i == 0], a.Name, a.Old, a.New)
				}
				b.WriteByte('\n')
			}
			if got := b.String(); got != c.want && got != "\n"+c.want {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
		})
	}
}
