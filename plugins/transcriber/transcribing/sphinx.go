package transcribing

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"unsafe"

	"github.com/ebitengine/purego"
)

// sphinx is a decoder of libpocketsphinx (0.8 with the interface of "5prealpha",
// libpocketsphinx.so.3), which is loaded when it is needed: Plugboard is built
// and runs without it.
type sphinx struct {
	decoder  uintptr
	speaking bool // within an utterance

	startUtterance func(decoder uintptr) int32
	processRaw     func(decoder uintptr, pcm *int16, samples uintptr, noSearch, whole int32) int32
	endUtterance   func(decoder uintptr) int32
	hypothesis     func(decoder uintptr, score uintptr) string
}

// newSphinx loads the library and a model, which takes about a second.
func newSphinx(m Model) (*sphinx, error) {
	base, err := load("libsphinxbase.so.3")
	if err != nil {
		return nil, err
	}
	lib, err := load("libpocketsphinx.so.3")
	if err != nil {
		return nil, err
	}
	var (
		logTo func(file uintptr)
		args  func() uintptr
		parse func(into, declared uintptr, n int32, argv **byte, strict int32) uintptr
		make_ func(config uintptr) uintptr
	)
	s := new(sphinx)
	for _, f := range []struct {
		to   any
		lib  uintptr
		name string
	}{
		{&logTo, base, "err_set_logfp"}, {&parse, base, "cmd_ln_parse_r"},
		{&args, lib, "ps_args"}, {&make_, lib, "ps_init"},
		{&s.startUtterance, lib, "ps_start_utt"}, {&s.processRaw, lib, "ps_process_raw"},
		{&s.endUtterance, lib, "ps_end_utt"}, {&s.hypothesis, lib, "ps_get_hyp"},
	} {
		at, err := purego.Dlsym(f.lib, f.name)
		if err != nil {
			return nil, fmt.Errorf("this pocketsphinx is another than that of Debian 12: %w", err)
		}
		purego.RegisterFunc(f.to, at)
	}
	logTo(0) // its log has the words
	words := []string{"-hmm", m.Acoustic, "-lm", m.Language, "-dict", m.Dictionary, "-samprate", fmt.Sprint(Rate), "-bestpath", "yes"}
	argv := make([]*byte, 0, len(words))
	for _, w := range words {
		argv = append(argv, &append([]byte(w), 0)[0])
	}
	config := parse(0, args(), int32(len(argv)), unsafe.SliceData(argv), 1) // copies the words
	runtime.KeepAlive(argv)
	if config == 0 {
		return nil, errors.New("pocketsphinx does not take its settings")
	}
	if s.decoder = make_(config); s.decoder == 0 {
		return nil, fmt.Errorf("pocketsphinx cannot use the model %s, %s, %s", m.Acoustic, m.Language, m.Dictionary)
	}
	return s, nil
}

func load(name string) (uintptr, error) {
	lib, err := purego.Dlopen(name, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return 0, fmt.Errorf("pocketsphinx is missing (%w); install it (Debian: apt-get install pocketsphinx pocketsphinx-en-us)", err)
	}
	return lib, nil
}

// hear takes more of an utterance, and returns what is understood so far.
func (s *sphinx) hear(pcm []int16) (string, error) {
	if !s.speaking {
		if s.startUtterance(s.decoder) < 0 {
			return "", errors.New("pocketsphinx cannot begin an utterance")
		}
		s.speaking = true
	}
	if len(pcm) > 0 && s.processRaw(s.decoder, &pcm[0], uintptr(len(pcm)), 0, 0) < 0 {
		return "", errors.New("pocketsphinx cannot decode an utterance")
	}
	return s.text(), nil
}

// end ends the utterance.
func (s *sphinx) end() (string, error) {
	if !s.speaking {
		return "", nil
	}
	s.speaking = false
	if s.endUtterance(s.decoder) < 0 {
		return "", errors.New("pocketsphinx cannot end an utterance")
	}
	return s.text(), nil
}

func (s *sphinx) text() string { return strings.TrimSpace(s.hypothesis(s.decoder, 0)) }
