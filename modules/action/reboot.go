package action

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating/value"
)

// rebooting is one task that reboots a host and waits until it is back.
type rebooting struct {
	c                       *modules.Call
	bootTimeCommand, test   string
	connectTimeout, timeout time.Duration
	preDelay, postDelay     int // seconds
	command, message        string
	searchPaths             []string
	start                   time.Time
	windows                 bool
}

// reboot reboots the host, and waits until it says that it was booted later than before and runs a test command.
func reboot(ctx context.Context, c *modules.Call) (*value.Dict, error) {
	if c.Transport == "local" {
		d := modules.Fail("Running reboot with local connection would reboot the control node.")
		d.Set("changed", value.Bool(false))
		d.Set("elapsed", value.Int(0))
		d.Set("rebooted", value.Bool(false))
		return d, nil
	}
	if c.Check {
		return done("changed", value.Bool(true), "elapsed", value.Int(0), "rebooted", value.Bool(true))
	}
	r := &rebooting{c: c, start: time.Now()}
	if err := r.options(); err != nil {
		return nil, err
	}
	return r.run(ctx)
}

func (r *rebooting) options() error {
	known := []string{
		"boot_time_command", "connect_timeout", "msg", "post_reboot_delay", "pre_reboot_delay", "reboot_command", "reboot_timeout",
		"search_paths", "test_command",
	}
	var wrong []string
	for k := range r.c.Args.Strings() {
		if !slices.Contains(known, k) {
			wrong = append(wrong, k)
		}
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		return modules.Errorf("Invalid options for reboot: %s", strings.Join(wrong, ", "))
	}
	r.bootTimeCommand = orElse(str(r.c, "boot_time_command"), "cat /proc/sys/kernel/random/boot_id")
	r.test = orElse(str(r.c, "test_command"), "whoami")
	r.message = orElse(str(r.c, "msg"), "Reboot initiated by Ansible")
	r.command = str(r.c, "reboot_command")
	return errors.Join(r.seconds(), r.paths())
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func (r *rebooting) seconds() error {
	numbers := map[string]int{"connect_timeout": 10, "post_reboot_delay": 0, "pre_reboot_delay": 0, "reboot_timeout": 600}
	for name := range numbers {
		v := r.c.Args.Get(name)
		if v == nil || v == value.None {
			continue
		}
		n, err := secondsIn(v)
		if err != nil {
			return err
		}
		numbers[name] = max(0, n)
	}
	r.connectTimeout = time.Duration(numbers["connect_timeout"]) * time.Second
	r.timeout = time.Duration(numbers["reboot_timeout"]) * time.Second
	r.preDelay, r.postDelay = numbers["pre_reboot_delay"], numbers["post_reboot_delay"]
	return nil
}

// paths reads the folders in which the command is looked up.
func (r *rebooting) paths() error {
	v := r.c.Args.Get("search_paths")
	switch v := v.(type) {
	case nil, value.NoneType:
		r.searchPaths = []string{"/sbin", "/bin", "/usr/sbin", "/usr/bin", "/usr/local/sbin"}
		return nil
	case value.String:
		r.searchPaths = []string{string(v)}
		return nil
	case *value.List:
		for _, e := range v.Elems {
			if e.Type() != "str" {
				return wrongPaths(v)
			}
			r.searchPaths = append(r.searchPaths, e.String())
		}
		return nil
	}
	return wrongPaths(v)
}

func wrongPaths(v value.Value) error {
	return fmt.Errorf("'search_paths' must be a string or flat list of strings, got %s", value.Repr(v))
}

func (r *rebooting) run(ctx context.Context) (*value.Dict, error) {
	before, failed, err := r.bootTime(ctx)
	if failed != nil || err != nil {
		return failed, err
	}
	command, err := r.commandLine(ctx)
	if err != nil {
		return nil, err
	}
	if failed, err := r.begin(ctx, command); failed != nil || err != nil {
		return failed, err
	}
	if err := wait(ctx, r.postDelay); err != nil {
		return nil, err
	}
	if msg, err := r.comeBack(ctx, before); msg != "" || err != nil {
		return r.failure(msg, true), err
	}
	return done("changed", value.Bool(true), "elapsed", r.elapsed(), "rebooted", value.Bool(true))
}

func (r *rebooting) elapsed() value.Value { return value.Int(int64(time.Since(r.start).Seconds())) }

func (r *rebooting) failure(msg string, rebooted bool) *value.Dict {
	d := modules.Fail(msg)
	d.Set("rebooted", value.Bool(rebooted))
	d.Set("elapsed", r.elapsed())
	return d
}

// bootTime asks when the host was booted.
func (r *rebooting) bootTime(ctx context.Context) (id string, failed *value.Dict, err error) {
	res, err := r.c.Raw(ctx, r.bootTimeCommand, nil, "")
	if err != nil {
		return "", nil, err
	}
	if res.Exit != 0 {
		d := modules.Fail(fmt.Sprintf("reboot: failed to get host boot time info, rc: %d, stdout: %s, stderr: %s", res.Exit, res.Stdout, res.Stderr))
		d.Set("reboot", value.Bool(false))
		return "", d, nil
	}
	return strings.TrimSpace(string(res.Stdout)), nil, nil
}

// commandLine gives the command that reboots: the task's own, or shutdown (reboot, where there is no shutdown with a time).
func (r *rebooting) commandLine(ctx context.Context) (string, error) {
	if r.windows { // which waits itself, and ends no earlier than it can answer
		return fmt.Sprintf("shutdown.exe /r /t %d /c '%s'", max(2, r.preDelay), strings.ReplaceAll(r.message, "'", "''")), nil
	}
	program, args := "shutdown", fmt.Sprintf("-r %d %s", r.preDelay/60, `"`+r.message+`"`)
	if r.command != "" {
		program, args, _ = strings.Cut(r.command, " ")
		if strings.HasPrefix(program, "/") {
			return r.command, nil
		}
	} else if distribution, err := chosen(ctx, r.c, "distribution", "ansible_distribution"); err != nil {
		return "", err
	} else if distribution == "Alpine" {
		program, args = "reboot", ""
	}
	found, err := r.find(ctx, program)
	return found + " " + args, err
}

// find looks a program up on the host.
func (r *rebooting) find(ctx context.Context, program string) (string, error) {
	quoted := make([]string, len(r.searchPaths))
	shown := value.NewList()
	for i, p := range r.searchPaths {
		quoted[i] = source.ShellQuote(path.Join(p, program))
		shown.Append(value.String(p))
	}
	res, err := r.c.Raw(ctx, "for p in "+strings.Join(quoted, " ")+`; do if test -e "$p"; then echo "$p"; break; fi; done`, nil, "")
	if err != nil {
		return "", err
	}
	if found := strings.TrimSpace(string(res.Stdout)); found != "" {
		return found, nil
	}
	//lint:ignore ST1005 the reference's text
	return "", fmt.Errorf("Unable to find command %q in search paths: %s", program, value.Repr(shown))
}

// begin runs the command; a connection that breaks meanwhile is what is hoped for.
func (r *rebooting) begin(ctx context.Context, command string) (*value.Dict, error) {
	r.start = time.Now()
	res, err := r.c.Raw(ctx, command, nil, "")
	if connection.IsUnreachable(err) {
		return nil, nil
	}
	if err != nil || res.Exit == 0 {
		return nil, err
	}
	d := r.failure(fmt.Sprintf("Reboot command failed. Error was: '%s, %s'",
		strings.TrimSpace(string(res.Stdout)), strings.TrimSpace(string(res.Stderr))), false)
	d.Set("start", value.String(r.start.UTC().Format("2006-01-02T15:04:05.000000+00:00")))
	return d, nil
}

// comeBack waits until the host was booted anew and passes the test; each wait has the task's time limit. It gives the message for what
// did not happen in time.
func (r *rebooting) comeBack(ctx context.Context, before string) (string, error) {
	for _, step := range []struct {
		what string
		done func(context.Context) bool
	}{
		{"last boot time check", func(ctx context.Context) bool {
			now, failed, err := r.bootTime(ctx)
			return err == nil && failed == nil && now != "" && now != before
		}},
		{"post-reboot test command", func(ctx context.Context) bool {
			res, err := r.c.Raw(ctx, r.test, nil, "")
			return err == nil && res.Exit == 0
		}},
	} {
		if in, err := r.inTime(ctx, step.done); err != nil {
			return "", err
		} else if !in {
			return fmt.Sprintf("Timed out waiting for %s (timeout=%d)", step.what, int(r.timeout.Seconds())), nil
		}
	}
	return "", nil
}

// inTime tries something on new lines to the host, with growing pauses, until it succeeds or the time is over.
func (r *rebooting) inTime(ctx context.Context, try func(context.Context) bool) (bool, error) {
	deadline := time.Now().Add(r.timeout)
	for attempt := 0; ; attempt++ {
		if err := r.c.Reset(ctx); err != nil && !connection.IsUnreachable(err) {
			return false, err
		}
		one, cancel := context.WithTimeout(ctx, r.connectTimeout+pingTime)
		succeeded := try(one)
		cancel()
		if succeeded || ctx.Err() != nil || time.Now().After(deadline) {
			return succeeded, ctx.Err()
		}
		if err := pauseFor(ctx, min(backoff(attempt), time.Until(deadline))); err != nil {
			return false, err
		}
	}
}

// backoff doubles from half a second to twelve seconds, with chance in it, so that many hosts are not asked at once.
func backoff(attempt int) time.Duration {
	pause := min(500*time.Millisecond<<min(attempt, 10), 12*time.Second)
	return pause + time.Duration(rand.Int64N(int64(pause)/2))
}
