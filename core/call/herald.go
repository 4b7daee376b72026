package call

import (
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
)

// herald says in a conference who has come or gone, after the chime: one after the
// other, each as soon as it is spoken. Those who come at once are told by name
// a few at most; of the others the chime is all.
type herald struct {
	of      string // the conference
	room    *mix.Room
	prompts Prompts
	names   chan *dialplan.Prompt
	quit    chan struct{}
	done    chan struct{}
}

const (
	heraldMost = 4 // names that wait to be said
	// heraldTime is how long a name may take until it can be heard, and then to be
	// said: later nobody knows whom it is about.
	heraldTime = 5 * time.Second
	// heraldPause is how long the chime takes that comes first.
	heraldPause = 350 * time.Millisecond
)

func newHerald(of string, room *mix.Room, prompts Prompts) *herald {
	h := &herald{of: of, room: room, prompts: prompts, names: make(chan *dialplan.Prompt, heraldMost), quit: make(chan struct{}), done: make(chan struct{})}
	go h.run()
	return h
}

// say has a name said. It does not wait.
func (h *herald) say(name *dialplan.Prompt) {
	if h == nil || name == nil {
		return
	}
	select {
	case h.names <- name:
	default:
	}
}

// close ends what is said, and waits for that.
func (h *herald) close() {
	if h != nil {
		close(h.quit)
		<-h.done
	}
}

func (h *herald) run() {
	defer close(h.done)
	for {
		select {
		case name := <-h.names:
			h.tell(name)
		case <-h.quit:
			return
		}
	}
}

// tell says one name. What cannot be spoken is left out: who speaks has logged why.
func (h *herald) tell(name *dialplan.Prompt) {
	p := h.prompts.Prompt(name, "conference "+h.of, 1)
	defer p.Stop()
	chime := time.After(heraldPause)
	limit := time.NewTimer(heraldTime)
	defer limit.Stop()
	for ready := p.Ready(); ready != nil || chime != nil; {
		select {
		case <-ready:
			ready = nil
		case <-chime:
			chime = nil
		case <-limit.C:
			return
		case <-h.quit:
			return
		}
	}
	if p.Failed() != nil {
		return
	}
	port := h.room.Join(p, mix.Options{Deaf: true})
	defer port.Leave()
	limit.Reset(heraldTime)
	select {
	case <-p.Done():
	case <-limit.C:
	case <-h.quit:
	}
}
