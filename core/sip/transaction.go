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

// bytesOf writes a message, without room to spare: it may be kept for half a
// minute.
func bytesOf(msg sip.Message) []byte {
	var b bytes.Buffer
	b.Grow(1024)
	msg.StringWrite(&b)
	return bytes.Clone(b.Bytes())
}
