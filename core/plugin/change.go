package plugin

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Change is a set of plugins that is ready to take the place of the one in
// force. Either [Change.Commit] or [Change.Abort] ends it.
type Change struct {
	host  *Host
	next  []*keeper
	fresh []*keeper // of next: started for it
}

// Prepare starts what is new in a set of plugins, beside those that run, and
// disturbs none of them; a plugin whose spec is the same is kept. It returns
// when all have come up. If one does not, what was started is stopped again,
// and the error joins what failed. Changes are made one after the other.
func (h *Host) Prepare(ctx context.Context, specs []Spec) (*Change, error) {
	if err := twice(specs); err != nil {
		return nil, err
	}
	c := &Change{host: h}
	for _, s := range specs {
		k := h.same(s)
		if k == nil {
			k = h.keep(s)
			k.quiet.Store(true)
			c.fresh = append(c.fresh, k)
		}
		c.next = append(c.next, k)
	}
	for _, k := range c.fresh {
		k.begin()
	}
	if failed := firsts(ctx, c.fresh); len(failed) > 0 {
		c.Abort()
		return nil, errors.Join(failed...)
	}
	return c, nil
}

// Upgrade starts the file of a plugin anew, as it is now, and has new legs and calls
// opened in that process; the old one goes when the last of its own is closed. If the
// new one does not come up, nothing has changed. No change may be under way.
func (h *Host) Upgrade(ctx context.Context, name string) (Info, error) {
	old, err := h.find(name)
	if err != nil {
		return Info{}, err
	}
	k := h.keep(old.spec)
	k.quiet.Store(true)
	c := &Change{host: h, fresh: []*keeper{k}}
	for _, other := range h.all() {
		if other == old {
			other = k
		}
		c.next = append(c.next, other)
	}
	k.begin()
	if failed := firsts(ctx, c.fresh); len(failed) > 0 {
		c.Abort()
		return Info{}, errors.Join(failed...)
	}
	c.Commit()
	return k.info(), nil
}

// same is the keeper in force of a plugin with just this spec, or nil.
func (h *Host) same(s Spec) *keeper {
	for _, k := range h.all() {
		if reflect.DeepEqual(k.spec, s) {
			return k
		}
	}
	return nil
}

// Kinds are what the plugins of the change are, by their names: those that have come
// up once.
func (c *Change) Kinds() map[string][]string { return kindsByName(c.next) }

// Kinds are what the plugins in force are, as [Change.Kinds].
func (h *Host) Kinds() map[string][]string { return kindsByName(h.all()) }

func kindsByName(keepers []*keeper) map[string][]string {
	kinds := make(map[string][]string)
	for _, k := range keepers {
		k.mu.Lock()
		state := k.state
		k.mu.Unlock()
		switch {
		case state.Version == "": // it has not said yet
		case state.Kind == "":
			kinds[k.spec.Name] = nil
		default:
			kinds[k.spec.Name] = strings.Split(state.Kind, ",")
		}
	}
	return kinds
}

// Abort stops what was started for the change, and returns when it is gone.
func (c *Change) Abort() {
	for _, k := range c.fresh {
		k.end(errors.New("the new configuration was refused"))
	}
	for _, k := range c.fresh {
		<-k.over
	}
}

// Commit puts the change in force: new legs are opened in the new plugins. A
// plugin that is not among them goes when its last leg has been closed.
func (c *Change) Commit() {
	h := c.host
	h.mu.Lock()
	old := h.keepers
	h.keepers = c.next
	var gone []*keeper
	for _, k := range old {
		if slices.Contains(c.next, k) {
			continue
		}
		gone = append(gone, k)
		h.leaving = append(h.leaving, k)
		k.leaves = true
	}
	h.mu.Unlock()
	for _, k := range gone {
		k.barred()
		if !slices.ContainsFunc(c.next, func(n *keeper) bool { return n.spec.Name == k.spec.Name }) {
			h.opt.Changed(Info{Name: k.spec.Name, State: Stopped, Reason: "the configuration has it no more"})
		}
		h.opt.Changed(k.info())
		h.done.Go(func() { h.leave(k) })
		k.leaveIfEmpty()
	}
	for _, k := range c.fresh {
		k.quiet.Store(false)
		h.opt.Changed(k.info())
	}
}

// leave waits for the end of a plugin that is leaving.
func (h *Host) leave(k *keeper) {
	<-k.over
	h.mu.Lock()
	defer h.mu.Unlock()
	h.leaving = slices.DeleteFunc(h.leaving, func(other *keeper) bool { return other == k })
}

// Bind changes what RTP sockets of new legs are bound to.
func (h *Host) Bind(address Addresses, in PortRange) { h.ports.set(address, in) }

// enter finds a plugin for a leg, and counts the leg in. Who enters exits.
func (h *Host) enter(name string) (*keeper, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, k := range h.keepers {
		if k.spec.Name == name {
			k.legs++
			return k, nil
		}
	}
	return nil, unknown(name)
}

func unknown(name string) error { return fmt.Errorf("no plugin %q is configured", name) }

// exit counts a leg out.
func (k *keeper) exit() {
	k.host.mu.Lock()
	k.legs--
	k.host.mu.Unlock()
	k.leaveIfEmpty()
}

// leaveIfEmpty ends a plugin that is leaving and has no leg any more.
func (k *keeper) leaveIfEmpty() {
	k.host.mu.Lock()
	empty := k.leaves && k.legs == 0
	k.host.mu.Unlock()
	if empty {
		k.end(errors.New("another took its place, or the configuration has it no more, and its last leg is closed"))
	}
}
