package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// provider is a registrar that a trunk registers with, and that counts how often.
type provider struct {
	conn      net.PacketConn
	registers atomic.Int64
	done      chan struct{}
}

const providerPort = ":5070"

func newProvider() (*provider, error) {
	conn, err := net.ListenPacket("udp4", other+providerPort)
	if err != nil {
		return nil, err
	}
	p := &provider{conn: conn, done: make(chan struct{})}
	go p.serve()
	return p, nil
}

func (p *provider) close() {
	p.conn.Close()
	<-p.done
}

// serve answers every request with 200, for an hour.
func (p *provider) serve() {
	defer close(p.done)
	buf := make([]byte, 65536)
	for {
		n, from, err := p.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		m, err := raw.ParseMessage(buf[:n])
		if err != nil || m.Method() == "" {
			continue
		}
		ok := m.Reply(200, "OK", "provider")
		if m.Method() == "REGISTER" {
			p.registers.Add(1)
			ok.Add("Contact", m.Get("Contact")+";expires=3600")
		}
		_, _ = p.conn.WriteTo(ok.Bytes(), from)
	}
}

// registered is a trunk that registers.
const registered = `
trunk "provider" {
  peer         = "sip:%s"
  register     = true
  username     = "plugboard"
  secret       = "k9-Vq2-hTw"
  options_ping = "off"
}
`

// reloading puts calls on, and has Plugboard read other files all the while, by
// SIGHUP and over its API in turn, every third time broken ones. No packet, no
// phone and no registration of a trunk may be lost.
func reloading(ctx context.Context, o options, pbx *process, dir string, w io.Writer) error {
	p, err := newProvider()
	if err != nil {
		return err
	}
	defer p.close()
	return withPhones(o, func(a *agent) error {
		f, err := newFiles(dir)
		if err != nil {
			return err
		}
		if err := f.begin(ctx, p); err != nil {
			return err
		}
		began := time.Now()
		legs, err := setUp(a, o)
		if err != nil {
			return err
		}
		up := time.Since(began)
		streams := streamsOf(legs)
		changing, over := context.WithCancel(ctx)
		var all sync.WaitGroup
		all.Go(func() { f.change(changing, pbx) })
		took, cost := observe(ctx, a.media, streams, o.lasts, pbx.cpu)
		over()
		all.Wait()
		r := resultOf(streams, took, cost)
		r.up, r.memory = up, pbx.memory()
		r.print(w, o)
		fmt.Fprintf(w, "reloads   %d applied by the API, %d times SIGHUP, %d broken files refused\n", f.applied, f.hangups, f.refused)
		err = errors.Join(f.err, f.kept(p, o.legs))
		for _, d := range legs {
			a.hangup(d)
		}
		wait(ctx, 200*time.Millisecond)
		if !r.good() {
			err = errors.Join(err, errors.New("packets were lost or heard wrong"))
		}
		return err
	})
}

// files is the configuration as it lies there, and changes.
type files struct {
	path, base string
	token      string

	n, applied, hangups, refused int
	err                          error // the first that went wrong
}

func newFiles(dir string) (*files, error) {
	f := &files{path: filepath.Join(dir, "config.hcl")}
	text, err := os.ReadFile(f.path)
	if err != nil {
		return nil, err
	}
	token, err := os.ReadFile(filepath.Join(dir, "data", "admin.token"))
	f.base, f.token = string(text)+fmt.Sprintf(registered, other+providerPort), strings.TrimSpace(string(token))
	return f, err
}

// begin puts the trunk that registers in force, and waits until it has.
func (f *files) begin(ctx context.Context, p *provider) error {
	if err := f.write(""); err != nil {
		return err
	}
	if err := f.apply(nil); err != nil {
		return err
	}
	for range 100 {
		if p.registers.Load() > 0 {
			return nil
		}
		wait(ctx, 50*time.Millisecond)
	}
	return errors.New("the trunk did not register within 5 s")
}

func (f *files) write(more string) error {
	// As an editor does: nobody reads half a file.
	if err := os.WriteFile(f.path+".new", []byte(f.base+more), 0o600); err != nil {
		return err
	}
	return os.Rename(f.path+".new", f.path)
}

// change writes other files and has them read, until ctx ends.
func (f *files) change(ctx context.Context, pbx *process) {
	for ctx.Err() == nil && f.err == nil {
		f.n++
		more := fmt.Sprintf("extension \"guest\" {\n  number = \"%d\"\n  ring   = \"%ds\"\n}\n", 1000+f.n%7, 5+f.n%20)
		broken := f.n%3 == 0
		if broken {
			more += "group \"g\" { members = [extension.nobody] }\n"
		}
		if f.err = f.write(more); f.err != nil {
			return
		}
		switch {
		case f.n%2 == 0 && !broken:
			f.hangups++
			f.err = pbx.cmd.Process.Signal(syscall.SIGHUP)
		default:
			status, said, err := f.ask(http.MethodPost, "/config/apply", nil)
			switch {
			case err == nil && status == http.StatusOK && !broken:
				f.applied++
			case err == nil && status == http.StatusUnprocessableEntity && broken:
				f.refused++
			case err != nil:
				f.err = err
			default:
				f.err = fmt.Errorf("reload %d (broken: %t): %d %s", f.n, broken, status, said)
			}
		}
		wait(ctx, 100*time.Millisecond)
	}
}

// apply has the files read, which are right.
func (f *files) apply(v any) error {
	status, said, err := f.ask(http.MethodPost, "/config/apply", v)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("apply: %d %s", status, said)
	}
	return err
}

// kept checks that every phone and the trunk are registered still, and the last
// files in force.
func (f *files) kept(p *provider, phones int) error {
	if err := f.write(""); err != nil {
		return err
	}
	var plan struct{ Revision string }
	if err := f.apply(&plan); err != nil {
		return err
	}
	var status struct {
		Revision   string
		Registered int
		Ready      bool
	}
	var trunks []struct{ Name, State string }
	if _, _, err := f.ask(http.MethodGet, "/status", &status); err != nil {
		return err
	}
	if _, _, err := f.ask(http.MethodGet, "/trunks", &trunks); err != nil {
		return err
	}
	var errs []error
	if status.Registered < phones || !status.Ready || status.Revision != plan.Revision {
		errs = append(errs, fmt.Errorf("of %d phones %d are registered; ready: %t; revision %s, want %s", phones, status.Registered, status.Ready, status.Revision, plan.Revision))
	}
	for _, t := range trunks {
		if t.Name == "provider" && t.State != "registered" {
			errs = append(errs, fmt.Errorf("the trunk is %s", t.State))
		}
	}
	if n := p.registers.Load(); n != 1 {
		errs = append(errs, fmt.Errorf("the trunk registered %d times, want once", n))
	}
	return errors.Join(errs...)
}

// ask asks the API, and reads its answer into v unless that is nil.
func (f *files) ask(method, path string, v any) (status int, said string, err error) {
	req, err := http.NewRequest(method, "http://"+host+":8080/api/v1"+path, nil)
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Authorization", "Bearer "+f.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && v != nil {
		err = json.Unmarshal(body, v)
	}
	return res.StatusCode, string(body), err
}
