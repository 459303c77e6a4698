package main

import (
	"context"
	"fmt"
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
}

func (b *bench) all(ctx context.Context, cases []playCase) error {
	fmt.Printf("%-22s %6s", "case", "rtt")
	for _, p := range b.programs {
		fmt.Printf(" %11s", p.name)
		if p.name != b.programs[0].name {
			fmt.Printf(" %7s", "ratio")
		}
	}
	fmt.Println()
	for _, rtt := range b.rtts {
		if err := b.hosts.Latency(rtt / 2); err != nil {
			return err
		}
		for _, c := range cases {
			if !strings.Contains(c.name, b.only) {
				continue
			}
			if err := b.row(ctx, c, rtt); err != nil {
				return err
			}
		}
	}
	return nil
}

// row measures one case by all programs and prints it as it grows.
func (b *bench) row(ctx context.Context, c playCase, rtt time.Duration) error {
	fmt.Printf("%-22s %6s", c.name, rtt)
	var base time.Duration
	var agreed string
	for i, p := range b.programs {
		took, recap, err := b.best(ctx, c, p)
		if err != nil {
			fmt.Println()
			return err
		}
		fmt.Printf(" %9.2f s", took.Seconds())
		if i == 0 {
			base, agreed = took, recap
			continue
		}
		fmt.Printf(" %6.1fx", took.Seconds()/base.Seconds())
		if recap != agreed {
			fmt.Println()
			return fmt.Errorf("%s: the recaps differ: %s has %q, %s has %q", c.name, b.programs[0].name, agreed, p.name, recap)
		}
	}
	fmt.Println()
	return nil
}

// best is the shortest of a program's runs, and the last run's recap.
func (b *bench) best(ctx context.Context, c playCase, p program) (best time.Duration, recap string, err error) {
	if err := b.hosts.Reset(); err != nil {
		return 0, "", err
	}
	for range b.runs {
		took, text, err := p.play(ctx, b.folder, c.file, b.hosts.Inventory("deploy"))
		if err != nil {
			return 0, "", err
		}
		recap = text
		if best == 0 || took < best {
			best = took
		}
	}
	return best, recap, nil
}
