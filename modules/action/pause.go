package action

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating/value"
)

// pause waits for a time, or for the user.
func pause(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	if err := known(c, "echo", "minutes", "prompt", "seconds"); err != nil {
		return nil, err
	}
	echo, err := flag(c, "echo", true)
	if err != nil {
		return nil, err
	}
	limit, unit, timed, err := pauseTime(c)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	input, err := waitFor(ctx, c, limit, timed, echo)
	if err != nil {
		return nil, err
	}
	return pauseResult(start, unit, echo, input), nil
}

// pauseTime reads how long to wait, and the unit that the result speaks of.
func pauseTime(c *modules.Call) (limit time.Duration, unit string, timed bool, err error) {
	minutes, seconds := c.Args.Get("minutes"), c.Args.Get("seconds")
	if minutes != nil && seconds != nil {
		return 0, "", false, modules.Errorf("parameters are mutually exclusive: minutes|seconds")
	}
	switch {
	case minutes != nil:
		limit, err = whole("minutes", minutes, time.Minute)
		return max(limit, 0), "minutes", true, err
	case seconds != nil:
		limit, err = whole("seconds", seconds, time.Second)
		return max(limit, time.Second), "seconds", true, err
	}
	return 0, "minutes", false, nil
}

func whole(name string, v value.Value, unit time.Duration) (time.Duration, error) {
	n, err := strconv.ParseFloat(v.String(), 64)
	if err != nil || n != math.Trunc(n) {
		return 0, modules.Errorf("argument '%s' is of type %s and we were unable to convert to int: \"%s\" cannot be converted to an int", name, pyType(v), v.String())
	}
	return time.Duration(n) * unit, nil
}

// waitFor waits until the time is over, or without one until the user answers.
func waitFor(ctx context.Context, c *modules.Call, limit time.Duration, timed, echo bool) (string, error) {
	prompt := str(c, "prompt")
	if timed {
		wait, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		c.Say(fmt.Sprintf("Pausing for %d seconds", int(limit.Seconds())))
		if prompt != "" {
			c.Say("(ctrl+C then 'C' = continue early, ctrl+C then 'A' = abort)\r")
		}
		<-wait.Done()
		return "", ctx.Err()
	}
	if c.Term == nil || !c.Term.Interactive() {
		c.Warn("Not waiting for response to prompt as stdin is not interactive")
		return "", nil
	}
	if prompt == "" {
		prompt = "Press enter to continue, Ctrl+C to interrupt"
	}
	input, err := c.Term.Pause(ctx, fmt.Sprintf("[%s]\n%s:", c.Name[len("ansible.builtin."):], prompt), echo)
	if errors.Is(err, context.Canceled) {
		return "", modules.Errorf("user requested abort!")
	}
	return input, err
}

func pauseResult(start time.Time, unit string, echo bool, input string) *value.Dict {
	stop := time.Now()
	took := stop.Sub(start).Seconds()
	shown := math.Round(took*100) / 100
	if unit == "minutes" {
		shown = math.Round(took/60*100) / 100
	}
	return value.DictOf("changed", value.Bool(false), "rc", value.Int(0), "stderr", value.String(""),
		"stdout", value.String(fmt.Sprintf("Paused for %s %s", value.Float(shown), unit)),
		"start", value.String(start.Format("2006-01-02 15:04:05.000000")), "stop", value.String(stop.Format("2006-01-02 15:04:05.000000")),
		"delta", value.Int(int64(took)), "echo", value.Bool(echo), "user_input", value.String(input))
}
