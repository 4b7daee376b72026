package news

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestNewsThatNobodyReadsIsBounded(t *testing.T) {
	q := New[int]()
	for i := range limit + 10 {
		q.Put(i)
	}
	got, err := q.Take(t.Context())
	if err != nil || len(got) != limit || got[limit-1] != limit-1 {
		t.Errorf("%d wait, %v", len(got), err)
	}
}

func TestTakeWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := New[string]()
		time.AfterFunc(time.Second, func() { q.Put("a"); q.Put("b") })
		began := time.Now()
		got, err := q.Take(t.Context())
		if err != nil || time.Since(began) != time.Second || got[0] != "a" {
			t.Errorf("%q, %v after %v", got, err, time.Since(began))
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var rest []string
		for err = nil; err == nil; got, err = q.Take(ctx) {
			rest = append(rest, got...)
		}
		if !errors.Is(err, context.DeadlineExceeded) || len(rest) > 2 || rest[len(rest)-1] != "b" && len(rest) == 2 {
			t.Errorf("%q, %v", rest, err)
		}
	})
}
