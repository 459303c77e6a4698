package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// moduleCall is a module whose calls are measured on a host that knows it: goplay's as items of a loop, the line and the controller's work
// with them; the reference's as the program that it sends, run on the same host without either.
type moduleCall struct {
	name, args string
	items      int
	limit      time.Duration // that is asked of a call; 0: none
	share      float64       // that is asked of the reference's time; 0: none
}

var moduleCalls = []moduleCall{
	{name: "ping", args: "{}", items: 300, limit: 4 * time.Millisecond},
	{name: "stat", args: "{path: /etc/passwd}", items: 300, limit: 4 * time.Millisecond},
	{name: "file", args: "{path: /etc/passwd, state: file}", items: 300, limit: 4 * time.Millisecond},
	{name: "command", args: "{cmd: hostname}", items: 300, limit: 4 * time.Millisecond},
	{name: "setup", args: "{}", items: 15, share: 0.35},
	{name: "apt", args: "{name: [bash, coreutils]}", items: 50, share: 0.5},
}

// asked says what is asked of a call.
func (m moduleCall) asked() string {
	if m.limit > 0 {
		return fmt.Sprintf("< %d ms", m.limit.Milliseconds())
	}
	return fmt.Sprintf("< %.2f", m.share)
}

// moduleTimes prints what a call of a module takes that the host has had before.
func (b *bench) moduleTimes(ctx context.Context) error {
	if err := b.hosts.Latency(0); err != nil {
		return err
	}
	fmt.Printf("\n%-10s %14s %18s %7s  %s\n", "a call of", b.programs[0].name, "reference's module", "share", "asked")
	for _, m := range moduleCalls {
		ours, err := b.warmCall(ctx, m)
		if err != nil {
			return err
		}
		theirs, err := b.sentModule(ctx, m)
		if err != nil {
			return err
		}
		fmt.Printf("%-10s %11.2f ms %15.1f ms %7.3f  %s\n", m.name, milliseconds(ours), milliseconds(theirs), ours.Seconds()/theirs.Seconds(), m.asked())
	}
	return nil
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1000 }

// warmCall is what one more item of a loop takes goplay.
func (b *bench) warmCall(ctx context.Context, m moduleCall) (time.Duration, error) {
	one, err := b.loop(ctx, m, 1)
	if err != nil {
		return 0, err
	}
	all, err := b.loop(ctx, m, m.items)
	return (all - one) / time.Duration(m.items-1), err
}

func (b *bench) loop(ctx context.Context, m moduleCall, items int) (time.Duration, error) {
	file := m.name + "-" + strconv.Itoa(items) + ".yml"
	text := fmt.Sprintf("- hosts: all\n  gather_facts: false\n  tasks:\n    - %s: %s\n      loop: \"{{ range(%d) | list }}\"\n      no_log: true\n", m.name, m.args, items)
	if err := write(b.folder, file, text); err != nil {
		return 0, err
	}
	o, err := b.best(ctx, playCase{name: m.name, file: file}, b.programs[0])
	return o.took, err
}

// timeProgram is Python that runs a program some times and prints the shortest of the times, in seconds.
const timeProgram = `
import subprocess, sys, time
def run():
    start = time.monotonic()
    subprocess.run([sys.executable, sys.argv[1]], stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - start
print(min(run() for _ in range(7)))
`

// sentModule is what the program takes that the reference sends to a host, on that host.
func (b *bench) sentModule(ctx context.Context, m moduleCall) (time.Duration, error) {
	if err := b.hosts.Reset(); err != nil {
		return 0, err
	}
	file := m.name + "-sent.yml"
	text := fmt.Sprintf("- hosts: all\n  gather_facts: false\n  tasks:\n    - %s: %s\n", m.name, m.args)
	if err := write(b.folder, file, text); err != nil {
		return 0, err
	}
	p := b.programs[len(b.programs)-1]
	p.env = []string{"ANSIBLE_KEEP_REMOTE_FILES=1", "ANSIBLE_PIPELINING=0"}
	if _, err := p.play(ctx, b.folder, b.hosts.Inventory("deploy"), playCase{name: m.name, file: file}); err != nil {
		return 0, err
	}
	found, err := b.hosts.Exec(1, "sh", "-c", "ls /home/deploy/.ansible/tmp/*/AnsiballZ_"+m.name+".py")
	if err != nil {
		return 0, err
	}
	out, err := b.hosts.Exec(1, "/usr/bin/python3", "-c", timeProgram, filepath.Clean(strings.TrimSpace(found)))
	if err != nil {
		return 0, err
	}
	seconds, err := strconv.ParseFloat(strings.TrimSpace(out), 64)
	return time.Duration(seconds * float64(time.Second)), err
}
