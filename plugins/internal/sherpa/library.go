// Package sherpa is sherpa-onnx in the process: voices that speak ([Voice]) and
// recognizers that understand speech ([Recognizer]), by neural models.
//
// The library (Apache-2.0) is loaded when it is needed, without cgo: Plugboard is
// built and runs without it. It comes with the npm package sherpa-onnx-linux-x64
// (or -arm64), of exactly the version whose structures this package knows.
//
// The library ends the process where it does not like a model, and a bug of it may
// do so at any time. So only a process that may die has it: a plugin of its own,
// or an engine of one.
package sherpa

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/ebitengine/purego"
)

// Version is the only one of sherpa-onnx that can be loaded: the next may have
// other structures under the same names.
const Version = "1.13.8"

// Dir is the folder of the library where nobody says otherwise.
const Dir = "/usr/local/lib/sherpa-onnx"

// file is that of the library in its folder; it finds its ONNX runtime beside it.
const file = "libsherpa-onnx-c-api.so"

// Library is sherpa-onnx.
type Library struct {
	createTTS                                 func(*ttsConfig) uintptr
	createOnline                              func(*onlineConfig) uintptr
	createOffline                             func(*offlineConfig) uintptr
	destroyTTS, destroyOnline, destroyOffline func(uintptr)

	ttsRate, ttsSpeakers func(tts uintptr) int32
	ttsGenerate          func(tts uintptr, text *byte, how *ttsGeneration, heard, arg uintptr) uintptr
	ttsForget            func(audio uintptr)

	onlineStream, offlineStream               func(recognizer uintptr) uintptr
	destroyOnlineStream, destroyOfflineStream func(stream uintptr)
	onlineHear, offlineHear                   func(stream uintptr, rate int32, pcm *float32, n int32)
	onlineFinish                              func(stream uintptr)
	onlineReady                               func(recognizer, stream uintptr) int32
	onlineDecode, offlineDecode               func(recognizer, stream uintptr)
	onlineResult                              func(recognizer, stream uintptr) *result
	offlineResult                             func(stream uintptr) *result
	forgetOnlineResult, forgetOfflineResult   func(*result)

	heard uintptr // the function that the library tells sound

	mu       sync.Mutex
	speaking map[uintptr]func(pcm []float32) bool
	texts    uintptr // so far
}

// Open loads the library that is in a folder, as the npm package has it.
func Open(dir string) (*Library, error) {
	path := filepath.Join(dir, file)
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("sherpa-onnx is not there (%w): %s", err, install())
	}
	lib, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, fmt.Errorf("sherpa-onnx cannot be loaded (%w): %s", err, install())
	}
	var version func() string
	if err := bind(lib, "SherpaOnnxGetVersionStr", &version); err != nil {
		return nil, err
	}
	if v := version(); v != Version {
		return nil, fmt.Errorf("%s is sherpa-onnx %s, and this Plugboard knows %s alone: %s", path, v, Version, install())
	}
	l := &Library{speaking: make(map[uintptr]func([]float32) bool)}
	for name, to := range map[string]any{
		"CreateOfflineTts": &l.createTTS, "DestroyOfflineTts": &l.destroyTTS,
		"OfflineTtsSampleRate": &l.ttsRate, "OfflineTtsNumSpeakers": &l.ttsSpeakers,
		"OfflineTtsGenerateWithConfig": &l.ttsGenerate, "DestroyOfflineTtsGeneratedAudio": &l.ttsForget,

		"CreateOnlineRecognizer": &l.createOnline, "DestroyOnlineRecognizer": &l.destroyOnline,
		"CreateOnlineStream": &l.onlineStream, "DestroyOnlineStream": &l.destroyOnlineStream,
		"OnlineStreamAcceptWaveform": &l.onlineHear, "OnlineStreamInputFinished": &l.onlineFinish,
		"IsOnlineStreamReady": &l.onlineReady, "DecodeOnlineStream": &l.onlineDecode,
		"GetOnlineStreamResult": &l.onlineResult, "DestroyOnlineRecognizerResult": &l.forgetOnlineResult,

		"CreateOfflineRecognizer": &l.createOffline, "DestroyOfflineRecognizer": &l.destroyOffline,
		"CreateOfflineStream": &l.offlineStream, "DestroyOfflineStream": &l.destroyOfflineStream,
		"AcceptWaveformOffline": &l.offlineHear, "DecodeOfflineStream": &l.offlineDecode,
		"GetOfflineStreamResult": &l.offlineResult, "DestroyOfflineRecognizerResult": &l.forgetOfflineResult,
	} {
		if err := bind(lib, "SherpaOnnx"+name, to); err != nil {
			return nil, err
		}
	}
	l.heard = purego.NewCallback(l.tell)
	return l, nil
}

// bind makes a Go function of one of the library.
func bind(lib uintptr, name string, to any) error {
	at, err := purego.Dlsym(lib, name)
	if err != nil {
		return fmt.Errorf("this is no sherpa-onnx %s (%w): %s", Version, err, install())
	}
	purego.RegisterFunc(to, at)
	return nil
}

// install says how the library gets onto a machine.
func install() string {
	arch := map[string]string{"amd64": "x64", "arm64": "arm64"}[runtime.GOARCH]
	if arch == "" {
		return "there is none for " + runtime.GOARCH
	}
	name := "sherpa-onnx-linux-" + arch
	return fmt.Sprintf("npm pack %s@%s && mkdir -p %s && tar xzf %s-%s.tgz -C %s --strip-components 1, or name another folder in library", name, Version, Dir, name, Version, Dir)
}

// files checks that files are there, before the library ends the process because
// they are not. They are named as in config {}, in their order; "" is none.
func files(named ...string) error {
	for i := 0; i < len(named); i += 2 {
		name, path := named[i], named[i+1]
		if path == "" {
			continue
		}
		if _, err := os.Stat(path); err != nil {
			var detail *fs.PathError
			if errors.As(err, &detail) {
				err = detail.Err
			}
			return fmt.Errorf("%s = %q: %w", name, path, err)
		}
	}
	return nil
}

// text is a string as C has it; "" is none.
func text(s string) *byte {
	if s == "" {
		return nil
	}
	return &append([]byte(s), 0)[0]
}
