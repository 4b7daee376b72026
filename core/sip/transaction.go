package sip

import (
	"bytes"
	"errors"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// The timers of RFC 3261, table 4, with the defaults of section 17.
const (
	t1 = 500 * time.Millisecond // round trip
	t2 = 4 * time.Second        // longest interval between retransmissions
	t4 = 5 * time.Second        // longest life of a message in the network

	timeout = 64 * t1          // B, F, H, J, L, M
	timerD  = 32 * time.Second // how long the answers to retransmitted finals last
)

var (
	errTimeout   = errors.New("no answer")
	errTransport = errors.New("cannot send")
)

// transactions are the live ones, by their keys (RFC 3261 §17.1.3, §17.2.3).
type transactions struct {
	trace Tracer

	mu      sync.Mutex
	clients map[clientKey]*clientTx
	servers map[serverKey]*serverTx
	merged  map[mergeKey]serverKey
	closed  bool
}

type clientKey struct {
	branch string
	method sip.RequestMethod
}

type serverKey struct {
	branch string // with sent-by; of an RFC 2543 client all that it identifies by
	method sip.RequestMethod
}

// mergeKey is equal for one request that came by two ways (RFC 3261 §8.2.2.2).
type mergeKey struct {
	callID, fromTag string
	seq             uint32
	method          sip.RequestMethod
}

func newTransactions(trace Tracer) *transactions {
	return &transactions{
		trace:   trace,
		clients: make(map[clientKey]*clientTx),
		servers: make(map[serverKey]*serverTx),
		merged:  make(map[mergeKey]serverKey),
	}
}

// close ends every transaction where it stands.
func (t *transactions) close() {
	t.mu.Lock()
	t.closed = true
	clients, servers := t.clients, t.servers
	t.clients, t.servers = map[clientKey]*clientTx{}, map[serverKey]*serverTx{}
	t.merged = map[mergeKey]serverKey{}
	t.mu.Unlock()
	for _, tx := range clients {
		tx.mu.Lock()
		tx.end()
		tx.mu.Unlock()
	}
	for _, tx := range servers {
		tx.mu.Lock()
		tx.end()
		tx.mu.Unlock()
	}
}

// settle waits until each request of ours is answered, for so long at most.
func (t *transactions) settle(patience time.Duration) {
	const look = 20 * time.Millisecond
	for ; patience > 0; patience -= look {
		if !t.unanswered() {
			return
		}
		time.Sleep(look)
	}
}

func (t *transactions) unanswered() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, tx := range t.clients {
		tx.mu.Lock()
		waits := tx.state == txTrying || tx.state == txProceeding
		tx.mu.Unlock()
		if waits {
			return true
		}
	}
	return false
}

func (t *transactions) client(k clientKey) *clientTx {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.clients[k]
}

func (t *transactions) server(k serverKey) *serverTx {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.servers[k]
}

// keyOf is the server transaction that a request belongs to. An ACK and a
// CANCEL are asked for with method INVITE.
func keyOf(req *sip.Request, method sip.RequestMethod) serverKey {
	via := req.Via()
	branch, _ := via.Params.Get("branch")
	if len(branch) > len(sip.RFC3261BranchMagicCookie) && branch[:len(sip.RFC3261BranchMagicCookie)] == sip.RFC3261BranchMagicCookie {
		return serverKey{branch + " " + via.Host + ":" + itoa(via.Port), method}
	}
	// RFC 2543: Request-URI, tags, Call-ID, CSeq number and the topmost Via.
	// The To tag differs between an INVITE and its ACK.
	fromTag, _ := req.From().Params.Get("tag")
	return serverKey{req.Recipient.String() + " " + fromTag + " " + req.CallID().Value() + " " +
		itoa(int(req.CSeq().SeqNo)) + " " + via.Value(), method}
}

func mergeKeyOf(req *sip.Request) mergeKey {
	fromTag, _ := req.From().Params.Get("tag")
	return mergeKey{req.CallID().Value(), fromTag, req.CSeq().SeqNo, req.Method}
}

type txState int

const (
	txTrying txState = iota // also: calling
	txProceeding
	txCompleted
	txAccepted // RFC 6026
	txConfirmed
	txTerminated
)

// A serverTx answers one request. It absorbs retransmissions and repeats its
// last response. INVITE (RFC 3261 §17.2.1, RFC 6026 §7.1):
//
//	proceeding ──2xx──▶ accepted ──L──▶ terminated        (the leg repeats the 2xx)
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
	if raw != nil && (state == txProceeding || state == txCompleted) {
		tx.write(raw)
	}
}

func (tx *serverTx) write(raw []byte) {
	if tx.link.send(raw) != nil || tx.all.trace == nil {
		return // what cannot be sent is asked for again, or times out
	}
	tx.all.trace.Record(tx.call(), true, tx.link.flow().Remote.String(), raw)
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
	if tx.state == txAccepted {
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
	req  *sip.Request
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
	raw := bytesOf(req)
	tx := &clientTx{
		all: t, key: clientKey{branch, req.Method}, req: req, raw: raw, link: l,
		heard: heard, failed: failed, trace: trace, wait: t1,
	}
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

func (tx *clientTx) write(raw []byte) error {
	err := tx.link.send(raw)
	if err == nil && tx.all.trace != nil {
		tx.all.trace.Record(tx.trace, true, tx.link.flow().Remote.String(), raw)
	}
	return err
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

// bytesOf writes a message, without room to spare: it may be kept for half a
// minute.
func bytesOf(msg sip.Message) []byte {
	var b bytes.Buffer
	b.Grow(1024)
	msg.StringWrite(&b)
	return bytes.Clone(b.Bytes())
}
