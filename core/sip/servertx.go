package sip

import (
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// A serverTx answers one request. It absorbs retransmissions and repeats its
// last response. INVITE (RFC 3261 §17.2.1, RFC 6026 §7.1):
//
//	proceeding ──2xx──▶ accepted ──L──▶ terminated        (the leg repeats the 2xx, but for a
//	    │                                                  re-INVITE that came again: the leg may be over)
//	    └──300-699──▶ completed ──ACK──▶ confirmed ──I──▶ terminated
//	                    └─G: again─┘ └──H──▶ terminated
//
// All others (§17.2.2):
//
//	trying ──1xx──▶ proceeding ──200-699──▶ completed ──J──▶ terminated
type serverTx struct {
	all   *transactions
	key   serverKey
	merge mergeKey
	link  link
	tag   string // our To tag, in each response but 100
	// req is given up with the final response: the transaction stays for half
	// a minute, and a busy switch has thousands. Who responds owns it.
	req *sip.Request

	mu    sync.Mutex
	state txState
	last  []byte
	trace string // the call's id
	wait  time.Duration
	again *time.Timer // G
	over  *time.Timer // H, I, J, L
}

// serve opens the transaction of a new request. Where the request came before,
// again is its transaction, which has answered it anew. Merged says that the
// same request came before by another way. Both are nil once all is closed.
func (t *transactions) serve(l link, req *sip.Request) (tx, again *serverTx, merged bool) {
	key := keyOf(req, req.Method)
	tx = &serverTx{all: t, key: key, req: req, link: l}
	if tag := tagOf(req.To().Params); tag != "" {
		tx.tag = tag
	} else {
		tx.tag, tx.merge = newTag(), mergeKeyOf(req)
	}
	t.mu.Lock()
	if old := t.servers[key]; old != nil {
		t.mu.Unlock()
		old.repeat()
		return nil, old, false
	}
	if t.closed {
		t.mu.Unlock()
		return nil, nil, false
	}
	if tx.merge.method != "" {
		if other, ok := t.merged[tx.merge]; ok && t.servers[other] != nil {
			merged = true
			tx.merge = mergeKey{}
		} else {
			t.merged[tx.merge] = key
		}
	}
	t.servers[key] = tx
	t.mu.Unlock()
	return tx, nil, merged
}

// repeat answers a retransmission of the request.
func (tx *serverTx) repeat() {
	tx.mu.Lock()
	raw, state := tx.last, tx.state
	tx.mu.Unlock()
	if raw != nil && (state == txProceeding || state == txCompleted || state == txAccepted) {
		tx.write(raw)
	}
}

func (tx *serverTx) write(raw []byte) {
	if tx.all.trace != nil {
		tx.all.trace.Record(tx.call(), true, tx.link.flow(), raw)
	}
	_ = tx.link.send(raw) // what cannot be sent is asked for again, or times out
}

// traced says whose call the transaction belongs to.
func (tx *serverTx) traced(call string) {
	tx.mu.Lock()
	tx.trace = call
	tx.mu.Unlock()
}

// call is whose call the transaction belongs to, "" if none's.
func (tx *serverTx) call() string {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	return tx.trace
}

// respond sends a response. It returns the bytes, for the leg that repeats its
// 2xx, and false if the transaction is past it.
func (tx *serverTx) respond(res *sip.Response) ([]byte, bool) {
	raw := bytesOf(res)
	tx.mu.Lock()
	if tx.state != txTrying && tx.state != txProceeding {
		tx.mu.Unlock()
		return nil, false
	}
	tx.last = raw
	code := res.StatusCode
	invite := tx.key.method == sip.INVITE
	switch {
	case code < 200:
		tx.state = txProceeding
	case invite && code < 300:
		tx.state = txAccepted
		tx.over = time.AfterFunc(timeout, tx.finish) // L
	case invite:
		tx.state = txCompleted
		if !tx.link.reliable() {
			tx.wait = t1
			tx.again = time.AfterFunc(tx.wait, tx.resend) // G
		}
		tx.over = time.AfterFunc(timeout, tx.finish) // H
	case tx.link.reliable(): // J is zero
		tx.end()
	default:
		tx.state = txCompleted
		tx.over = time.AfterFunc(timeout, tx.finish) // J
	}
	if code >= 200 {
		tx.req = nil
	}
	if tx.state == txAccepted && tx.merge.method != "" {
		tx.last = nil
	}
	gone := tx.state == txTerminated
	tx.mu.Unlock()
	if gone || code == sip.StatusUnauthorized || code == sip.StatusProxyAuthRequired {
		// Some phones repeat a challenged request with the same CSeq.
		tx.all.dropServer(tx, gone)
	}
	tx.write(raw)
	return raw, true
}

// resend is timer G.
func (tx *serverTx) resend() {
	tx.mu.Lock()
	if tx.state != txCompleted {
		tx.mu.Unlock()
		return
	}
	tx.wait = min(2*tx.wait, t2)
	tx.again.Reset(tx.wait)
	raw := tx.last
	tx.mu.Unlock()
	tx.write(raw)
}

// acknowledged takes the ACK to a final response that refused.
func (tx *serverTx) acknowledged() bool {
	tx.mu.Lock()
	if tx.state != txCompleted {
		confirmed := tx.state == txConfirmed
		tx.mu.Unlock()
		return confirmed
	}
	tx.state = txConfirmed
	tx.stop()
	gone := tx.link.reliable()
	if gone {
		tx.end()
	} else {
		tx.over = time.AfterFunc(t4, tx.finish) // I
	}
	tx.mu.Unlock()
	if gone {
		tx.all.dropServer(tx, true)
	}
	return true
}

func (tx *serverTx) finish() {
	tx.mu.Lock()
	tx.end()
	tx.mu.Unlock()
	tx.all.dropServer(tx, true)
}

// end stops the machine. The caller holds mu.
func (tx *serverTx) end() {
	tx.state = txTerminated
	tx.stop()
}

func (tx *serverTx) stop() {
	if tx.again != nil {
		tx.again.Stop()
	}
	if tx.over != nil {
		tx.over.Stop()
	}
}

// dropServer forgets that a request was seen, and with whole the transaction too.
func (t *transactions) dropServer(tx *serverTx, whole bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.merged[tx.merge] == tx.key {
		delete(t.merged, tx.merge)
	}
	if whole && t.servers[tx.key] == tx {
		delete(t.servers, tx.key)
	}
}
