package mail

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/renameio/v2"
	"github.com/hashicorp/go-hclog"
)

// Limits of the queue.
const (
	maxWaiting = 1000
	maxBytes   = 512 << 20
	giveUp     = 3 * 24 * time.Hour // RFC 5321, section 4.5.4.1, says four or five days; a message that late is no news
	retryMin   = time.Minute
	retryMax   = time.Hour
)

// Options are what a [Mailer] is made with.
type Options struct {
	// Dir is where mail waits. It is made if there is none.
	Dir  string
	Log  hclog.Logger
	Dial DialFunc // nil: the machine's own
	// Roots vouch for the server's certificate; nil: the machine's own.
	Roots *x509.CertPool
}

// Mailer sends mail. Its methods are safe for concurrent use.
type Mailer struct {
	dir  string
	log  hclog.Logger
	road road

	mu      sync.Mutex
	server  *Server // nil: there is none
	waiting []*waiting
	now     *waiting // that is sent at this moment
	bytes   int64
	trouble string    // why the server cannot be talked to, "": it can
	failed  int       // how often in turn it could not
	rest    time.Time // until when it is left alone
	stats   Stats

	wake  chan struct{}
	alive context.Context
	end   context.CancelFunc
	ended chan struct{}
}

// Stats are counters since the start, and what waits.
type Stats struct {
	Sent    int64
	GivenUp int64 // the server will not have it, or three days have passed
	Refused int64 // there was no room for it
	Waiting int
}

// waiting is a mail in the queue. Its text is in its file.
type waiting struct {
	id    string
	made  time.Time
	bytes int64
	tries int       // that the server answered with not now
	due   time.Time // not before
}

// stamp is the time in the name of a mail's file, so that names sort by it.
const stamp = "20060102T150405.000000Z"

const suffix = ".json"

// Open finds the mail that waits from the last run, and begins to send as soon
// as [Mailer.Use] names a server.
func Open(o Options) (*Mailer, error) {
	if o.Dial == nil {
		o.Dial = (&net.Dialer{}).DialContext
	}
	m := &Mailer{
		dir: o.Dir, log: o.Log, road: road{o.Dial, o.Roots},
		wake: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the directory of waiting mail: %w", err)
	}
	files, err := os.ReadDir(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("looking for waiting mail: %w", err)
	}
	for _, f := range files {
		id, ok := strings.CutSuffix(f.Name(), suffix)
		when, _, _ := strings.Cut(id, "-")
		made, err := time.Parse(stamp, when)
		info, gone := f.Info()
		if !ok || err != nil || gone != nil {
			continue // none of ours
		}
		m.waiting = append(m.waiting, &waiting{id: id, made: made, bytes: info.Size()})
		m.bytes += info.Size()
	}
	m.alive, m.end = context.WithCancel(context.Background())
	go m.run()
	return m, nil
}

// Close ends the sending; what waits, waits for the next run.
func (m *Mailer) Close() {
	m.end()
	<-m.ended
}

// Use takes a server instead of the one before; nil: there is none. Mail that
// waited for a better one is tried at once.
func (m *Mailer) Use(s *Server) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s != nil && m.server != nil && *s == *m.server {
		return
	}
	m.server, m.trouble, m.failed, m.rest = s, "", 0, time.Time{}
	for _, w := range m.waiting {
		w.due = time.Time{}
	}
	m.ring()
}

// Put takes a message that is to be sent. It is on the disk when Put returns.
func (m *Mailer) Put(msg Message) error {
	_, err := m.Hold(msg, 0)
	return err
}

// Hold is Put of a message that may get better: it is sent after some time, or
// when [Mailer.Release] says how it became, and after a restart as it is.
func (m *Mailer) Hold(msg Message, d time.Duration) (id string, err error) {
	defer func() {
		if err != nil {
			m.mu.Lock()
			m.stats.Refused++
			m.mu.Unlock()
		}
	}()
	text, err := pack(msg)
	if err != nil {
		return "", err
	}
	now := time.Now().UTC()
	w := &waiting{id: now.Format(stamp) + "-" + rand.Text()[:8], made: now, bytes: int64(len(text))}
	m.mu.Lock()
	full := len(m.waiting) >= maxWaiting || m.bytes+w.bytes > maxBytes
	if !full { // the place is taken while the file is written
		m.waiting = append(m.waiting, w)
		m.bytes += w.bytes
		w.due = now.Add(retryMax)
	}
	m.mu.Unlock()
	if full {
		return "", fmt.Errorf("the mail is not taken: as many wait already as there is room for (%d mails, %d MB); %s", maxWaiting, maxBytes>>20, m.why())
	}
	if err := m.write(w, text); err != nil {
		m.drop(w)
		return "", err
	}
	m.mu.Lock()
	w.due = now.Add(d)
	m.mu.Unlock()
	m.ring()
	return w.id, nil
}

// Release sends a message that was held, in its better form. If it was sent
// meanwhile, that is all.
func (m *Mailer) Release(id string, msg Message) error {
	text, err := pack(msg)
	if err != nil {
		return err
	}
	m.mu.Lock()
	i := slices.IndexFunc(m.waiting, func(w *waiting) bool { return w.id == id && w != m.now })
	if i < 0 {
		m.mu.Unlock()
		return nil
	}
	w := m.waiting[i]
	m.bytes += int64(len(text)) - w.bytes
	w.bytes, w.due = int64(len(text)), time.Now().Add(retryMax) // while the file is written
	m.mu.Unlock()
	err = m.write(w, text) // else it goes as it was
	m.mu.Lock()
	w.due = time.Time{}
	m.mu.Unlock()
	m.ring()
	return err
}

// pack is a message as its file has it.
func pack(msg Message) ([]byte, error) {
	if err := msg.check(); err != nil {
		return nil, fmt.Errorf("the mail cannot be sent: %w", err)
	}
	return json.Marshal(msg)
}

func (m *Mailer) write(w *waiting, text []byte) error {
	if err := renameio.WriteFile(m.file(w), text, 0o600, renameio.WithTempDir(m.dir)); err != nil {
		return fmt.Errorf("the mail cannot be kept until it is sent: %w", err)
	}
	return nil
}

// Try sends a test to an address now, past the queue, and returns what the
// server answered.
func (m *Mailer) Try(ctx context.Context, to string) (answer string, err error) {
	m.mu.Lock()
	server := m.server
	m.mu.Unlock()
	if server == nil {
		return "", errors.New("there is no mail {} in the configuration, so no server to send by")
	}
	msg := test(to)
	if err := msg.check(); err != nil {
		return "", err
	}
	out, err := msg.compose(server.From, rand.Text(), time.Now())
	if err != nil {
		return "", err
	}
	answer, err = m.road.deliver(ctx, *server, out)
	if err == nil && answer == "" {
		answer = "taken"
	}
	return answer, err
}

// Stats are the counters.
func (m *Mailer) Stats() Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.stats
	s.Waiting = len(m.waiting)
	return s
}

// Trouble says why mail waits, "" if none has to.
func (m *Mailer) Trouble() string {
	if n := m.Stats().Waiting; n > 0 {
		if why := m.why(); why != "" {
			return fmt.Sprintf("mail waits to be sent (%d): %s", n, why)
		}
	}
	return ""
}

func (m *Mailer) why() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.server == nil {
		return "there is no mail {} in the configuration any more"
	}
	return m.trouble
}

func (m *Mailer) file(w *waiting) string { return filepath.Join(m.dir, w.id+suffix) }

func (m *Mailer) ring() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// drop takes a mail out of the queue, and its file away.
func (m *Mailer) drop(w *waiting) {
	if err := os.Remove(m.file(w)); err != nil && !errors.Is(err, os.ErrNotExist) {
		m.log.Error("a mail that is done with is still on the disk, and would be sent again after a restart", "file", m.file(w), "error", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.waiting = slices.DeleteFunc(m.waiting, func(o *waiting) bool { return o == w })
	m.bytes -= w.bytes
}

// run is the worker: one mail at a time.
func (m *Mailer) run() {
	defer close(m.ended)
	for m.alive.Err() == nil {
		m.expire()
		w, server, wait := m.next()
		if w != nil {
			m.send(w, *server)
			m.mu.Lock()
			m.now = nil
			m.mu.Unlock()
			continue
		}
		timer := time.NewTimer(wait)
		select {
		case <-m.wake:
		case <-timer.C:
		case <-m.alive.Done():
		}
		timer.Stop()
	}
}

// next is the mail whose turn it is, or how long none has.
func (m *Mailer) next() (*waiting, *Server, time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now, wait := time.Now(), retryMax // in which mail may become too old
	for _, w := range m.waiting {
		due := w.due
		if m.rest.After(due) {
			due = m.rest
		}
		switch left := due.Sub(now); {
		case m.server == nil:
		case left <= 0:
			m.now = w
			return w, m.server, 0
		default:
			wait = min(wait, left)
		}
	}
	return nil, nil, wait
}

// expire gives up what is too old.
func (m *Mailer) expire() {
	m.mu.Lock()
	var old []*waiting
	for _, w := range m.waiting {
		if time.Since(w.made) > giveUp {
			old = append(old, w)
		}
	}
	m.mu.Unlock()
	for _, w := range old {
		m.abandon(w, fmt.Errorf("it has waited for %v: %s", giveUp, m.why()))
	}
}

func (m *Mailer) abandon(w *waiting, why error) {
	m.log.Error("a mail is given up", "mail", w.id, "reason", why)
	m.drop(w)
	m.mu.Lock()
	m.stats.GivenUp++
	m.mu.Unlock()
}

// send tries one mail.
func (m *Mailer) send(w *waiting, server Server) {
	var msg Message
	text, err := os.ReadFile(m.file(w))
	if err == nil {
		err = json.Unmarshal(text, &msg)
	}
	if err == nil {
		err = msg.check()
	}
	if err != nil {
		m.abandon(w, fmt.Errorf("its file cannot be read: %w", err))
		return
	}
	out, err := msg.compose(server.From, w.id, w.made)
	if err != nil {
		m.abandon(w, err)
		return
	}
	answer, err := m.road.deliver(m.alive, server, out)
	var no *refusal
	switch {
	case err == nil:
		m.log.Info("a mail is sent", "mail", w.id, "to", msg.To, "answer", answer)
		m.drop(w)
		m.mu.Lock()
		m.stats.Sent++
		m.trouble, m.failed, m.rest = "", 0, time.Time{}
		m.mu.Unlock()
	case m.alive.Err() != nil: // we stop; the next run tries it
	case errors.As(err, &no) && no.code >= 500:
		m.abandon(w, fmt.Errorf("the server does not take it for %s: %w", msg.To, err))
	default:
		m.later(w, msg.To, server, err, no != nil)
	}
}

// later lets a mail wait, or if it is not its own fault all mail.
func (m *Mailer) later(w *waiting, to string, server Server, err error, own bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.server == nil || *m.server != server {
		return // there is another one by now, which may be better
	}
	m.trouble = fmt.Sprintf("%v: %v", server, err)
	if own {
		w.tries++
		w.due = time.Now().Add(backoff(w.tries))
		m.log.Warn("a mail waits: the server does not take it now", "mail", w.id, "to", to, "server", server.String(), "error", err, "again_in", backoff(w.tries))
		return
	}
	m.failed++
	m.rest = time.Now().Add(backoff(m.failed))
	m.log.Warn("mail waits: there is no talking to the server", "mails", len(m.waiting), "server", server.String(), "error", err, "again_in", backoff(m.failed))
}

// backoff is how long after a failure it is tried again: a minute, doubling to
// an hour.
func backoff(failures int) time.Duration {
	return min(retryMin<<min(failures-1, 10), retryMax)
}
