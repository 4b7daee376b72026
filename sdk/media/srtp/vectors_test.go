package srtp

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/binary"
	"testing"
)

// The RFCs' vectors are about parts: keystreams and derived keys. So the parts
// are written here a second time, plainly, held against the vectors, and then
// whole packets of the package against them.

// derive is the key derivation of RFC 3711, 4.3, at rate 0.
func derive(master, salt []byte, label byte, n int) []byte {
	var iv [16]byte
	copy(iv[:], salt)
	iv[7] ^= label
	block, err := aes.NewCipher(master)
	if err != nil {
		panic(err)
	}
	out := make([]byte, n)
	cipher.NewCTR(block, iv[:]).XORKeyStream(out, out)
	return out
}

// stream is the counter mode of RFC 3711, 4.1.1.
func stream(key, salt []byte, ssrc uint32, index uint64, b []byte) {
	var iv [16]byte
	copy(iv[:], salt)
	var x [16]byte
	binary.BigEndian.PutUint32(x[4:], ssrc)
	binary.BigEndian.PutUint64(x[8:], index<<16)
	for i := range iv {
		iv[i] ^= x[i]
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	cipher.NewCTR(block, iv[:]).XORKeyStream(b, b)
}

// gcm is RFC 7714, 8.1.
func gcm(key, salt []byte, ssrc uint32, index uint64, header, payload []byte) []byte {
	var iv [12]byte
	binary.BigEndian.PutUint32(iv[2:], ssrc)
	binary.BigEndian.PutUint32(iv[6:], uint32(index>>16))
	binary.BigEndian.PutUint16(iv[10:], uint16(index))
	for i := range iv {
		iv[i] ^= salt[i]
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return aead.Seal(nil, iv[:], payload, header)
}

func same(t *testing.T, what string, got []byte, want string) {
	t.Helper()
	if !bytes.Equal(got, unhex(want)) {
		t.Errorf("%s: %x, want %s", what, got, want)
	}
}

func TestRFC3711_B2_Keystream(t *testing.T) {
	b := make([]byte, 48)
	stream(unhex("2B7E151628AED2A6ABF7158809CF4F3C"), unhex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD"), 0, 0, b)
	same(t, "AES-128", b, "E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0")
}

func TestRFC6188_7_1_Keystream(t *testing.T) {
	b := make([]byte, 48)
	stream(unhex("57f82fe3613fd170a85ec93c40b1f092 2ec4cb0dc025b58272147cc438944a98"), unhex("f0f1f2f3f4f5f6f7f8f9fafbfcfd"), 0, 0, b)
	same(t, "AES-256", b, "92bdd28a93c3f52511c677d08b5515a4 9da71b2378a854f67050756ded165bac 63c4868b7096d88421b563b8c94c9a31")
}

func TestRFC3711_B3_KeyDerivation(t *testing.T) {
	master, salt := unhex("E1F97A0D3E018BE0D64FA32C06DE4139"), unhex("0EC675AD498AFEEBB6960B3AABE6")
	same(t, "cipher key", derive(master, salt, 0, 16), "C61E7A93744F39EE10734AFE3FF7A087")
	same(t, "cipher salt", derive(master, salt, 2, 14), "30CBBC08863D8C85D49DB34A9AE1")
	same(t, "auth key", derive(master, salt, 1, 20), "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4")
}

func TestRFC7714_16_1_GCM(t *testing.T) {
	header, payload := unhex("8040f17b 8041f8d3 5501a0b2"), unhex("47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070 61727465 73207472 6573")
	for _, c := range []struct{ key, want string }{
		{
			"000102030405060708090a0b0c0d0e0f",
			"f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce",
		},
		{
			"000102030405060708090a0b0c0d0e0f 101112131415161718191a1b1c1d1e1f",
			"32b1de78 a822fe12 ef9f78fa 332e33aa b1801238 9a58e2f3 b50b2a02 76ffae0f 1ba63799 b87b7aa3 db36dfff d6b0f9bb 7878d7a7 6c13",
		},
	} {
		same(t, "GCM", gcm(unhex(c.key), unhex("517569642070726f2071756f"), 0x5501a0b2, 0xf17b, header, payload), c.want)
	}
}

// TestPacketsAgainstTheParts compares whole packets of the package with what the
// parts above make of them.
func TestPacketsAgainstTheParts(t *testing.T) {
	for _, s := range every {
		k := NewKey(s)
		tx, err := NewSender(k)
		if err != nil {
			t.Fatal(err)
		}
		const ssrc = 0xcafebabe
		for _, index := range []uint64{1, 40_000, 65_535, 65_536, 90_000, 120_000, 131_073} {
			plain := packet(ssrc, uint16(index), "Gallia est omnis divisa in partes tres")
			got := seal(t, tx, packet(ssrc, uint16(index), "Gallia est omnis divisa in partes tres"))
			key, salt := derive(k.Master, k.Salt, 0, len(k.Master)), derive(k.Master, k.Salt, 2, len(k.Salt))
			var want []byte
			switch s {
			case AES128GCM, AES256GCM:
				want = append(bytes.Clone(plain[:12]), gcm(key, salt, ssrc, index, plain[:12], plain[12:])...)
			default:
				want = bytes.Clone(plain)
				stream(key, salt, ssrc, index, want[12:])
				mac := hmac.New(sha1.New, derive(k.Master, k.Salt, 1, 20))
				mac.Write(want)
				mac.Write(binary.BigEndian.AppendUint32(nil, uint32(index>>16)))
				tag := 10
				if s == AES128SHA32 || s == AES256SHA32 {
					tag = 4
				}
				want = append(want, mac.Sum(nil)[:tag]...)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%v, index %d:\n%x, want\n%x", s, index, got, want)
			}
		}
	}
}
