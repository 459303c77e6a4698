package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"

	"github.com/goplay/goplay/runner"
)

// interrupt remembers which signal ended the run.
type interrupt struct{ signal atomic.Int32 }

// interruptible gives a context that ends with the first ^C or request to terminate: the runner then starts nothing new, ends what runs
// on the targets and shows the recap. The second one ends goplay at once.
func interruptible() (context.Context, *interrupt) {
	ctx, cancel := context.WithCancel(context.Background())
	in := &interrupt{}
	ch := make(chan os.Signal, 2)
	signal.Notify(ch, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) // a reader that went away ends no run; ignoring it would be inherited by commands
	go func() {                                             // ends with the process
		in.signal.Store(int32((<-ch).(syscall.Signal)))
		cancel()
		in.signal.Store(int32((<-ch).(syscall.Signal)))
		os.Exit(in.exit())
	}()
	return ctx, in
}

// exit is the exit code of an interrupted run: 99 for ^C, and for other signals the one that a shell would show.
func (in *interrupt) exit() int {
	if s := syscall.Signal(in.signal.Load()); s != 0 && s != syscall.SIGINT {
		return 128 + int(s)
	}
	return runner.ExitInterrupted
}

func (in *interrupt) err() error {
	if s := syscall.Signal(in.signal.Load()); s != 0 && s != syscall.SIGINT {
		return errors.New("run ended by signal: " + s.String())
	}
	return said("User interrupted execution")
}
