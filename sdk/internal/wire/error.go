package wire

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/plugboard/plugboard/sdk/leg"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
	"github.com/plugboard/plugboard/sdk/tts"
)

// ToError turns an error of an author's code into a gRPC status: a
// [leg.Error] or a [tts.Error] anywhere in its chain crosses as what it is.
func ToError(err error) error {
	if err == nil {
		return nil
	}
	var ofLeg leg.Error
	var ofTTS tts.Error
	switch {
	case errors.As(err, &ofLeg):
		return withKind(err, string(ofLeg))
	case errors.As(err, &ofTTS):
		return withKind(err, string(ofTTS))
	case errors.Is(err, context.DeadlineExceeded):
		return status.Error(codes.DeadlineExceeded, err.Error())
	case errors.Is(err, context.Canceled):
		return status.Error(codes.Canceled, err.Error())
	}
	return status.Error(codes.Unknown, toText(err.Error()))
}

// withKind is a status that tells the kind of a failure beside its text.
func withKind(err error, kind string) error {
	s := status.New(codes.FailedPrecondition, toText(err.Error()))
	if d, detailErr := s.WithDetails(&pb.Failure{Kind: kind}); detailErr == nil {
		s = d
	}
	return s.Err()
}

// FromError is the inverse of [ToError] for a leg. A connection that broke, and
// a server that has no such leg, are [leg.ErrGone]; a deadline and a
// cancellation are those of package context.
func FromError(err error) error {
	return fromError(err, leg.ErrGone, func(kind string) error { return leg.Error(kind) })
}

// FromTTSError is [FromError] for an engine that speaks.
func FromTTSError(err error) error {
	return fromError(err, tts.ErrGone, func(kind string) error { return tts.Error(kind) })
}

func fromError(err, gone error, typed func(kind string) error) error {
	if err == nil {
		return nil
	}
	s, ok := status.FromError(err)
	if !ok {
		return err
	}
	for _, d := range s.Details() {
		f, ok := d.(*pb.Failure)
		if !ok {
			continue
		}
		kind := typed(f.GetKind())
		if s.Message() == f.GetKind() {
			return kind
		}
		return &failure{text: s.Message(), kind: kind}
	}
	switch s.Code() {
	case codes.Unavailable, codes.NotFound:
		return fmt.Errorf("%w: %s", gone, s.Message())
	case codes.DeadlineExceeded:
		return fmt.Errorf("%w: %s", context.DeadlineExceeded, s.Message())
	case codes.Canceled:
		return fmt.Errorf("%w: %s", context.Canceled, s.Message())
	}
	return errors.New(s.Message())
}

// failure is a typed failure that was told with more words than its own.
type failure struct {
	text string
	kind error
}

// Error implements error.
func (f *failure) Error() string { return f.text }

// Unwrap lets errors.Is find the kind.
func (f *failure) Unwrap() error { return f.kind }
