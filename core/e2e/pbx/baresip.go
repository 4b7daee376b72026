//go:build e2e

package pbx

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/sound"
)

// Baresip is a real softphone, driven over its ctrl_tcp module.
type Baresip struct {
	t      *testing.T
	Number string
	dir    string
	conn   net.Conn
	events chan Event
}

// Event is what a phone tells.
type Event struct {
	Type   string `json:"type"`
	Class  string `json:"class"`
	Param  string `json:"param"`
	Peer   string `json:"peeruri"`
	ID     string `json:"id"`
	Ok     bool   `json:"ok"`
	Data   string `json:"data"`
	Answer bool   `json:"response"`
}

// BaresipOptions are what a phone is set up with.
type BaresipOptions struct {
	Number, Secret string
	Server         string // the PBX, "127.0.8.1"
	IP             string // its own address
	Transport      string // "udp", "tcp", "tls"
	Authority      string // a file: whose certificates it takes, over TLS
	Codec          string // "pcmu", "opus", …: baresip's own spelling in audio_codecs
	Source         string // WAV file that it speaks
	Auto           bool   // answers by itself
	Encryption     string // baresip's mediaenc: "srtp", "dtls_srtp", …; "": none
	Mux            bool   // RTCP on the port of RTP
	Watches        string // the number of an extension whose presence it subscribes to
}

// StartBaresip starts a phone, which registers by itself.
func StartBaresip(t *testing.T, o BaresipOptions) *Baresip {
	t.Helper()
	dir := t.TempDir()
	config := fmt.Sprintf(`poll_method epoll
sip_listen %[1]s:5060
net_interface %[1]s
call_max_calls 4
audio_source aufile,%[2]s
audio_player aubridge,sink
audio_alert aubridge,alert
rtp_ports 31000-31100
rtcp_mux %[4]s
jitter_buffer_delay 1-5
module_path /usr/lib/baresip/modules
module g711.so
module g722.so
module opus.so
module aufile.so
module sndfile.so
module aubridge.so
%[5]s
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen %[1]s:4444
%[7]s
snd_path %[3]s
opus_bitrate 64000
%[6]s
`, o.IP, o.Source, dir, yesNo(o.Mux), module(o.Encryption), authority(o.Authority), watching(o.Watches))
	answer := "manual"
	if o.Auto {
		answer = "auto"
	}
	account := fmt.Sprintf("<sip:%s@%s;transport=%s>;auth_user=%s;auth_pass=%s;regint=600;answermode=%s;audio_codecs=%s",
		o.Number, o.Server, o.Transport, o.Number, o.Secret, answer, o.Codec)
	if o.Encryption != "" {
		account += ";mediaenc=" + o.Encryption
	}
	account += "\n"
	Write(t, filepath.Join(dir, "config"), config)
	Write(t, filepath.Join(dir, "accounts"), account)
	if o.Watches != "" {
		Write(t, filepath.Join(dir, "contacts"), fmt.Sprintf("\"watched\" <sip:%s@%s>;presence=p2p\n", o.Watches, o.Server))
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("baresip", "-f", dir)
	cmd.Stdout, cmd.Stderr = log, log
	if err := StartUrgent(cmd); err != nil {
		t.Fatalf("baresip: %v (is it installed? `make e2e` does it)", err)
	}
	b := &Baresip{t: t, Number: o.Number, dir: dir, events: make(chan Event, 256)}
	t.Cleanup(func() {
		if b.conn != nil {
			b.conn.Close()
		}
		_ = cmd.Process.Signal(syscall.SIGTERM)
		// It waits half a minute for a daemon that is gone to say goodbye.
		stop := time.AfterFunc(2*time.Second, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait()
		stop.Stop()
		log.Close()
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("baresip %s:\n%s", o.Number, text)
		}
	})
	Eventually(t, "baresip "+o.Number+" listens", func() error {
		b.conn, err = net.Dial("tcp", o.IP+":4444")
		return err
	})
	go b.read()
	return b
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// authority lets a phone take only certificates that a file vouches for.
func authority(file string) string {
	if file == "" {
		return ""
	}
	return "sip_cafile " + file
}

// module is the one that an encryption needs.
func module(encryption string) string {
	switch {
	case encryption == "":
		return ""
	case strings.HasPrefix(encryption, "dtls"):
		return "module dtls_srtp.so"
	}
	return "module srtp.so"
}

// watching are the modules of a phone that watches somebody.
func watching(number string) string {
	if number == "" {
		return ""
	}
	return "module_app contact.so\nmodule_app presence.so"
}

// Shows waits until the phone's contact is shown as this: "Online", "Busy",
// "Offline".
func (b *Baresip) Shows(presence string) {
	b.t.Helper()
	var last string
	Eventually(b.t, "the phone shows "+presence, func() error {
		b.Command("contacts", "")
		for {
			select {
			case e, ok := <-b.events:
				switch {
				case !ok:
					return errors.New("baresip has gone")
				case !strings.Contains(e.Data, "watched"):
					continue
				case strings.Contains(e.Data, presence):
					return nil
				}
				last = e.Data
				return fmt.Errorf("it shows %q", last)
			case <-time.After(time.Second):
				return fmt.Errorf("it says nothing; it showed %q", last)
			}
		}
	})
}

// read takes netstrings with JSON in them.
func (b *Baresip) read() {
	defer close(b.events)
	r := bufio.NewReader(b.conn)
	for {
		size, err := r.ReadString(':')
		if err != nil {
			return
		}
		n, err := strconv.Atoi(strings.TrimLeft(strings.TrimSuffix(size, ":"), ","))
		if err != nil {
			return
		}
		buf := make([]byte, n)
		if _, err := io.ReadFull(r, buf); err != nil {
			return
		}
		var e Event
		if json.Unmarshal(buf, &e) == nil {
			b.events <- e
		}
	}
}

// Wait returns the next event of a type; others are passed over.
func (b *Baresip) Wait(kind string) Event {
	b.t.Helper()
	late := time.After(15 * time.Second)
	var seen []string
	for {
		select {
		case e, ok := <-b.events:
			if !ok {
				b.t.Fatalf("baresip %s has gone while %s was awaited", b.Number, kind)
			}
			if e.Type == kind {
				return e
			}
			if e.Type != "" {
				seen = append(seen, e.Type+" "+e.Param)
			}
		case <-late:
			b.t.Fatalf("baresip %s: no %s within 15 s; seen: %q", b.Number, kind, seen)
		}
	}
}

// Command gives the phone one of its menu's commands.
func (b *Baresip) Command(name, params string) {
	b.t.Helper()
	text, err := json.Marshal(map[string]string{"command": name, "params": params, "token": "t"})
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(b.conn, "%d:%s,", len(text), text); err != nil {
		b.t.Fatalf("baresip %s: %v", b.Number, err)
	}
}

// Dial calls a number.
func (b *Baresip) Dial(number string) { b.t.Helper(); b.Command("dial", number) }

// Hangup ends the call that the phone shows.
func (b *Baresip) Hangup() { b.t.Helper(); b.Command("hangup", "") }

// Accept answers.
func (b *Baresip) Accept() { b.t.Helper(); b.Command("accept", "") }

// Heard is the sound that the phone decoded in its last call: mono, full
// scale ±1, at the rate that its codec has.
func (b *Baresip) Heard() sound.Sound {
	b.t.Helper()
	var file string
	was := int64(-1)
	// It writes most of the file when the call has ended, a moment after it says so.
	Eventually(b.t, "baresip "+b.Number+" has written down what it heard", func() error {
		files, err := filepath.Glob(filepath.Join(b.dir, "*-dec.wav"))
		if err != nil || len(files) == 0 {
			return fmt.Errorf("there is no file (%v)", err)
		}
		file = files[len(files)-1]
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		size := info.Size()
		if size == was && size > 44 { // more than the head
			return nil
		}
		was = size
		return fmt.Errorf("%s has %d bytes", file, size)
	})
	return sound.ReadWAV(b.t, file)
}

// Write makes a file.
func Write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Eventually tries until it works, for ten seconds.
func Eventually(t *testing.T, what string, try func() error) {
	t.Helper()
	var err error
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if err = try(); err == nil {
			return
		}
	}
	t.Fatalf("%s: not within 10 s: %v", what, err)
}
