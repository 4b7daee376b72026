package trace

import (
	"bufio"
	"bytes"
	"fmt"
	"hash/maphash"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Options say how a ladder is drawn.
type Options struct {
	// Times puts the seconds since the first entry before each line.
	Times bool
	// Messages puts each message as a whole below its arrow.
	Messages bool
	// Parties are the first columns, in this order; others follow as they
	// appear.
	Parties []string
	// Gap is the width between two columns; 0 is what the labels need.
	Gap int
}

// Render draws entries as a ladder diagram. The same entries give the same
// text.
func Render(w io.Writer, entries []Entry, o Options) error {
	gap := minGap
	l := NewLadder(w, o)
	for _, e := range entries {
		l.know(e)
	}
	if o.Gap == 0 {
		for _, e := range entries {
			from, to := l.column(e.From), l.column(e.To)
			if e.To == "" || from == to {
				continue
			}
			spans := max(from-to, to-from)
			need := (utf8.RuneCountInString(label(e)) + len(again) + 6 + spans - 1) / spans
			gap = max(gap, min(need, maxGap))
		}
		for _, p := range l.parties {
			gap = max(gap, min(utf8.RuneCountInString(p)+2, maxGap))
		}
		l.gap = gap
	}
	for _, e := range entries {
		l.add(e)
	}
	return l.Flush()
}

// Widths, in characters.
const (
	minGap  = 20
	maxGap  = 44
	liveGap = 36
	again   = " again"
)

// Ladder draws entries one by one, for a reader that follows a live call. A
// party that appears later brings the head line anew.
type Ladder struct {
	w       *bufio.Writer
	o       Options
	gap     int
	parties []string
	headed  int // parties in the last head line
	start   time.Time
	seed    maphash.Seed
	seen    map[uint64]bool // hashes of messages, to tell what is sent again
}

// NewLadder returns a Ladder that writes to w.
func NewLadder(w io.Writer, o Options) *Ladder {
	l := &Ladder{w: bufio.NewWriter(w), o: o, gap: o.Gap, seed: maphash.MakeSeed(), seen: map[uint64]bool{}}
	if l.gap == 0 {
		l.gap = liveGap
	}
	l.gap = max(l.gap, 4) // an arrow and a letter
	l.parties = append(l.parties, o.Parties...)
	return l
}

// Add draws one entry and flushes it to the writer.
func (l *Ladder) Add(e Entry) error {
	l.know(e)
	l.add(e)
	return l.Flush()
}

// Flush writes what was drawn.
func (l *Ladder) Flush() error { return l.w.Flush() }

// know makes columns of a message's parties.
func (l *Ladder) know(e Entry) {
	if e.To == "" {
		return
	}
	for _, p := range []string{e.From, e.To} {
		if l.column(p) < 0 {
			l.parties = append(l.parties, p)
		}
	}
}

func (l *Ladder) column(party string) int {
	for i, p := range l.parties {
		if p == party {
			return i
		}
	}
	return -1
}

func (l *Ladder) add(e Entry) {
	if l.start.IsZero() {
		l.start = e.Time
	}
	if l.headed != len(l.parties) || l.headed == 0 {
		l.head()
	}
	row := l.lines()
	if e.To == "" {
		l.note(row, e)
		return
	}
	text := label(e)
	if key := maphash.Bytes(l.seed, e.Message); l.seen[key] {
		text += again
	} else {
		l.seen[key] = true
	}
	row = l.arrow(row, l.column(e.From), l.column(e.To), text)
	l.put(e.Time, row)
	if l.o.Messages {
		for line := range bytes.Lines(e.Message) {
			fmt.Fprintf(l.w, "%s    %s\n", l.indent(), strings.Map(printable, string(bytes.TrimRight(line, "\r\n"))))
		}
		if e.Cut > 0 {
			fmt.Fprintf(l.w, "%s    (%d more bytes were not kept)\n", l.indent(), e.Cut)
		}
		l.w.WriteByte('\n')
	}
}

// margin is how far right of the times the first column stands.
func (l *Ladder) margin() int {
	widest := 0
	if len(l.parties) > 0 {
		widest = utf8.RuneCountInString(l.parties[0])
	}
	return max(2, widest/2+1)
}

func (l *Ladder) at(column int) int { return l.margin() + column*l.gap }

// head writes the names and the first piece of their lines.
func (l *Ladder) head() {
	l.headed = len(l.parties)
	if l.headed == 0 {
		return
	}
	var row []rune
	for i, p := range l.parties {
		name := []rune(p)
		if len(name) > l.gap-2 {
			name = append(name[:l.gap-3], '…')
		}
		start := max(0, l.at(i)-len(name)/2)
		row = overlay(row, start, name)
	}
	fmt.Fprintf(l.w, "%s%s\n", l.indent(), strings.TrimRight(string(row), " "))
	fmt.Fprintf(l.w, "%s%s\n", l.indent(), string(l.lines()))
}

// lines is an empty row: each party's line.
func (l *Ladder) lines() []rune {
	var row []rune
	for i := range l.parties {
		row = overlay(row, l.at(i), []rune{'│'})
	}
	return row
}

// arrow draws "│─── INVITE ──▶│" into a row.
func (l *Ladder) arrow(row []rune, from, to int, text string) []rune {
	if from == to { // a message to itself
		return overlay(row, l.at(from)+1, []rune("⟲ "+text))
	}
	left, right := l.at(min(from, to))+1, l.at(max(from, to))-1
	for i := left; i <= right; i++ {
		row[i] = '─'
	}
	if to > from {
		row[right] = '▶'
		right--
	} else {
		row[left] = '◀'
		left++
	}
	name := []rune(" " + text + " ")
	if room := right - left + 1; len(name) > room {
		name = append(name[:max(0, room-1)], '…')
	}
	return overlay(row, left+(right-left+1-len(name))/2, name)
}

// note draws a note beside its party's line, over the lines to the right.
func (l *Ladder) note(row []rune, e Entry) {
	text, column := e.Note, l.column(e.From)
	if column < 0 {
		if e.From != "" {
			text = e.From + ": " + text
		}
		column = max(0, l.column(Self))
	}
	for i, line := range strings.Split(text, "\n") {
		mark := "• "
		if i > 0 {
			mark, row = "  ", l.lines()
		}
		l.put(e.Time, overlay(row, l.at(column)+2, []rune(mark+line)))
	}
}

func (l *Ladder) put(at time.Time, row []rune) {
	text := strings.TrimRight(string(row), " ")
	if l.o.Times {
		fmt.Fprintf(l.w, "%9.3f%s\n", at.Sub(l.start).Seconds(), text)
		return
	}
	fmt.Fprintf(l.w, "%s\n", text)
}

func (l *Ladder) indent() string {
	if l.o.Times {
		return strings.Repeat(" ", 9)
	}
	return ""
}

// overlay writes text into a row from a place on; the row grows as needed.
func overlay(row []rune, at int, text []rune) []rune {
	for len(row) < at+len(text) {
		row = append(row, ' ')
	}
	for i, r := range text {
		row[at+i] = printable(r)
	}
	return row
}

// printable keeps a far side's escapes and direction marks from the terminal
// of whoever reads its messages.
func printable(r rune) rune {
	if !unicode.IsPrint(r) {
		return '?'
	}
	return r
}
