package prompt

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/plugboard/plugboard/sdk/media/sound"
	"github.com/plugboard/plugboard/sdk/tts"
)

// disk is the cache's directory: HASH.wav, 16 bits, one channel, at the
// engine's rate, and HASH.json, which says what it is. A nil disk keeps nothing.
type disk struct {
	dir string
	mu  sync.Mutex // of who removes
}

const (
	unready = ".unfinished-"
)

func openDisk(dir string) (*disk, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	left, err := filepath.Glob(filepath.Join(dir, unready+"*"))
	if err != nil {
		return nil, err
	}
	for _, f := range left {
		if err := os.Remove(f); err != nil {
			return nil, err
		}
	}
	return &disk{dir: dir}, nil
}

func (d *disk) path(name string) string { return filepath.Join(d.dir, name) }

// load hands over the sound with this name. It reports false if there is none;
// one that is damaged is removed.
func (d *disk) load(name string, out tts.Out) (bool, error) {
	if d == nil {
		return false, nil
	}
	f, err := os.Open(d.path(name + ".wav"))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	if err := d.read(f, out); err != nil {
		d.mu.Lock()
		defer d.mu.Unlock()
		return false, errors.Join(err, d.remove(name))
	}
	now := time.Now()
	_ = os.Chtimes(f.Name(), now, now) // who was heard of late stays longest
	return true, nil
}

func (d *disk) read(f *os.File, out tts.Out) error {
	head := make([]byte, sound.WAVHead)
	if _, err := io.ReadFull(f, head); err != nil {
		return fmt.Errorf("it has no beginning: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	rate := int(binary.LittleEndian.Uint32(head[24:]))
	if rate < tts.MinRate || rate > tts.MaxRate || string(head) != string(sound.AppendWAVHead(nil, rate, 1, uint32(info.Size()-sound.WAVHead))) {
		return errors.New("its beginning and its length do not match")
	}
	r := bufio.NewReaderSize(f, 32<<10)
	octets, pcm := make([]byte, 8000), make([]float32, 4000)
	for {
		n, err := io.ReadFull(r, octets)
		for i := range n / 2 {
			pcm[i] = float32(int16(binary.LittleEndian.Uint16(octets[2*i:]))) / (1 << 15)
		}
		if err2 := out(rate, pcm[:n/2]); err2 != nil {
			return err2
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// file is a sound on its way into the cache. A nil file takes and keeps
// nothing. The first error is told by keep.
type file struct {
	disk *disk
	of   utterance
	f    *os.File
	w    *bufio.Writer
	rate int
	size int64
	err  error
}

func (d *disk) create(u utterance) *file {
	if d == nil {
		return nil
	}
	to := &file{disk: d, of: u}
	if to.f, to.err = os.CreateTemp(d.dir, unready+"*"); to.err == nil {
		to.w = bufio.NewWriterSize(to.f, 32<<10)
		_, to.err = to.w.Write(make([]byte, sound.WAVHead))
	}
	return to
}

func (to *file) write(rate int, pcm []float32) {
	if to == nil || to.err != nil {
		return
	}
	to.rate = rate
	var b [2]byte
	for _, s := range pcm {
		binary.LittleEndian.PutUint16(b[:], uint16(int16(math.Round(float64(1<<15)*float64(min(max(s, -1), 1-1./(1<<15)))))))
		if _, to.err = to.w.Write(b[:]); to.err != nil {
			return
		}
	}
	to.size += int64(2 * len(pcm))
}

// keep makes it part of the cache.
func (to *file) keep() error {
	if to == nil {
		return nil
	}
	if to.err == nil {
		to.err = to.w.Flush()
	}
	if to.err == nil {
		_, to.err = to.f.WriteAt(sound.AppendWAVHead(nil, to.rate, 1, uint32(to.size)), 0)
	}
	if to.err != nil {
		to.discard()
		return to.err
	}
	name := to.of.hash()
	about, err := json.Marshal(to.of)
	to.disk.mu.Lock()
	defer to.disk.mu.Unlock()
	err = errors.Join(err, to.f.Close(), os.WriteFile(to.disk.path(name+".json"), about, 0o600))
	if err == nil {
		err = os.Rename(to.f.Name(), to.disk.path(name+".wav"))
	}
	if err != nil {
		return errors.Join(err, os.Remove(to.f.Name()))
	}
	return to.disk.trim()
}

func (to *file) discard() {
	if to != nil && to.f != nil {
		_ = to.f.Close()
		_ = os.Remove(to.f.Name()) // the next start does, else
	}
}

// Entry is a sound of the cache.
type Entry struct {
	ID       string    `json:"id"`
	Text     string    `json:"text"`
	Voice    string    `json:"voice,omitempty"`
	Language string    `json:"language,omitempty"`
	Engine   string    `json:"engine"`
	Version  string    `json:"version"`
	Bytes    int64     `json:"bytes"`
	Used     time.Time `json:"used"` // when it was last read from there
}

// entries are the sounds that are kept, the one that was used last first.
func (d *disk) entries() ([]Entry, error) {
	if d == nil {
		return nil, nil
	}
	found, err := filepath.Glob(d.path("*.wav"))
	if err != nil {
		return nil, err
	}
	var list []Entry
	for _, f := range found {
		info, err := os.Stat(f)
		if err != nil {
			continue // it is just being removed
		}
		name := strings.TrimSuffix(filepath.Base(f), ".wav")
		e := Entry{ID: name, Bytes: info.Size(), Used: info.ModTime().UTC()}
		var u utterance
		if b, err := os.ReadFile(d.path(name + ".json")); err == nil && json.Unmarshal(b, &u) == nil {
			e.Text, e.Voice, e.Language, e.Engine, e.Version = u.Text, u.Voice, u.Language, u.Engine, u.Version
		}
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b Entry) int { return b.Used.Compare(a.Used) })
	return list, nil
}

// remove takes a sound out. mu is held.
func (d *disk) remove(name string) error {
	err := os.Remove(d.path(name + ".wav"))
	if about := os.Remove(d.path(name + ".json")); !errors.Is(about, fs.ErrNotExist) {
		err = errors.Join(err, about)
	}
	return err
}

// trim removes what was not used for longest until the rest fits. mu is held.
func (d *disk) trim() error {
	list, err := d.entries()
	if err != nil {
		return err
	}
	var size int64
	for _, e := range list {
		if size += e.Bytes; size > diskLimit {
			err = errors.Join(err, d.remove(e.ID))
		}
	}
	return err
}

// List tells what the cache keeps on disk, what was used last first.
func (p *Prompts) List() ([]Entry, error) {
	list, err := p.disk.entries()
	if list == nil {
		list = []Entry{}
	}
	return list, err
}

// Clear removes all of the cache, in memory and on disk, and says how many texts
// these were. Who listens hears on.
func (p *Prompts) Clear() (int, error) {
	p.mu.Lock()
	for key, t := range p.tracks {
		if t.ended.Load() {
			delete(p.tracks, key)
		}
	}
	p.mu.Unlock()
	if p.disk == nil {
		return 0, nil
	}
	p.disk.mu.Lock()
	defer p.disk.mu.Unlock()
	list, err := p.disk.entries()
	n := 0
	for _, e := range list {
		if gone := p.disk.remove(e.ID); gone != nil {
			err = errors.Join(err, gone)
			continue
		}
		n++
	}
	return n, err
}
