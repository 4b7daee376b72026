package sip

import (
	"errors"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// A clientTx sends one request and hears the responses. INVITE (RFC 3261
// §17.1.1, RFC 6026 §7.2):
//
//	calling ──1xx──▶ proceeding ──2xx──▶ accepted ──M──▶ terminated   (each 2xx goes up)
//	  A: again  └──300-699, ACK──▶ completed ──D──▶ terminated        (each gets its ACK)
//	  B, or it cannot be sent: failed, terminated
//
// All others (§17.1.2):
//
//	trying ──1xx──▶ proceeding ──200-699──▶ completed ──K──▶ terminated
//	  E: again          E: again each T2
//	  F, or it cannot be sent: failed, terminated
type clientTx struct {
	all  *transactions
	key  clientKey
	req  *sip.Request // of an INVITE
	raw  []byte
	link link
	// heard gets each response; failed that none will come: both at most once
	// at a time, from any goroutine, and they do not wait.
	heard  func(*sip.Response)
	failed func(error)
	trace  string

	mu    sync.Mutex
	state txState
	ack   []byte
	wait  time.Duration
	again *time.Timer // A, E
	over  *time.Timer // B, D, F, K, M
}

// request sends a request over a link. heard and failed may be nil.
func (t *transactions) request(l link, req *sip.Request, trace string, heard func(*sip.Response), failed func(error)) *clientTx {
	branch, _ := req.Via().Params.Get("branch")
	return t.begin(&clientTx{
		all: t, key: clientKey{branch, req.Method}, req: req, raw: bytesOf(req), link: l,
		heard: heard, failed: failed, trace: trace, wait: t1,
	})
}

// begin sends what a transaction has as raw.
func (t *transactions) begin(tx *clientTx) *clientTx {
	l, raw := tx.link, tx.raw
	t.mu.Lock()
	if t.closed {
		t.mu.Unlock()
		return tx
	}
	t.clients[tx.key] = tx
	t.mu.Unlock()

	tx.mu.Lock()
	if !l.reliable() {
		tx.again = time.AfterFunc(tx.wait, tx.resend)
	}
	tx.over = time.AfterFunc(timeout, func() { tx.fail(errTimeout) })
	tx.mu.Unlock()
	if err := tx.write(raw); err != nil {
		tx.fail(errors.Join(errTransport, err))
	}
	return tx
}

// write traces a message first: its answer may be there before send returns.
func (tx *clientTx) write(raw []byte) error {
	if tx.all.trace != nil {
		tx.all.trace.Record(tx.trace, true, tx.link.flow(), raw)
	}
	return tx.link.send(raw)
}

// resend is timer A, or E.
func (tx *clientTx) resend() {
	tx.mu.Lock()
	invite := tx.key.method == sip.INVITE
	if tx.state != txTrying && (invite || tx.state != txProceeding) {
		tx.mu.Unlock()
		return
	}
	tx.wait *= 2
	if !invite {
		tx.wait = min(tx.wait, t2)
	}
	tx.again.Reset(tx.wait)
	raw := tx.raw
	tx.mu.Unlock()
	if err := tx.write(raw); err != nil {
		tx.fail(errors.Join(errTransport, err))
	}
}

// receive takes one response.
func (tx *clientTx) receive(res *sip.Response) {
	code := res.StatusCode
	invite := tx.key.method == sip.INVITE
	tx.mu.Lock()
	var ack []byte
	pass := false
	switch {
	case tx.state == txTerminated:
	case code < 200:
		if pass = tx.state == txTrying || tx.state == txProceeding; pass {
			tx.state = txProceeding
			if invite {
				tx.stop() // how long it rings is the call's to say
			} else {
				tx.wait = t2
			}
		}
	case invite && code < 300:
		switch tx.state {
		case txTrying, txProceeding:
			tx.state = txAccepted
			tx.stop()
			tx.over = time.AfterFunc(timeout, tx.finish) // M
			pass = true
		case txAccepted:
			pass = true // again, or of another branch: the leg tells
		}
	case invite:
		switch tx.state {
		case txTrying, txProceeding:
			tx.state = txCompleted
			tx.stop()
			tx.ack = bytesOf(ackTo(tx.req, res))
			if tx.link.reliable() {
				tx.end()
			} else {
				tx.over = time.AfterFunc(timerD, tx.finish)
			}
			pass, ack = true, tx.ack
		case txCompleted:
			ack = tx.ack
		}
	case tx.state == txTrying || tx.state == txProceeding:
		tx.state = txCompleted
		tx.stop()
		if tx.link.reliable() {
			tx.end()
		} else {
			tx.over = time.AfterFunc(t4, tx.finish) // K
		}
		pass = true
	}
	if tx.state >= txCompleted {
		tx.req, tx.raw = nil, nil // it stays for half a minute still
	}
	gone := tx.state == txTerminated
	tx.mu.Unlock()
	if ack != nil {
		_ = tx.write(ack) // the far side repeats itself if it is lost
	}
	if gone {
		tx.all.dropClient(tx)
	}
	if pass && tx.heard != nil {
		tx.heard(res)
	}
}

// proceeding says whether a provisional response has come: only then can an
// INVITE be cancelled (RFC 3261 §9.1).
func (tx *clientTx) proceeding() bool {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	return tx.state == txProceeding
}

// quiet sends nothing more by itself, while the transaction waits on for what
// comes late.
func (tx *clientTx) quiet() {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.again != nil {
		tx.again.Stop()
	}
	tx.wait = timeout // also for one that is due at this moment
}

func (tx *clientTx) fail(err error) {
	tx.mu.Lock()
	open := tx.state == txTrying || tx.state == txProceeding
	tx.end()
	tx.mu.Unlock()
	tx.all.dropClient(tx)
	if open && tx.failed != nil {
		tx.failed(err)
	}
}

func (tx *clientTx) finish() {
	tx.mu.Lock()
	tx.end()
	tx.mu.Unlock()
	tx.all.dropClient(tx)
}

// end stops the machine. The caller holds mu.
func (tx *clientTx) end() {
	tx.state = txTerminated
	tx.stop()
}

func (tx *clientTx) stop() {
	if tx.again != nil {
		tx.again.Stop()
	}
	if tx.over != nil {
		tx.over.Stop()
	}
}

func (t *transactions) dropClient(tx *clientTx) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.clients[tx.key] == tx {
		delete(t.clients, tx.key)
	}
}
