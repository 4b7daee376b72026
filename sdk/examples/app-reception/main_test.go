package main

import (
	"testing"

	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/app/apptest"
)

const question = "For sales press one, for support press two."

func TestACallerChooses(t *testing.T) {
	for key, to := range map[string]string{"1": "group.sales", "2": "group.support"} {
		apptest.Run(t, app.Func(reception), app.Facts{}, func(c *apptest.Caller) {
			c.Hears(question)
			c.Press(key)
			c.Went(to)
			if err := c.Ended(); err != nil || c.Did() != "answer to" {
				t.Errorf("%v, done: %s", err, c.Did())
			}
		})
	}
}

func TestACallerChoosesNothing(t *testing.T) {
	apptest.Run(t, app.Func(reception), app.Facts{}, func(c *apptest.Caller) {
		c.Hears(question)
		c.Press("9")
		c.Hears(question)
		c.Hears(question)
		c.Hears("Goodbye.")
		if err := c.Ended(); err != nil || c.Did() != "answer" {
			t.Errorf("%v, done: %s", err, c.Did())
		}
	})
}

func TestACallerHangsUp(t *testing.T) {
	apptest.Run(t, app.Func(reception), app.Facts{}, func(c *apptest.Caller) {
		c.Hears(question)
		c.Hangup()
		if err := c.Ended(); err != nil {
			t.Error(err)
		}
	})
}
