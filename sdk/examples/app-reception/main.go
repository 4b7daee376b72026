// Command app-reception asks callers what they want, and connects them.
package main

import (
	"context"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/app"
)

func main() {
	sdk.Serve(sdk.Plugin{Name: "app-reception", Version: "0.1.0", App: app.Func(reception)})
}

func reception(ctx context.Context, c *app.Call) error {
	for range 3 {
		key, err := c.Digits(ctx, app.Digits{Prompts: app.Say("For sales press one, for support press two.")})
		switch {
		case err != nil:
			return err
		case key == "1":
			return c.To(ctx, "group.sales")
		case key == "2":
			return c.To(ctx, "group.support")
		}
	}
	return c.Say(ctx, "Goodbye.")
}
