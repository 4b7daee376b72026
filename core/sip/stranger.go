package sip

import (
	"container/list"
	"net/netip"

	"github.com/plugboard/plugboard/core/subnet"
)

const (
	// maxStrangers bounds the connections over which nobody has proven who they
	// are.
	maxStrangers = 2000
	// maxFrom bounds those of them from one address: a whole office may be behind
	// it, whose phones all come at once after a restart.
	maxFrom = 500
)

// strangers are the connections that others have opened and over which nobody
// has proven yet who they are, by a secret or as a trunk. Anybody can open some
// and say nothing. Where there are too many the oldest goes: a phone needs its
// place for a second, until it has registered.
type strangers struct {
	list list.List // of *stream, the oldest first
	at   map[*stream]*list.Element
	from map[netip.Prefix]int
}

// add keeps one more, and gives the one that has to go for it, nil if none.
func (s *strangers) add(st *stream) (goes *stream) {
	if s.at == nil {
		s.at, s.from = make(map[*stream]*list.Element), make(map[netip.Prefix]int)
	}
	from := subnet.Of(st.remote.Addr())
	switch {
	// What is on this machine is a proxy, which stands for many.
	case s.from[from] >= maxFrom && !from.Addr().IsLoopback():
		goes = s.oldest(func(o *stream) bool { return subnet.Of(o.remote.Addr()) == from })
	case s.list.Len() >= maxStrangers:
		goes = s.oldest(func(*stream) bool { return true })
	}
	if goes != nil {
		s.remove(goes)
	}
	st.strange.Store(true)
	s.at[st] = s.list.PushBack(st)
	s.from[from]++
	return goes
}

func (s *strangers) oldest(is func(*stream) bool) *stream {
	for e := s.list.Front(); e != nil; e = e.Next() {
		if st := e.Value.(*stream); is(st) {
			return st
		}
	}
	return nil
}

// remove takes one out, if it is in.
func (s *strangers) remove(st *stream) {
	e := s.at[st]
	if e == nil {
		return
	}
	st.strange.Store(false)
	s.list.Remove(e)
	delete(s.at, st)
	from := subnet.Of(st.remote.Addr())
	if s.from[from]--; s.from[from] == 0 {
		delete(s.from, from)
	}
}
