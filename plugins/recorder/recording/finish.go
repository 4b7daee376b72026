package recording

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/plugboard/plugboard/sdk/archive"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/media/sound"
)

// Sheet is what stands beside a recording, as JSON: ID.json.
type Sheet struct {
	ID       string    `json:"id"`
	Call     string    `json:"call"`
	From     string    `json:"from"`
	FromName string    `json:"from_name,omitempty"`
	To       string    `json:"to"`
	Route    string    `json:"route,omitempty"`
	Began    time.Time `json:"began"`
	Ended    time.Time `json:"ended"`
	Seconds  float64   `json:"seconds"`
	File     string    `json:"file"`
	Format   string    `json:"format"`
	Rate     int       `json:"rate"`
	Channels []Channel `json:"channels"` // of the file, in their order
	Pauses   []Span    `json:"pauses,omitempty"`
	// Missed frames of 20 ms are silent because the recorder was slow.
	Missed uint64 `json:"missed,omitempty"`
	// Incomplete says why something is missing; "" if nothing is.
	Incomplete string `json:"incomplete,omitempty"`
}

// Channel says who is on a channel.
type Channel struct {
	Speaker string    `json:"speaker"` // a number, a name, or "mixed"
	Leg     string    `json:"leg,omitempty"`
	Kind    string    `json:"kind,omitempty"`
	Name    string    `json:"name,omitempty"`
	Since   time.Time `json:"since"` // when the party came into the call, or the recording began
	Until   time.Time `json:"until"` // when it left, or the recording ended
}

// Span is a time, in seconds of the recording.
type Span struct {
	From float64 `json:"from"`
	To   float64 `json:"to"`
}

// finish makes the file of a recording that is over, tells the core of it, and
// removes its pieces. One that somebody has, or that is gone, is left alone.
func (r *Recorder) finish(ctx context.Context, id string) error {
	dir, err := r.root.OpenRoot(id + part)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer dir.Close()
	j, err := openJournal(dir)
	if errors.Is(err, errLocked) {
		return nil
	}
	if err != nil {
		return err
	}
	defer j.close()
	s, err := j.read()
	if err != nil {
		return err
	}
	a, err := assemble(dir, s, r.cfg)
	if err != nil {
		return err
	}
	defer a.close()
	sheet, err := r.write(ctx, id, s, a)
	if err != nil {
		return err
	}
	if err := r.root.RemoveAll(id + part); err != nil {
		r.log.Warn("the pieces of a finished recording could not be removed", "recording", id, "error", err)
	}
	return r.tell(ctx, sheet)
}

// write writes the file and its sheet. They appear under their names as wholes,
// the sheet last.
func (r *Recorder) write(ctx context.Context, id string, s story, a *assembly) (Sheet, error) {
	sheet := a.sheet
	sheet.ID, sheet.File = id, id+"."+sheet.Format
	sheet.Call, sheet.From, sheet.FromName, sheet.To, sheet.Route = s.call.ID, s.call.From, s.call.FromName, s.call.To, s.call.Route
	sheet.Missed = s.missed
	sheet.Incomplete = incomplete(s)
	if err := r.whole(sheet.File, func(f *os.File) error { return a.write(ctx, f) }); err != nil {
		return sheet, err
	}
	text, err := json.MarshalIndent(sheet, "", "  ")
	if err != nil {
		return sheet, err
	}
	return sheet, r.whole(id+".json", func(f *os.File) error {
		_, err := f.Write(append(text, '\n'))
		return err
	})
}

// whole writes a file that appears under its name when it is complete.
func (r *Recorder) whole(name string, write func(*os.File) error) error {
	hidden := "." + name
	f, err := r.root.OpenFile(hidden, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = r.root.Rename(hidden, name)
	}
	if err != nil {
		return errors.Join(err, ignoreGone(r.root.Remove(hidden)))
	}
	return nil
}

func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// incomplete says why something is missing.
func incomplete(s story) string {
	var why []string
	if s.stopped != "" {
		why = append(why, s.stopped)
	}
	if s.lives > 1 {
		why = append(why, "the recorder was started again in the middle of the call, and what was said meanwhile is missing")
	}
	if !s.ended && s.stopped == "" {
		why = append(why, "the recorder ended before the call did")
	}
	if s.missed > 0 {
		why = append(why, fmt.Sprintf("the recorder was slow: %d frames of 20 ms are silent", s.missed))
	}
	return strings.Join(why, "; ")
}

// tell tells the core of a finished recording.
func (r *Recorder) tell(ctx context.Context, s Sheet) error {
	info, err := r.root.Stat(s.File)
	if err != nil {
		return err
	}
	one := archive.Recording{
		ID: s.ID, Call: s.Call, From: s.From, To: s.To, Route: s.Route, Began: s.Began, Ended: s.Ended,
		Lasts: time.Duration(s.Seconds * float64(time.Second)), File: s.File, Format: s.Format, Bytes: info.Size(), Incomplete: s.Incomplete,
	}
	for _, c := range s.Channels {
		one.Channels = append(one.Channels, c.Speaker)
	}
	return r.archive.Recording(ctx, one)
}

// assembly puts the pieces of a recording in their places.
type assembly struct {
	sheet    Sheet
	channels []*channel // without the mixed one
	mixed    bool
	length   int64 // samples of each channel
}

// channel is one party's pieces, in order.
type channel struct {
	pieces []piece
	buf    []byte
	quiet  []byte // silence
	out    []int16
}

// piece is a piece of sound in its place.
type piece struct {
	file *os.File
	at   int64 // the place of its first sample
	n    int64 // samples
}

// assemble opens the pieces of a recording. Close ends it.
func assemble(dir *os.Root, s story, cfg Config) (*assembly, error) {
	first, n := s.first(), int64(s.call.Rate/50)
	a := &assembly{mixed: cfg.Mixed}
	a.sheet = Sheet{Began: s.time(first), Format: cfg.Format, Rate: s.call.Rate}
	a.length = int64(s.last-first+1) * n
	for _, w := range s.legs() {
		c := &channel{}
		a.channels = append(a.channels, c)
		a.sheet.Channels = append(a.sheet.Channels, Channel{Speaker: speaker(w), Leg: w.Leg, Kind: w.Kind, Name: w.Name, Since: s.time(w.Tick)})
		for _, p := range s.pieces {
			if p.Leg != w.Leg || p.Tick < first {
				continue
			}
			one, err := openPiece(dir, p.File)
			if err != nil {
				a.close()
				return nil, err
			}
			one.at = int64(p.Tick-first) * n
			c.pieces = append(c.pieces, one)
			a.length = max(a.length, one.at+one.n)
		}
	}
	if a.mixed {
		a.sheet.Channels = append(a.sheet.Channels, Channel{Speaker: "mixed", Since: a.sheet.Began})
	}
	a.sheet.Seconds = float64(a.length) / float64(s.call.Rate)
	a.sheet.Ended = a.sheet.Began.Add(time.Duration(a.length/n) * audio.Tick)
	for i := range a.sheet.Channels {
		c := &a.sheet.Channels[i]
		c.Until = a.sheet.Ended
		if tick, ok := s.left[c.Leg]; ok {
			c.Until = s.time(tick + 1)
		}
	}
	for _, p := range s.pauses {
		span := Span{From: seconds(p.from, first), To: min(seconds(p.to, first), a.sheet.Seconds)}
		if span.From < span.To {
			a.sheet.Pauses = append(a.sheet.Pauses, span)
		}
	}
	return a, a.fit()
}

// seconds is where a tick is in a recording that begins with first.
func seconds(tick, first uint64) float64 {
	return float64(max(tick, first)-first) * audio.Tick.Seconds()
}

// speaker is who a party is, in a word.
func speaker(w speakerLine) string {
	for _, s := range []string{w.Number, w.Name} {
		if s != "" {
			return s
		}
	}
	return w.Leg
}

// fit chooses a format that can hold it: a WAV has at most 4 GB, a FLAC eight
// channels.
func (a *assembly) fit() error {
	wide := len(a.sheet.Channels)
	if a.sheet.Format == "wav" && a.length*int64(wide)*2 > sound.MaxWAV {
		a.sheet.Format = "flac"
	}
	if a.sheet.Format == "flac" && wide > sound.MaxFLAC {
		a.sheet.Format = "opus"
	}
	if wide == 0 || a.sheet.Format == "opus" && wide > sound.MaxOpus {
		return fmt.Errorf("it has %d channels", wide)
	}
	return nil
}

// openPiece opens a piece. One that was cut off before it had a header holds
// nothing.
func openPiece(dir *os.Root, name string) (piece, error) {
	f, err := dir.Open(name)
	if err != nil {
		return piece{}, err
	}
	info, err := f.Stat()
	if err != nil {
		return piece{}, errors.Join(err, f.Close())
	}
	return piece{file: f, n: max(info.Size()-sound.WAVHead, 0) / 2}, nil
}

func (a *assembly) close() {
	for _, c := range a.channels {
		for _, p := range c.pieces {
			_ = p.file.Close() // it was read
		}
	}
}

// write writes the file, a second after the other.
func (a *assembly) write(ctx context.Context, f *os.File) error {
	wide := len(a.sheet.Channels)
	var w sound.Writer
	var err error
	switch a.sheet.Format {
	case "flac":
		w, err = sound.NewFLAC(f, a.sheet.Rate, wide)
	case "opus":
		w, err = sound.NewOgg(f, a.sheet.Rate, wide)
	default:
		w, err = sound.NewWAV(f, a.sheet.Rate, wide)
	}
	if err != nil {
		return err
	}
	block := make([]int16, 0, a.sheet.Rate*wide)
	for at := int64(0); at < a.length; at += int64(a.sheet.Rate) {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := int(min(a.length-at, int64(a.sheet.Rate)))
		block = block[:n*wide]
		if err := a.fill(block, at); err != nil {
			return err
		}
		if err := w.Write(block); err != nil {
			return err
		}
	}
	return w.Close()
}

// fill fills the samples of all channels from the given place on, interleaved. Who
// is silent costs nothing, and one who speaks alone is what all say.
func (a *assembly) fill(block []int16, at int64) error {
	clear(block)
	wide := len(a.sheet.Channels)
	n := len(block) / wide
	speaking := 0
	var alone []int16
	for c, ch := range a.channels {
		heard, err := ch.read(at, n)
		if err != nil {
			return err
		}
		if !heard {
			continue
		}
		spread(block[c:], wide, ch.out)
		speaking++
		alone = ch.out
	}
	switch {
	case !a.mixed || speaking == 0:
	case speaking == 1:
		spread(block[wide-1:], wide, alone)
	default:
		for i := 0; i < len(block); i += wide {
			sum, all := int32(0), block[i:i+wide]
			for _, v := range all[:wide-1] {
				sum += int32(v)
			}
			all[wide-1] = int16(max(-32768, min(32767, sum)))
		}
	}
	return nil
}

// spread puts samples into every so manieth place.
func spread(to []int16, every int, samples []int16) {
	for i, v := range samples {
		to[i*every] = v
	}
}

// read reads n samples from the given place on into out: silence where there is no
// piece. It reports false if all is silence, and then out says nothing.
func (c *channel) read(at int64, n int) (heard bool, err error) {
	for _, p := range c.pieces {
		from, to := max(at, p.at), min(at+int64(n), p.at+p.n)
		if from >= to {
			continue
		}
		c.buf = slices.Grow(c.buf[:0], int(to-from)*2)[:(to-from)*2]
		if _, err := p.file.ReadAt(c.buf, sound.WAVHead+(from-p.at)*2); err != nil && !errors.Is(err, io.EOF) {
			return false, err
		}
		if len(c.quiet) < len(c.buf) {
			c.quiet = make([]byte, len(c.buf))
		}
		if bytes.Equal(c.buf, c.quiet[:len(c.buf)]) {
			continue
		}
		if !heard {
			heard = true
			c.out = slices.Grow(c.out[:0], n)[:n]
			if to-from < int64(n) {
				clear(c.out)
			}
		}
		for i, out := 0, c.out[from-at:to-at]; i < len(out); i++ {
			out[i] = int16(binary.LittleEndian.Uint16(c.buf[2*i : 2*i+2]))
		}
	}
	return heard, nil
}

// expire removes recordings that were kept long enough.
func (r *Recorder) expire(ctx context.Context) {
	if r.cfg.Keep == 0 {
		return
	}
	names, err := fs.Glob(r.root.FS(), "*.json")
	if err != nil {
		r.log.Error("the directory of recordings cannot be read", "error", err)
		return
	}
	for _, name := range names {
		if ctx.Err() != nil {
			return
		}
		if err := r.expireOne(ctx, name); err != nil {
			r.log.Warn("a recording that was kept long enough could not be removed", "recording", name, "error", err)
		}
	}
}

func (r *Recorder) expireOne(ctx context.Context, name string) error {
	text, err := r.root.ReadFile(name)
	if err != nil {
		return ignoreGone(err)
	}
	var s Sheet
	if err := json.Unmarshal(text, &s); err != nil || s.ID+".json" != name || clean(s.ID) != s.ID {
		return errors.New("it is no sheet of ours")
	}
	if time.Since(s.Ended) < r.cfg.Keep {
		return nil
	}
	for _, f := range []string{s.File, name} {
		if err := ignoreGone(r.root.Remove(f)); err != nil {
			return err
		}
	}
	return r.archive.RecordingGone(ctx, s.ID)
}
