package number

import (
	"regexp/syntax"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

func TestNormalize(t *testing.T) {
	for _, c := range []struct{ country, raw, want string }{
		// Short numbers and feature codes stay as dialled.
		{"DE", "101", "101"},
		{"DE", "112", "112"},
		{"DE", "000000", "000000"},
		{"DE", "*43", "*43"},
		{"DE", "*21*0221123456#", "*21*0221123456#"},
		{"DE", "", ""},
		{"DE", "+", "+"},
		{"DE", "anna", "anna"},
		{"DE", "anonymous", "anonymous"},
		{"DE", "１０１２３４５６７", "１０１２３４５６７"},

		// Germany: trunk prefix 0, international 00.
		{"DE", "0221 123456", "+49221123456"},
		{"DE", "030 5550100", "+49305550100"},
		{"DE", "(030) 555-0100", "+49305550100"},
		{"DE", "030/5550100", "+49305550100"},
		{"DE", "+49 (30) 5550100", "+49305550100"},
		{"DE", "0049305550100", "+49305550100"},
		{"DE", "493055501000", "+493055501000"}, // a provider that leaves the + away
		{"DE", "+4915112345678", "+4915112345678"},
		{"DE", "015112345678", "+4915112345678"},
		{"DE", "0012125550123", "+12125550123"},
		{"DE", "+112", "+112"}, // cannot be a number, and stays

		// North America: 10 digits, 1 before them, 011 abroad.
		{"US", "2125550123", "+12125550123"},
		{"US", "12125550123", "+12125550123"},
		{"US", "+12125550123", "+12125550123"},
		{"US", "(212) 555-0123", "+12125550123"},
		{"US", "011442079460123", "+442079460123"},
		{"US", "5550123", "5550123"}, // seven digits: local only, not E.164

		{"GB", "020 7946 0123", "+442079460123"},
		{"GB", "00 1 212 555 0123", "+12125550123"},
		{"IT", "06 1234 5678", "+390612345678"}, // the zero belongs to it
		{"AU", "0011 49 30 5550100", "+49305550100"},
		{"FR", "01 23 45 67 89", "+33123456789"},
	} {
		if got := Normalize(c.country, 6, c.raw); got != c.want {
			t.Errorf("Normalize(%s, 6, %q) = %q, want %q", c.country, c.raw, got, c.want)
		}
	}
	if got := Normalize("DE", 0, "112"); got != "112" {
		t.Errorf("without short numbers 112 became %q", got)
	}
	if got := Normalize("DE", 12, "0221123456"); got != "0221123456" {
		t.Errorf("a number of short_digits digits became %q", got)
	}
}

func TestFormat(t *testing.T) {
	for _, c := range []struct{ country, form, number, want string }{
		{"DE", FormE164, "+49221123456", "+49221123456"},
		{"DE", FormNational, "+49221123456", "0221123456"},
		{"DE", FormNational, "+442079460123", "00442079460123"},
		{"US", FormNational, "+12125550123", "2125550123"},
		{"US", FormNational, "+442079460123", "011442079460123"},
		{"IT", FormNational, "+390612345678", "0612345678"},
		{"DE", FormRaw, "+49221123456", "+49221123456"},
		// What is no E.164 number leaves as it is.
		{"DE", FormE164, "101", "101"},
		{"DE", FormNational, "112", "112"},
		{"DE", FormE164, "*43", "*43"},
		{"DE", FormNational, "+112", "+112"},
	} {
		if got := Format(c.country, c.form, c.number); got != c.want {
			t.Errorf("Format(%s, %s, %q) = %q, want %q", c.country, c.form, c.number, got, c.want)
		}
	}
}

// The table of how trunk prefixes begin holds for every calling code that the
// library knows.
func TestPrefixBegins(t *testing.T) {
	all, err := phonenumbers.MetadataCollection()
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, m := range all.GetMetadata() {
		code := int(m.GetCountryCode())
		if phonenumbers.GetRegionCodeForCountryCode(code) != m.GetId() { // E.164 is read by the rules of the first
			continue
		}
		tried++
		for digit := range begins(t, m.GetNationalPrefixForParsing()) {
			if !strings.Contains(prefixBegins(code), string(digit)) {
				t.Errorf("+%d (%s): a prefix can begin with %c: %s", code, m.GetId(), digit, m.GetNationalPrefixForParsing())
			}
		}
	}
	if tried < 200 {
		t.Errorf("only %d calling codes are known", tried)
	}
}

// begins are the digits that what a pattern matches can begin with.
func begins(t *testing.T, pattern string) map[rune]bool {
	t.Helper()
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		t.Fatal(err)
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		t.Fatal(err)
	}
	out, seen := map[rune]bool{}, map[uint32]bool{}
	var follow func(at uint32)
	follow = func(at uint32) {
		if seen[at] {
			return
		}
		seen[at] = true
		switch i := prog.Inst[at]; i.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			follow(i.Out)
			follow(i.Arg)
		case syntax.InstCapture, syntax.InstNop, syntax.InstEmptyWidth:
			follow(i.Out)
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			for d := '0'; d <= '9'; d++ {
				if i.MatchRune(d) {
					out[d] = true
				}
			}
		}
	}
	follow(uint32(prog.Start))
	return out
}

func TestE164SaysWhy(t *testing.T) {
	for raw, want := range map[string]string{
		"anna":    `"anna" is not a telephone number`,
		"5550123": `"5550123" cannot be a telephone number: no number of country code 1 has its length`,
		"+999123": `"+999123" cannot be a telephone number in US: invalid country code`,
	} {
		if _, err := E164("US", raw); err == nil || err.Error() != want {
			t.Errorf("E164(US, %q): %v, want %s", raw, err, want)
		}
	}
}

func TestKnownCountry(t *testing.T) {
	for country, want := range map[string]bool{"DE": true, "US": true, "de": false, "XX": false, "": false} {
		if KnownCountry(country) != want {
			t.Errorf("KnownCountry(%q) = %v", country, !want)
		}
	}
}

// What is normalised stays so, and survives the road out over a national trunk
// and back.
func FuzzNormalize(f *testing.F) {
	for _, s := range []string{"101", "*43", "0221 123456", "+49305550100", "0049305550100", "anna", "+", "00", "+112", "0000000", "01149305550100"} {
		f.Add(uint8(0), s)
		f.Add(uint8(1), s)
	}
	countries := []string{"DE", "US", "GB", "IT", "AR", "MX", "BR", "AU"}
	f.Fuzz(func(t *testing.T, which uint8, raw string) {
		country := countries[int(which)%len(countries)]
		once := Normalize(country, 6, raw)
		if twice := Normalize(country, 6, once); twice != once {
			t.Errorf("%s: %q is %q, and that is %q", country, raw, once, twice)
		}
		if len(raw) > 0 && len(once) == 0 {
			t.Errorf("%s: %q vanished", country, raw)
		}
	})
}

func BenchmarkNormalize(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Normalize("DE", 6, "0221 123456")
	}
}

func TestInternational(t *testing.T) {
	for _, c := range []struct {
		country, number string
		want            bool
	}{
		{"DE", "+49221123456", false},
		{"DE", "+43123456789", true},
		{"DE", "101", false},
		{"DE", "*43", false},
		{"DE", "112", false},
		{"US", "+12125550123", false},
		{"US", "+14165550123", true}, // Toronto
		{"US", "+18765550123", true}, // Jamaica
		{"CA", "+14165550123", false},
		{"US", "+18005550123", false}, // toll-free, of all of them
		{"CA", "+18005550123", false},
		{"GB", "+441534456789", true}, // Jersey
		{"GB", "+442079460000", false},
		{"IT", "+390612345678", false},
		{"RU", "+77012345678", true},
		{"US", "+999123", true},
		{"DE", "anna", false},
	} {
		if got := International(c.country, c.number); got != c.want {
			t.Errorf("International(%s, %s) is %v, want %v", c.country, c.number, got, c.want)
		}
	}
}

func TestDialled(t *testing.T) {
	for raw, want := range map[string]string{"1-1-2": "112", "(112)": "112", "112": "112", "*43": "*43", "anna": "anna", "+49 30 1": "+49301"} {
		if got := Dialled(raw); got != want {
			t.Errorf("Dialled(%q) is %q, want %q", raw, got, want)
		}
	}
}
