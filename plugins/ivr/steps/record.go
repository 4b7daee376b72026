package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	"golang.org/x/sys/unix"

	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/app/step"
	"github.com/plugboard/plugboard/sdk/archive"
	"github.com/plugboard/plugboard/sdk/media/sound"
)

const (
	saidRate = 16000
	// saved is how many frames of 20 ms may be lost if the process is killed.
	saved = 50
	// pending is the end of the name of what says whose a recording is while it
	// goes on.
	pending = ".said"
	// minFree is what the disk must have free, in octets.
	minFree = 100 << 20
)

// said is what a caller says in a flow, on its way into the list of recordings:
//
//	ID.said, ID.wav ──▶ ID.wav, in the list
//
// The sound is a valid file wherever it is cut off. Where the process ends in the
// middle the next one puts what there is into the list.
type said struct {
	root *os.Root
	file *os.File
	wav  *sound.WAV
	archive.Recording
}

// Run does what is to be done beside the calls: it finishes recordings of a process
// that has ended. Until it is called nothing can be recorded.
func (i *IVR) Run(ctx context.Context, a archive.Archive) {
	log := hclog.FromContext(ctx)
	root, err := os.OpenRoot(a.Recordings())
	if err != nil {
		log.Error("the directory of recordings cannot be opened: flows record nothing", "error", err)
		return
	}
	i.mu.Lock()
	i.root, i.archive = root, a
	i.mu.Unlock()
	names, err := fs.Glob(root.FS(), "*"+pending)
	if err != nil {
		log.Error("the directory of recordings cannot be read", "error", err)
	}
	for _, name := range names {
		if err := i.adopt(ctx, root, name); err != nil {
			log.Error("a recording of a flow could not be finished", "recording", name, "error", err)
		}
	}
	<-ctx.Done()
}

// adopt finishes what an earlier process has begun.
func (i *IVR) adopt(ctx context.Context, root *os.Root, name string) error {
	text, err := root.ReadFile(name)
	if err != nil {
		return err
	}
	s := said{root: root}
	if err := json.Unmarshal(text, &s.Recording); err != nil || s.ID+pending != name {
		return errors.Join(fmt.Errorf("%s says nothing of a recording", name), root.Remove(name))
	}
	info, err := root.Stat(s.ID + ".wav")
	if err != nil {
		return errors.Join(err, root.Remove(name))
	}
	s.Lasts = time.Duration(max(0, info.Size()-sound.WAVHead)/2) * time.Second / saidRate
	s.Incomplete = "the plugin that recorded it ended in the middle"
	return s.list(ctx, i.archive)
}

// record records what the caller says. What cannot be recorded is no end of the
// call: the flow goes on without it.
func (i *IVR) record(ctx context.Context, c *app.Call, st *step.Step) (found map[string]string, err error) {
	found = map[string]string{step.File: ""}
	log := hclog.FromContext(ctx)
	s, a, err := i.begin(c)
	if err != nil {
		log.Error("what a caller says cannot be recorded", "call", c.ID, "error", err)
		return found, nil
	}
	var broken error
	frames := 0
	got, err := c.Record(ctx, app.Recording{Rate: saidRate, Max: st.Wait, Silence: st.Silence, End: st.End, Beep: true}, func(pcm []int16) error {
		if broken = s.wav.Write(pcm); broken == nil {
			if frames++; frames%saved == 0 {
				broken = s.wav.Flush()
			}
		}
		return broken
	})
	closed := errors.Join(s.wav.Close(), s.file.Close())
	if got.Voice == 0 {
		if e := s.drop(); e != nil {
			log.Warn("a recording without a word could not be removed", "recording", s.ID, "error", e)
		}
		if broken != nil {
			err = nil
			log.Error("what a caller says cannot be recorded", "call", c.ID, "error", broken)
		}
		return found, err
	}
	s.Lasts = got.Length
	switch {
	case broken != nil:
		s.Incomplete, err = "it could not be written on: "+broken.Error(), nil
	case closed != nil:
		s.Incomplete = "it could not be written to its end: " + closed.Error()
	}
	if err != nil && !errors.Is(err, app.ErrOver) { // the core is gone, or this process ends: the next one finds it
		return found, err
	}
	// It is in the list, though the caller hangs up.
	keep, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepTime)
	defer cancel()
	if e := s.list(keep, a); e != nil {
		log.Error("a recording is not in the list; its file is there", "recording", s.ID, "error", e)
	}
	found[step.File] = s.ID
	return found, err
}

// keepTime is how long the core may take to put a recording into its list.
const keepTime = 10 * time.Second

// begin makes the files of a recording.
func (i *IVR) begin(c *app.Call) (*said, archive.Archive, error) {
	i.mu.Lock()
	root, a := i.root, i.archive
	i.mu.Unlock()
	if root == nil {
		return nil, nil, errors.New("there is no directory of recordings")
	}
	var disk unix.Statfs_t
	if err := unix.Statfs(a.Recordings(), &disk); err == nil && disk.Bavail*uint64(disk.Bsize) < minFree {
		return nil, nil, fmt.Errorf("the disk has less than %d MB free", minFree>>20)
	}
	s := &said{root: root, Recording: archive.Recording{
		Call: c.ID, From: c.From, To: c.Facts.To, Route: c.Route, Began: time.Now().UTC(), Format: "wav", Channels: []string{c.From},
	}}
	base := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return '_'
	}, c.ID) + "-said"
	for n := 1; n < 1000; n++ {
		if s.ID = base; n > 1 {
			s.ID = fmt.Sprintf("%s-%d", base, n)
		}
		f, err := root.OpenFile(s.ID+".wav", os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		s.file = f
		text, err := json.Marshal(s.Recording)
		if err == nil {
			err = root.WriteFile(s.ID+pending, text, 0o600)
		}
		if err == nil {
			s.wav, err = sound.NewWAV(f, saidRate, 1)
		}
		if err != nil {
			return nil, nil, errors.Join(err, f.Close(), s.drop())
		}
		return s, a, nil
	}
	return nil, nil, fmt.Errorf("there are a thousand recordings of call %s", c.ID)
}

// drop removes the files of a recording.
func (s *said) drop() error {
	err := s.root.Remove(s.ID + ".wav")
	if e := s.root.Remove(s.ID + pending); !errors.Is(e, fs.ErrNotExist) {
		err = errors.Join(err, e)
	}
	return err
}

// list puts a recording that is over into the core's list.
func (s *said) list(ctx context.Context, a archive.Archive) error {
	s.File = s.ID + ".wav"
	info, err := s.root.Stat(s.File)
	if err != nil {
		return err
	}
	s.Bytes, s.Ended = info.Size(), s.Began.Add(s.Lasts)
	if err := a.Recording(ctx, s.Recording); err != nil {
		return err
	}
	return s.root.Remove(s.ID + pending)
}
