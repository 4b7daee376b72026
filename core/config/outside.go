package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/plugboard/plugboard/core/number"
)

// failover reads which trunks are tried in which order, and why.
func (l *loader) failover(o *Failover, f *fields) {
	o.Place = f.place
	expr := f.attr("order")
	if expr == nil {
		l.errorAt(f.place.Block, "An order is missing", "%s tries nothing: write order = [trunk.NAME, …].", o.Path())
	} else {
		elements, whole := f.elements(expr)
		seen := map[Destination]bool{}
		for _, e := range elements {
			d := DestinationOf(e.value)
			switch d.(type) {
			case *Trunk, *Failover:
			case nil:
				f.wrong(e.at, "order", "trunks and failovers", e.value)
				continue
			default:
				l.errorAt(e.at, "Not a trunk", "A failover tries trunks and other failovers; %s is neither.", d.Path())
				continue
			}
			if seen[d] {
				l.errorAt(e.at, "Twice the same trunk", "%s stands in the order already.", d.Path())
				continue
			}
			seen[d] = true
			o.Order = append(o.Order, d)
		}
		if len(elements) == 0 && whole {
			l.errorAt(expr.Range(), "An order is missing", "%s tries nothing: its order is empty.", o.Path())
		}
	}
	next, places := []string{"timeout:5s", "unregistered", "408", "5xx"}, []hcl.Range(nil)
	if f.place.Has("next_on") {
		next, places, _ = f.texts("next_on", `reasons such as "5xx"`)
	}
	for i, reason := range next {
		at := f.place.Block
		if places != nil {
			at = places[i]
		}
		if err := o.nextOn(reason); err != nil {
			l.errorAt(at, "Not a reason", `next_on takes "timeout:5s", "unregistered", a status such as "408" and a class such as "5xx"; %s.`, err)
		}
		switch reason {
		case "486", "600", "603":
			l.note(hcl.Diagnostics{warningAt(at, "An answer, not a failure", "With %s who is called is busy or declines: the next trunk rings the same phone again.", reason)})
		}
	}
}

// nextOn takes one reason to go on to the next trunk.
func (o *Failover) nextOn(reason string) error {
	after, timeout := strings.CutPrefix(reason, "timeout:")
	switch {
	case reason == "unregistered":
		o.Unregistered = true
	case timeout:
		d, err := time.ParseDuration(after)
		if err != nil || d < time.Second || d > 32*time.Second {
			return fmt.Errorf("timeout takes 1s to 32s, this is %s", quote(after))
		}
		o.Timeout = d
	case len(reason) == 3 && strings.HasSuffix(reason, "xx") && '3' <= reason[0] && reason[0] <= '6':
		first := 100 * int(reason[0]-'0')
		o.Statuses = append(o.Statuses, [2]int{first, first + 99})
	default:
		n, err := strconv.Atoi(reason)
		if err != nil || n < 300 || n > 699 {
			return fmt.Errorf("this is %s", quote(reason))
		}
		o.Statuses = append(o.Statuses, [2]int{n, n})
	}
	return nil
}

// emergencyBlock makes emergency known, so that tests can name it.
func (l *loader) emergencyBlock(f *fields) {
	e := &Emergency{Place: f.place}
	l.cfg.Emergency = e
	numbers, places, whole := f.texts("numbers", `numbers such as "112"`)
	for i, written := range numbers {
		n := number.Dialled(written)
		if !isDialled(n) {
			l.errorAt(places[i], "Not a number", `numbers takes what people dial, such as "112"; this is %s.`, quote(written))
			continue
		}
		e.Numbers = append(e.Numbers, n)
	}
	if len(numbers) == 0 && whole {
		l.errorAt(f.place.Range("numbers"), "Numbers are missing", `emergency has no numbers: write numbers = ["112"].`)
	}
	if at, ok := f.text("caller_id", textWant["caller_id"], &e.CallerID); ok {
		e.CallerID, _ = l.callerID(at, e.CallerID)
	}
}

// emergency reads where its calls go.
func (l *loader) emergency(f *fields) {
	e := l.cfg.Emergency
	f.destination("via", &e.Via)
	switch e.Via.(type) {
	case *Trunk, *Failover:
	case nil:
		if !f.place.Has("via") {
			l.errorAt(f.place.Block, "A trunk is missing", "emergency does not say where its calls go: write via = trunk.NAME, or a failover.")
		}
	default:
		l.errorAt(f.place.Range("via"), "Not a trunk", "Calls to emergency numbers leave over a trunk or a failover; %s is neither.", e.Via.Path())
	}
	expr := f.attr("notify")
	if expr == nil {
		return
	}
	elements, _ := f.elements(expr)
	for _, el := range elements {
		who, ok := DestinationOf(el.value).(*Extension)
		if !ok {
			f.wrong(el.at, "notify", "extensions", el.value)
			continue
		}
		e.Notify = append(e.Notify, who)
	}
}
