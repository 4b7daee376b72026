//go:build e2e

package browser

import (
	"bufio"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
	"github.com/plugboard/plugboard/core/e2e/sound"
)

// patience is how long anything may take, on a machine that has much else to do.
const patience = 60 * time.Second

// browser is one Chromium, driven by drive.mjs.
type browser struct {
	t   *testing.T
	pbx *pbx.PBX
	cmd *exec.Cmd
	in  io.WriteCloser
	log *os.File

	mu      sync.Mutex
	last    int
	answers map[int]chan answer
	ready   chan struct{}
	pages   map[string]*page
	over    chan struct{} // closed when its output has ended
}

type options struct {
	// microphone is what the browser's microphone hears, again and again: all its pages.
	microphone sound.Sound
	// script is a file of scripts/ whose exported functions are steps, too.
	script string
	// url is what the paths of pages are under, if not the daemon's.
	url string
	// flags are more of Chromium's.
	flags []string
}

type answer struct {
	ID    int             `json:"id"`
	Value json.RawMessage `json:"value"`
	Error string          `json:"error"`
}

// news is what a page tells by itself.
type news struct {
	Event string          `json:"event"`
	Page  string          `json:"page"`
	Text  string          `json:"text"`
	Data  json.RawMessage `json:"data"`
}

// start starts a browser. Errors on the console of a page, and violations of the content
// security policy, fail the test.
func start(t *testing.T, p *pbx.PBX, o options) *browser {
	t.Helper()
	if _, err := os.Stat("node_modules/playwright-core"); err != nil {
		t.Fatalf("%v: `make packages-test` installs it", err)
	}
	dir := t.TempDir()
	args := map[string]any{"url": o.url, "script": o.script, "flags": o.flags}
	if o.url == "" {
		args["url"] = p.URL()
	}
	if o.microphone.PCM != nil {
		file := filepath.Join(dir, "microphone.wav")
		o.microphone.WriteWAV(t, file, 1)
		args["microphone"] = file
	}
	environment := append(os.Environ(), "HOME="+dir)
	if c := p.Certificate; c != nil {
		// Chromium takes this key for one of ours, and no other; drive.mjs asks its authority.
		args["flags"] = append(o.flags, "--ignore-certificate-errors-spki-list="+c.KeyHash)
		environment = append(environment, "NODE_EXTRA_CA_CERTS="+c.Authority)
	}
	text, err := json.Marshal(args)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, pbx: p, answers: make(map[int]chan answer), ready: make(chan struct{}), pages: make(map[string]*page), over: make(chan struct{})}
	b.cmd = exec.Command("node", "drive.mjs", string(text))
	b.cmd.Env = environment
	if b.log, err = os.Create(filepath.Join(dir, "log")); err != nil {
		t.Fatal(err)
	}
	b.cmd.Stderr = b.log
	if b.in, err = b.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := b.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := b.cmd.Start(); err != nil {
		t.Fatalf("node: %v", err)
	}
	go b.listen(out)
	t.Cleanup(b.stop)
	select {
	case <-b.ready:
	case <-b.over:
		t.Fatalf("the browser did not start:\n%s", b.said())
	case <-time.After(patience):
		t.Fatalf("the browser did not start within %v:\n%s", patience, b.said())
	}
	return b
}

func (b *browser) said() string {
	text, _ := os.ReadFile(b.log.Name())
	return string(text)
}

// listen takes answers to who waits for them, and news to their pages.
func (b *browser) listen(out io.Reader) {
	defer close(b.over)
	r := bufio.NewReader(out)
	for {
		line, err := r.ReadBytes('\n')
		if err != nil {
			return
		}
		var a answer
		var n news
		if json.Unmarshal(line, &a) != nil || json.Unmarshal(line, &n) != nil {
			fmt.Fprintf(b.log, "a line that is none: %s", line)
			continue
		}
		fmt.Fprintf(b.log, "%s %.300s\n", time.Now().Format("05.000"), strings.TrimSpace(string(line)))
		b.mu.Lock()
		switch {
		case n.Event == "ready":
			close(b.ready)
		case n.Event != "":
			if g := b.pages[n.Page]; g != nil {
				g.tell(n)
			}
		default:
			if c := b.answers[a.ID]; c != nil {
				c <- a
				delete(b.answers, a.ID)
			}
		}
		b.mu.Unlock()
	}
}

// stop ends the browser, whatever it does.
func (b *browser) stop() {
	children := offspring(b.cmd.Process.Pid)
	b.in.Close()
	select {
	case <-b.over:
	case <-time.After(10 * time.Second):
		_ = b.cmd.Process.Kill()
	}
	_ = b.cmd.Wait()
	for _, pid := range children { // Chromium has a process group of its own
		_ = syscall.Kill(-pid, syscall.SIGKILL)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, g := range b.pages {
		for _, trouble := range g.troubles {
			b.t.Errorf("page %s: %s", g.name, trouble)
		}
	}
	if b.t.Failed() {
		b.t.Logf("browser:\n%s", b.said())
	}
	b.log.Close()
}

// offspring are the processes that a process has started.
func offspring(pid int) (children []int) {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, file := range files {
		text, _ := os.ReadFile(file)
		for _, word := range strings.Fields(string(text)) {
			var child int
			if _, err := fmt.Sscan(word, &child); err == nil {
				children = append(children, child)
			}
		}
	}
	return children
}

// order asks for a step of a page, and returns what waits for its answer.
func (b *browser) order(page, step string, with any) (wait func() (json.RawMessage, error)) {
	b.t.Helper()
	c := make(chan answer, 1)
	b.mu.Lock()
	b.last++
	id := b.last
	b.answers[id] = c
	text, err := json.Marshal(map[string]any{"id": id, "page": page, "step": step, "with": with})
	if err == nil {
		_, err = b.in.Write(append(text, '\n'))
	}
	b.mu.Unlock()
	return func() (json.RawMessage, error) {
		if err != nil {
			return nil, err
		}
		late := time.NewTimer(patience + 10*time.Second) // drive.mjs is patient itself, and knows more
		defer late.Stop()
		select {
		case a := <-c:
			if a.Error != "" {
				return nil, fmt.Errorf("page %s, %s: %s", page, step, a.Error)
			}
			return a.Value, nil
		case <-b.over:
			return nil, fmt.Errorf("page %s, %s: the browser has gone", page, step)
		case <-late.C:
			return nil, fmt.Errorf("page %s, %s: no answer", page, step)
		}
	}
}

// page is one page of a browser. What is done to it fails the test, if it does not work
// within a minute.
type page struct {
	b        *browser
	name     string
	news     chan news
	troubles []string // the browser's to lock
}

type place struct {
	Path string `json:"path,omitempty"` // "/" if not said
	Same string `json:"same,omitempty"` // a page whose cookies and storage this one shares
	// Narrow is a page of the size of a phone.
	Narrow     bool     `json:"-"`
	Processing bool     `json:"-"` // leave echo cancellation and the like on
	Dark       bool     `json:"-"`
	Relay      bool     `json:"-"` // nothing but a TURN server is reached
	By         *network `json:"-"` // that the page reaches the switch's media by; nil: directly
}

// open opens a page, which shares nothing with others but the microphone.
func (b *browser) open(name string, at place) *page {
	b.t.Helper()
	g := &page{b: b, name: name, news: make(chan news, 4096)}
	b.mu.Lock()
	b.pages[name] = g
	b.mu.Unlock()
	with := map[string]any{"wide": !at.Narrow, "processing": at.Processing, "relay": at.Relay}
	if at.Path != "" {
		with["path"] = at.Path
	}
	if at.Same != "" {
		with["same"] = at.Same
	}
	if n := at.By; n != nil {
		with["by"] = map[string]string{"of": n.media.Addr().String(), "is": n.ip}
	}
	if at.Dark {
		with["colorScheme"] = "dark"
	}
	g.do("open", with, nil)
	return g
}

// tell is called with the browser's lock held.
func (g *page) tell(n news) {
	if n.Event == "trouble" {
		g.troubles = append(g.troubles, n.Text)
		return
	}
	select {
	case g.news <- n:
	default: // nobody reads them
	}
}

// do takes a step, and reads what it gives into a value, if that is not nil.
func (g *page) do(step string, with, into any) {
	g.b.t.Helper()
	g.begin(step, with, into)()
}

// begin takes a step whose end is awaited later, by the function that it returns.
func (g *page) begin(step string, with, into any) (wait func()) {
	g.b.t.Helper()
	w := g.b.order(g.name, step, with)
	return func() {
		g.b.t.Helper()
		value, err := w()
		if err == nil && into != nil {
			err = json.Unmarshal(value, into)
		}
		if err != nil {
			g.b.t.Fatal(err)
		}
	}
}

// wait returns the next event of a kind that the page tells; others are passed over.
func (g *page) wait(event string) news {
	g.b.t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	var seen []string
	for {
		select {
		case n := <-g.news:
			if n.Event == event {
				return n
			}
			seen = append(seen, n.Event)
		case <-g.b.over:
			g.b.t.Fatalf("page %s: the browser has gone while %s was awaited", g.name, event)
		case <-late.C:
			g.b.t.Fatalf("page %s: no %s within %v; seen: %q", g.name, event, patience, seen)
		}
	}
}

// The steps that every page has.

func (g *page) click(role, name string) {
	g.b.t.Helper()
	g.do("click", map[string]any{"role": role, "name": name}, nil)
}

func (g *page) fill(label, value string) {
	g.b.t.Helper()
	g.do("fill", map[string]any{"label": label, "value": value}, nil)
}

func (g *page) press(key string) {
	g.b.t.Helper()
	g.do("press", map[string]any{"key": key}, nil)
}

// see waits until there is such an element; role "" is any that has this text.
func (g *page) see(role, name string) {
	g.b.t.Helper()
	g.do("see", element(role, name), nil)
}

// miss waits until there is no such element.
func (g *page) miss(role, name string) {
	g.b.t.Helper()
	g.do("miss", element(role, name), nil)
}

func element(role, name string) map[string]any {
	if role == "" {
		return map[string]any{"text": name}
	}
	return map[string]any{"role": role, "name": name}
}

func (g *page) reload() {
	g.b.t.Helper()
	g.do("reload", nil, nil)
}

// evaluate calls a function of the page's language, as "(x) => x + 1".
func (g *page) evaluate(source string, arg, into any) {
	g.b.t.Helper()
	g.do("evaluate", map[string]any{"source": source, "arg": arg}, into)
}

// screenshot writes what the page looks like into a PNG file.
func (g *page) screenshot(file string) {
	g.b.t.Helper()
	g.do("screenshot", map[string]any{"file": file}, nil)
}

// request is one of the API, with the page's cookies. It returns the status.
func (g *page) request(method, path string, body, into any) int {
	g.b.t.Helper()
	var r struct {
		Status int
		Body   string
	}
	g.do("request", map[string]any{"method": method, "path": path, "body": body}, &r)
	if into != nil && r.Status < 300 {
		if err := json.Unmarshal([]byte(r.Body), into); err != nil {
			g.b.t.Fatalf("%s %s: %v: %s", method, path, err, r.Body)
		}
	}
	return r.Status
}

// record begins to write down what the page hears: all that it hears while a call goes
// on, or goes on to begin.
func (g *page) record() {
	g.b.t.Helper()
	g.do("record", nil, nil)
}

// heard waits until the page has heard so much since record, and returns it.
func (g *page) heard(d time.Duration) sound.Sound {
	g.b.t.Helper()
	var r struct {
		Rate int
		PCM  string `json:"pcm"`
	}
	g.do("heard", map[string]any{"ms": d.Milliseconds()}, &r)
	raw, err := base64.StdEncoding.DecodeString(r.PCM)
	if err != nil {
		g.b.t.Fatal(err)
	}
	s := sound.Sound{Rate: r.Rate, PCM: make([]float64, len(raw)/2)}
	for i := range s.PCM {
		s.PCM[i] = float64(int16(binary.LittleEndian.Uint16(raw[2*i:]))) / (1 << 15)
	}
	return s
}

// close closes the page, as its user does.
func (g *page) close() {
	g.b.t.Helper()
	g.do("close", nil, nil)
}

// password is everybody's, for the web.
const password = "a password of ten"

// signIn opens a page of somebody who is signed in: an extension, or "admin".
func (b *browser) signIn(name, who string, at place) *page {
	b.t.Helper()
	path := at.Path
	at.Path = "/healthz" // a page of the same origin that does nothing
	g := b.open(name, at)
	if status := g.request("POST", "/api/v1/invitations/take", map[string]string{"code": b.pbx.Invite(who), "password": password}, nil); status != 200 {
		b.t.Fatalf("%s cannot sign in: %d", who, status)
	}
	if path == "" {
		path = "/"
	}
	g.do("go", map[string]any{"path": path}, nil)
	return g
}

// microphone is what somebody says all the time, and nobody else does.
func microphone(seed uint64) sound.Sound { return sound.Babble(seed, 40, 48000) }

// like checks that somebody hears what a microphone says.
func like(t *testing.T, who string, said, heard sound.Sound) {
	t.Helper()
	median, least := sound.Likeness(said.From(heard), heard)
	t.Logf("%s: likeness median %.4f, least %.4f over %d s", who, median, least, len(heard.PCM)/heard.Rate)
	if median < alike {
		t.Errorf("%s: what was heard is not what was said: correlation %.4f, wanted %v", who, median, alike)
	}
}

// alike is how much what is heard is like what was said, or more.
const alike = 0.9

// hears waits until the page hears what somebody says, for some seconds: on a machine that
// has much else to do, a browser makes up what comes late.
func (g *page) hears(said sound.Sound) {
	g.b.t.Helper()
	var median float64
	for end := time.Now().Add(patience); time.Now().Before(end); {
		g.record()
		heard := g.heard(4 * time.Second)
		median, _ = sound.Likeness(said.From(heard), heard)
		g.b.t.Logf("page %s: likeness median %.4f", g.name, median)
		if median >= alike {
			return
		}
	}
	g.b.t.Errorf("page %s: what it hears is not what was said: correlation %.4f, wanted %v", g.name, median, alike)
}

// heardBy checks what a desk phone heard of what a microphone says, in the call
// that has just ended.
func (b *browser) heardBy(phone *pbx.Baresip, said sound.Sound) {
	b.t.Helper()
	heard := phone.Heard()
	busy := b.pbx.Pace.Disturbed(time.Duration(len(heard.PCM)/heard.Rate+2) * time.Second)
	got := sound.Judged(said.From(heard), heard, busy)
	b.t.Logf("phone %s: likeness %.4f over %d s, in which the machine was late for %.0f %%", phone.Number, got, len(heard.PCM)/heard.Rate, 100*busy)
	if got < alike {
		b.t.Errorf("phone %s: what was heard is not what was said: correlation %.4f, wanted %v", phone.Number, got, alike)
	}
}
