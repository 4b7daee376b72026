package sdp

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/plugboard/plugboard/sdk/media/srtp"
)

// crypto is one a=crypto line: a key under a tag (RFC 4568, 9.1).
type crypto struct {
	tag int
	key srtp.Key
}

// line is the whole line. It holds the key in the clear: it is for the
// description alone.
func (c crypto) line() string {
	key := base64.StdEncoding.EncodeToString(append(append([]byte(nil), c.key.Master...), c.key.Salt...))
	return fmt.Sprintf("a=crypto:%d %s inline:%s\r\n", c.tag, c.key.Suite, key)
}

// readCrypto reads
//
//	1 AES_CM_128_HMAC_SHA1_80 inline:BASE64|2^31|1:4 KDR=0
//
// It reports false for what cannot be served: another suite, several keys at
// once, or a session parameter that changes what is sent. Such a line is passed
// over, as if it were not there (RFC 4568, 7.1.2).
func readCrypto(value string) (c crypto, ok bool) {
	f := strings.Fields(value)
	if len(f) < 3 {
		return c, false
	}
	tag, err := strconv.ParseUint(f[0], 10, 30)
	suite, known := srtp.Named(f[1])
	method, key, _ := strings.Cut(f[2], ":")
	if err != nil || !known || !strings.EqualFold(method, "inline") {
		return c, false
	}
	for _, p := range f[3:] {
		if !harmless(p) {
			return c, false
		}
	}
	c.tag = int(tag)
	c.key, ok = readKey(suite, key)
	return c, ok
}

// harmless says that a session parameter (RFC 4568, 6.3) changes nothing for
// us: a preferred window, an explicit default, or one that may be ignored.
func harmless(p string) bool {
	name, value, _ := strings.Cut(strings.ToUpper(p), "=")
	return strings.HasPrefix(p, "-") || name == "WSH" || name == "KDR" && value == "0"
}

// readKey reads BASE64[|lifetime][|MKI:length].
func readKey(suite srtp.Suite, s string) (k srtp.Key, ok bool) {
	text, params, more := strings.Cut(s, "|")
	// Some leave the padding out.
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil || len(raw) != suite.KeySize()+suite.SaltSize() {
		return k, false
	}
	k = srtp.Key{Suite: suite, Master: raw[:suite.KeySize()], Salt: raw[suite.KeySize():]}
	for more {
		var p string
		p, params, more = strings.Cut(params, "|")
		number, length, isMKI := strings.Cut(p, ":")
		if !isMKI {
			continue // a lifetime: no call lasts as long
		}
		n, err := strconv.ParseUint(number, 10, 64)
		size, err2 := strconv.ParseUint(length, 10, 8)
		if err != nil || err2 != nil || size == 0 || size > 128 || len(k.MKI) > 0 {
			return srtp.Key{}, false
		}
		k.MKI = make([]byte, max(size, 8))
		binary.BigEndian.PutUint64(k.MKI[len(k.MKI)-8:], n)
		if size < 8 {
			if n>>(8*size) != 0 {
				return srtp.Key{}, false
			}
			k.MKI = k.MKI[8-size:]
		}
	}
	return k, true
}
