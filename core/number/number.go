// Package number reads and writes telephone numbers as people of one country
// dial them. Inside, a number is E.164 ("+49221123456") or, where it is short
// or a feature code, as dialled ("101", "*43"); [Normalize] makes it so
// before a dialplan matches it, and [Format] writes it for a trunk.
//
// Countries are two capital letters of ISO 3166-1 ("DE"). What the numbers of a
// country look like is known to the library phonenumbers, a port of Google's.
package number

import (
	"fmt"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// The forms that a trunk can ask for.
const (
	// FormE164 is "+" and the country code: "+49221123456".
	FormE164 = "e164"
	// FormNational is as dialled in the country: "0221123456" at home,
	// "0044…" or "01144…" abroad.
	FormNational = "national"
	// FormRaw leaves the number as it is.
	FormRaw = "raw"
)

// The longest string that is taken for a number: 15 digits (E.164 §6.2.1), a
// prefix, and separators.
const maxLength = 40

// KnownCountry says whether the numbers of a country are known.
func KnownCountry(country string) bool {
	return phonenumbers.GetCountryCodeForRegion(country) != 0
}

// Normalize returns a dialled or received number as the dialplan sees it.
// Numbers of up to shortDigits digits, those with * or #, and what is
// no number at all ("anna") stay as they are. The others become E.164: with
// "+", with the country's international prefix ("00", "011"), with its trunk
// prefix ("0") or without any. A number that cannot be one stays as it is;
// after a "+" only its separators go.
//
// What is normalised stays so: Normalize(Normalize(n)) = Normalize(n).
func Normalize(country string, shortDigits int, raw string) string {
	dialled, ok := digits(raw)
	if !ok {
		return raw
	}
	if dialled[0] != '+' && len(dialled) <= shortDigits {
		return raw
	}
	if read, err := parse(country, dialled); err == nil {
		n := phonenumbers.Format(read, phonenumbers.E164)
		if n == dialled || readsAlike(read) {
			return n
		}
		// 0000000 reads as +49000000, which reads as +4900000: no number.
		if again, err := E164(country, n); err == nil && again == n {
			return n
		}
	}
	if dialled[0] == '+' {
		return dialled
	}
	return raw
}

// readsAlike says that a number's E.164 form certainly reads as the same number,
// since it does not begin, after its country code, as a trunk prefix does: to
// read it costs more than to route a call. False: it may.
func readsAlike(n *phonenumbers.PhoneNumber) bool {
	national := phonenumbers.GetNationalSignificantNumber(n)
	return national != "" && strings.IndexByte(prefixBegins(int(n.GetCountryCode())), national[0]) < 0
}

// prefixBegins are the digits that a trunk prefix, or what stands for one, begins
// with in the countries of a calling code.
func prefixBegins(code int) string {
	switch code {
	case 1, 44, 61, 86, 298, 352, 423, 506, 692: // North America, Great Britain, Australia, China, and smaller ones
		return "01"
	case 7, 370, 375, 993: // Russia, Lithuania, Belarus, Turkmenistan
		return "08"
	case 54: // Argentina
		return "0123"
	case 55: // Brazil
		return "09"
	case 261, 378, 672: // local numbers without their area code: Madagascar, San Marino, Norfolk Island
		return "0123456789"
	default:
		return "0"
	}
}

// E164 returns a number as "+" and digits. It is an error if it cannot be a
// number, seen from the country.
func E164(country, raw string) (string, error) {
	n, err := parse(country, raw)
	if err != nil {
		return "", err
	}
	return phonenumbers.Format(n, phonenumbers.E164), nil
}

// National returns a number as it is dialled in the country, digits only:
// with the trunk prefix at home (none in North America: ten digits), with the
// international prefix abroad. It is
// an error if it cannot be a number, seen from the country.
func National(country, raw string) (string, error) {
	n, err := parse(country, raw)
	if err != nil {
		return "", err
	}
	var written string
	if int(n.GetCountryCode()) == phonenumbers.GetCountryCodeForRegion(country) {
		written = phonenumbers.Format(n, phonenumbers.NATIONAL)
	} else {
		written = phonenumbers.FormatOutOfCountryCallingNumber(n, country)
	}
	out, ok := digits(written)
	if !ok {
		return "", fmt.Errorf("%q has no national form in %s", raw, country)
	}
	return out, nil
}

// Format writes a normalised number in one of the forms, for a trunk in a
// country. Short numbers, feature codes and what cannot be a number stay as
// they are, in every form.
func Format(country, form, n string) string {
	if !strings.HasPrefix(n, "+") {
		return n
	}
	var out string
	var err error
	switch form {
	case FormE164:
		out, err = E164(country, n)
	case FormNational:
		out, err = National(country, n)
	default:
		return n
	}
	if err != nil {
		return n
	}
	return out
}

// Dialled returns a number without the separators that people write into it,
// and anything else as it is.
func Dialled(raw string) string {
	if n, ok := digits(raw); ok {
		return n
	}
	return raw
}

// International says whether a normalised number is one of another country;
// countries that share a country code, such as those of North America, are
// other countries. Short numbers, and what cannot be a number, are at home;
// so is a number whose country is not told by its digits, such as +1 800.
func International(country, n string) bool {
	if !strings.HasPrefix(n, "+") {
		return false
	}
	parsed, err := phonenumbers.Parse(n, country)
	if err != nil {
		return true // a plus and what nobody knows: rather not
	}
	if int(parsed.GetCountryCode()) != phonenumbers.GetCountryCodeForRegion(country) {
		return true
	}
	region := phonenumbers.GetRegionCodeForNumber(parsed)
	return region != "" && region != country && !phonenumbers.IsValidNumberForRegion(parsed, country)
}

// parse reads a number that is possible: of a length that numbers of its
// country have with area code.
func parse(country, raw string) (*phonenumbers.PhoneNumber, error) {
	dialled, ok := digits(raw)
	if !ok {
		return nil, fmt.Errorf("%q is not a telephone number", raw)
	}
	n, err := phonenumbers.Parse(dialled, country)
	if err != nil {
		return nil, fmt.Errorf("%q cannot be a telephone number in %s: %w", raw, country, err)
	}
	if phonenumbers.IsPossibleNumberWithReason(n) != phonenumbers.IS_POSSIBLE {
		return nil, fmt.Errorf("%q cannot be a telephone number: no number of country code %d has its length", raw, n.GetCountryCode())
	}
	return n, nil
}

// digits strips the separators that people write into a number (RFC 3966 §5.1.1
// visual separators, space and slash). It returns false unless
// digits are left, with at most a "+" before them.
func digits(raw string) (string, bool) {
	if len(raw) > maxLength {
		return "", false
	}
	var b strings.Builder
	for i := range len(raw) {
		switch c := raw[i]; {
		case '0' <= c && c <= '9':
			b.WriteByte(c)
		case c == '+' && b.Len() == 0:
			b.WriteByte(c)
		case strings.IndexByte(" -.()/", c) >= 0:
		default:
			return "", false
		}
	}
	s := b.String()
	return s, s != "" && s != "+"
}
