// Command bench runs goplay, the reference and Mitogen side by side on one lab host, over a
// short and a long line, and prints seconds and ratios. All comparisons are made in one run
// on one machine, as only the ratios mean something elsewhere.
//
// The reference runs with pipelining and ControlPersist, Mitogen is the reference with
// strategy mitogen_linear. Every program plays each case on a host that was pristine before
// its first run; the best of the runs counts. All programs must end with the same recap.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/goplay/goplay/internal/lab"
	"github.com/goplay/goplay/internal/reference"
)

// options are the command line's.
type options struct {
	goplay string
	runs   int
	only   string
	rtts   []time.Duration
	// windows measures plays on Windows hosts, and nothing else.
	windows bool
}

func main() {
	if code, ok := launched(os.Args[1:]); ok {
		os.Exit(code)
	}
	var o options
	var rtts string
	flag.StringVar(&o.goplay, "goplay", "bin/goplay", "the `program` to measure")
	flag.IntVar(&o.runs, "runs", 2, "`times` each program plays each case; the best counts")
	flag.StringVar(&o.only, "only", "", "cases whose name contains `text`")
	flag.StringVar(&rtts, "rtt", "0,26ms", "round trip `times`")
	flag.BoolVar(&o.windows, "windows", false, "measure plays on Windows hosts, on a machine of the tests")
	flag.Parse()
	for _, text := range strings.Split(rtts, ",") {
		rtt, err := time.ParseDuration(text)
		if err != nil {
			fail(err)
		}
		o.rtts = append(o.rtts, rtt)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		stop()
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(1)
}

func run(ctx context.Context, o options) error {
	judge, err := reference.Unpack(ctx)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "goplay-bench.")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	cases, err := writeCases(folder)
	if err != nil {
		return err
	}
	b := bench{options: o, folder: folder, programs: programs(o.goplay, judge)}
	if o.windows {
		return b.windowsTimes(ctx)
	}
	hosts, err := lab.Up(ctx, 1)
	if err != nil {
		return err
	}
	defer hosts.Close()
	b.hosts = hosts
	return b.all(ctx, cases)
}
