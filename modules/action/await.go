package action

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating/value"
)

// waitForConnection waits until the host can be reached and runs modules.
func waitForConnection(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	options := map[string]int{"connect_timeout": 5, "delay": 0, "sleep": 1, "timeout": 600}
	if err := secondsOf(c, options); err != nil {
		return nil, err
	}
	if c.Check {
		return done("changed", value.Bool(false), "elapsed", value.Int(0), "skipped", value.Bool(true))
	}
	start := time.Now()
	if err := wait(ctx, options["delay"]); err != nil {
		return nil, err
	}
	d := modules.OK()
	err := untilReached(ctx, c, options)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		d = modules.Fail("timed out waiting for ping module test: " + err.Error())
	}
	d.Set("elapsed", value.Int(int64(time.Since(start).Seconds())))
	return d, nil
}

// secondsOf reads arguments that are whole seconds, and refuses all others.
func secondsOf(c *modules.Call, options map[string]int) error {
	var wrong []string
	for k, v := range c.Args.Strings() {
		if _, ok := options[k]; !ok {
			wrong = append(wrong, k)
			continue
		}
		n, err := secondsIn(v)
		if err != nil {
			return err
		}
		options[k] = n
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.Sort(wrong)
	return modules.Errorf("Invalid options for wait_for_connection: %s", strings.Join(wrong, ", "))
}

// secondsIn reads a number of whole seconds.
func secondsIn(v value.Value) (n int, err error) {
	if _, err := fmt.Sscanf(v.String(), "%d", &n); err != nil {
		return 0, fmt.Errorf("invalid literal for int() with base 10: %s", value.Repr(v))
	}
	return n, nil
}

// untilReached tries the host until the time is over, and gives the last reason.
func untilReached(ctx context.Context, c *modules.Call, options map[string]int) error {
	deadline := time.Now().Add(time.Duration(options["timeout"]) * time.Second)
	for {
		err := reached(ctx, c, options["connect_timeout"])
		if err == nil || ctx.Err() != nil || time.Now().After(deadline) {
			return err
		}
		if err := wait(ctx, options["sleep"]); err != nil {
			return err
		}
	}
}

// reached runs a module on a new line.
func reached(ctx context.Context, c *modules.Call, limit int) error {
	if err := c.Reset(ctx); err != nil && !connection.IsUnreachable(err) {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(limit)*time.Second+pingTime)
	defer cancel()
	d, err := c.Module(ctx, "ansible.builtin.ping", &value.Dict{})
	if err != nil {
		return err
	}
	if text(d, "ping") != "pong" {
		return modules.Errorf("ping test failed: %s", text(d, "msg"))
	}
	return nil
}

// pingTime is what a reached host has for its answer.
const pingTime = 30 * time.Second

func wait(ctx context.Context, seconds int) error {
	return pauseFor(ctx, time.Duration(seconds)*time.Second)
}

func pauseFor(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
