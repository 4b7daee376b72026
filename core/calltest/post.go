package calltest

import (
	"context"
	"errors"
	"net"

	"google.golang.org/grpc/test/bufconn"

	"github.com/plugboard/plugboard/core/calltest/postbox"
)

// post2525 starts the mail server of the world, which has users or lets everybody
// in. It is up until it is closed.
func (w *World) post2525(users map[string]string) *postbox.Server {
	s := postbox.New(nil, users)
	l := bufconn.Listen(1 << 16)
	w.post.Store(l)
	s.Serve(l)
	return s
}

// dialMail connects to it, wherever it is said to be.
func (w *World) dialMail(ctx context.Context, _, _ string) (net.Conn, error) {
	l := w.post.Load()
	if l == nil {
		return nil, errors.New("connection refused")
	}
	return l.DialContext(ctx)
}
