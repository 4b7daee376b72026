package daemon

import (
	"context"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/trunk"
)

// makeTrunks makes the trunks. They begin once calls can come in.
func (d *Daemon) makeTrunks() error {
	kept, err := config.OpenSecrets(d.cfg().PBX.DataDir)
	if err != nil {
		return err
	}
	key, err := kept.TrunkKey()
	if err != nil {
		return err
	}
	d.trunks, err = trunk.New(trunks(d.cfg()), trunk.Options{
		Resolver: d.opt.World.Resolver, Client: client{d}, Key: []byte(key), Log: d.log.Named("trunk"), Emit: d.emit,
	})
	return err
}

// client asks trunks through core/sip.
type client struct{ d *Daemon }

// Ask implements [trunk.Client].
func (c client) Ask(ctx context.Context, q trunk.Request) (trunk.Answer, error) {
	return c.d.sip.Ask(ctx, q)
}

// trunks are the configured ones as core/trunk takes them.
func trunks(c *config.Config) []trunk.Config {
	var list []trunk.Config
	for _, t := range c.Trunks {
		list = append(list, trunk.Config{
			Name: t.Name, Peer: t.Peer.String(), Allow: t.Allow, MaxCalls: t.MaxCalls,
			Register: t.Register, Username: t.Username, AuthUsername: t.AuthUsername, Secret: t.Secret.Reveal(),
			Expires: t.Expires, OptionsPing: t.OptionsPing,
		})
	}
	return list
}
