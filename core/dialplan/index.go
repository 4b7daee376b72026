package dialplan

import "math/bits"

// index finds the first of many patterns that match, in their order, without
// trying each: a bit for each pattern, a row of bits for each pair of
// position and byte. A number's rows are ANDed word by word, so the first
// word that keeps a bit holds the first candidate. 10,000 patterns are 157
// words; each candidate is then matched in full. (Patterns that begin with a
// wildcard, and regular expressions, are candidates for nearly every number.)
type index struct {
	patterns []*pattern
	words    int
	rows     [][]uint64 // [position*rowsEach + class]
}

const (
	positions = 16 // how far into a number the index looks: "+" and 15 digits

	// The classes of a byte: 0-9, +, *, #, any other, and the number's end.
	classPlus  = 10
	classStar  = 11
	classHash  = 12
	classOther = 13
	classEnd   = 14
	rowsEach   = 15
)

func classOf(b byte) int {
	switch {
	case '0' <= b && b <= '9':
		return int(b - '0')
	case b == '+':
		return classPlus
	case b == '*':
		return classStar
	case b == '#':
		return classHash
	default:
		return classOther
	}
}

func newIndex(patterns []*pattern) *index {
	x := &index{patterns: patterns, words: (len(patterns) + 63) / 64}
	x.rows = make([][]uint64, positions*rowsEach)
	for i := range x.rows {
		x.rows[i] = make([]uint64, x.words)
	}
	var classes [classEnd]set // the bytes of each class
	for b := range 256 {
		classes[classOf(byte(b))].add(byte(b))
	}
	for i, p := range patterns {
		for at := range positions {
			for class := range rowsEach {
				if p.allows(at, class, classes) {
					x.rows[at*rowsEach+class][i/64] |= 1 << (i % 64)
				}
			}
		}
	}
	return x
}

// allows says whether a number that matches can have a byte of the class
// there. It may say yes too often, never no.
func (p *pattern) allows(at, class int, classes [classEnd]set) bool {
	if p.re != nil {
		return true
	}
	wild := len(p.elements)
	if len(p.wild) > 0 {
		wild = p.wild[0]
	}
	switch {
	case class == classEnd && len(p.wild) > 0:
		return at >= p.least()
	case class == classEnd:
		return at == len(p.elements)
	case at < wild:
		return p.elements[at].set.overlaps(classes[class])
	default:
		return len(p.wild) > 0
	}
}

// each calls try with the number of each candidate, in order, until it
// returns true.
func (x *index) each(s string, try func(i int) bool) {
	var rows [positions][]uint64
	n := 0
	for ; n < len(s) && n < positions; n++ {
		rows[n] = x.rows[n*rowsEach+classOf(s[n])]
	}
	if n < positions {
		rows[n] = x.rows[n*rowsEach+classEnd]
		n++
	}
	for w := range x.words {
		word := rows[0][w]
		for at := 1; at < n && word != 0; at++ {
			word &= rows[at][w]
		}
		for ; word != 0; word &= word - 1 {
			if try(w*64 + bits.TrailingZeros64(word)) {
				return
			}
		}
	}
}
