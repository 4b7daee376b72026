package dialplan

import "github.com/plugboard/plugboard/core/config"

func (c *compiler) checkShadows(d *config.Dialplan, t *table) {}
func (c *compiler) checkReach()                               {}
