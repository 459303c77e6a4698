package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/goplay/goplay/internal/lab"
)

// bench measures all cases by all programs.
type bench struct {
	options
	folder   string
	hosts    *lab.Lab
	programs []program
	memory   int64 // the most that goplay took
}

func (b *bench) all(ctx context.Context, cases []playCase) error {
	fmt.Printf("%-24s %6s", "case", "rtt")
	for i, p := range b.programs {
		beside := "ratio"
		if i == 0 {
			beside = "memory"
		}
		fmt.Printf(" %11s %7s", p.name, beside)
	}
	fmt.Println()
	for _, rtt := range b.rtts {
		if err := b.hosts.Latency(rtt / 2); err != nil {
			return err
		}
		for _, c := range cases {
			if !strings.Contains(c.name, b.only) || c.inventory != "" && rtt != b.rtts[0] {
				continue
			}
			if err := b.row(ctx, c, rtt); err != nil {
				return err
			}
		}
	}
	fmt.Printf("\nA ratio says how many times longer than %s a program takes; only the ratios mean something on another machine.\n", b.programs[0].name)
	fmt.Printf("%s's memory: at most %.1f MB.\n", b.programs[0].name, float64(b.memory)/1e6)
	if err := b.startUp(ctx); err != nil || !strings.Contains("calls of modules", b.only) {
		return err
	}
	return b.moduleTimes(ctx)
}

// startUp measures what goplay takes to say its version.
func (b *bench) startUp(ctx context.Context) error {
	var best time.Duration
	for range 20 {
		start := time.Now()
		if err := exec.CommandContext(ctx, b.programs[0].path, "--version").Run(); err != nil {
			return err
		}
		if took := time.Since(start); best == 0 || took < best {
			best = took
		}
	}
	fmt.Printf("%s --version: %.1f ms.\n", b.programs[0].name, best.Seconds()*1000)
	return nil
}

// row measures one case by all programs and prints it as it grows.
func (b *bench) row(ctx context.Context, c playCase, rtt time.Duration) error {
	fmt.Printf("%-24s %6s", c.name, rtt)
	var base outcome
	for i, p := range b.programs {
		if i > 0 && c.alone {
			break
		}
		o, err := b.best(ctx, c, p)
		if err != nil {
			fmt.Println()
			return err
		}
		fmt.Printf(" %9.2f s", o.took.Seconds())
		if i == 0 {
			fmt.Printf(" %4.0f MB", float64(o.memory)/1e6)
			base, b.memory = o, max(b.memory, o.memory)
			continue
		}
		fmt.Printf(" %6.1fx", o.took.Seconds()/base.took.Seconds())
		if o.recap != base.recap {
			fmt.Println()
			return fmt.Errorf("%s: the recaps differ: %s has %q, %s has %q", c.name, b.programs[0].name, base.recap, p.name, o.recap)
		}
	}
	fmt.Println()
	return nil
}

// inventory gives the lab host, by one name or by several.
func (b *bench) inventory(c playCase) string {
	if c.names == 0 {
		return b.hosts.Inventory("deploy")
	}
	h := b.hosts.Host(1)
	var names strings.Builder
	for i := range c.names {
		fmt.Fprintf(&names, "name%03d ansible_host=%s ansible_port=%d\n", i, h.Addr, h.Port)
	}
	_, vars, _ := strings.Cut(b.hosts.InventoryText("deploy"), "\n[lab:vars]")
	if err := write(b.folder, "names", "[lab]\n"+names.String()+"\n[lab:vars]"+vars); err != nil {
		panic(err) // the bench's own folder
	}
	return filepath.Join(b.folder, "names")
}

// play runs a case once, and measures what it asks for.
func (b *bench) play(ctx context.Context, p program, inventory string, c playCase) (outcome, error) {
	if !c.cpu {
		return p.play(ctx, b.folder, inventory, c)
	}
	before, err := b.hostCPU()
	if err != nil {
		return outcome{}, err
	}
	o, err := p.play(ctx, b.folder, inventory, c)
	if err != nil {
		return o, err
	}
	after, err := b.hostCPU()
	o.took = o.cpu + after - before
	return o, err
}

// hostCPU is what all processes of the lab host have taken so far, those that have ended and were waited for among them.
func (b *bench) hostCPU() (time.Duration, error) {
	const ticks = `cat /proc/[0-9]*/stat 2>/dev/null | sed 's/.*) //' | awk '{ n += $12 + $13 + $14 + $15 } END { print n }'`
	out, err := b.hosts.Exec(1, "sh", "-c", ticks)
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(strings.TrimSpace(out))
	return time.Duration(n) * time.Second / 100, err
}

// best is the shortest of a program's runs, with the last run's recap and the most memory of all.
func (b *bench) best(ctx context.Context, c playCase, p program) (best outcome, err error) {
	inventory := filepath.Join(b.folder, c.inventory)
	if c.inventory == "" {
		inventory = b.inventory(c)
		if err := b.hosts.Reset(); err != nil {
			return best, err
		}
	}
	for i := range b.runs {
		o, err := b.play(ctx, p, inventory, c)
		if err != nil {
			return best, err
		}
		if i > 0 {
			o.took, o.memory = min(o.took, best.took), max(o.memory, best.memory)
		}
		best = o
	}
	return best, nil
}
