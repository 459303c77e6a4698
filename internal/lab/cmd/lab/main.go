// Command lab gives a shell, or runs one command, with throw-away Debian hosts beside it.
// The hosts go when the shell or the command ends.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/goplay/goplay/internal/lab"
)

const usage = `usage: lab up [-latency MS] N [COMMAND...]   hosts h1..hN for a shell or a command
       lab reset [I...]                      pristine hosts again
       lab exec I COMMAND...                 run COMMAND as root inside host I, not over ssh
       lab manifest I                        what changed on host I
       lab latency MS                        one-way delay before all hosts; 0 for none

The last four work inside "lab up". LAB_DIR is the lab's folder; LAB_INVENTORY names an
inventory for user deploy, who may use sudo without a password; for others (root, plain,
pwuser) see LAB_DIR. LAB_KEY, LAB_KNOWN_HOSTS and LAB_SSH_CONFIG are for ssh.
`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "lab:", err)
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			os.Exit(exit.ExitCode())
		}
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		fmt.Fprint(os.Stderr, usage)
		return fmt.Errorf("no command")
	}
	if args[0] == "up" {
		return up(args[1:])
	}
	return ask(args)
}

// up makes the lab and hands it to a command.
func up(args []string) error {
	flags := flag.NewFlagSet("up", flag.ContinueOnError)
	latency := flags.Float64("latency", 0, "one-way delay in `ms`")
	flags.Usage = func() { fmt.Fprint(os.Stderr, usage) }
	if err := flags.Parse(args); err != nil {
		return err
	}
	n, err := strconv.Atoi(flags.Arg(0))
	if err != nil {
		return fmt.Errorf("up: how many hosts?")
	}
	// ^C is for the command; the lab ends when that does.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	signal.Ignore(os.Interrupt)
	l, err := lab.Up(ctx, n)
	if err != nil {
		return err
	}
	defer l.Close()
	if err := l.Latency(milliseconds(*latency)); err != nil {
		return err
	}
	return with(ctx, l, flags.Args()[1:])
}

func milliseconds(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

// with runs the command, or a shell, in the lab's environment, and answers what it asks.
func with(ctx context.Context, l *lab.Lab, command []string) error {
	server, err := serve(l)
	if err != nil {
		return err
	}
	defer server.Close()
	for _, user := range []string{"root", "plain", "pwuser"} {
		l.Inventory(user)
	}
	if len(command) == 0 {
		command = []string{shell()}
		fmt.Fprintf(os.Stderr, "lab: %d hosts; leave this shell to remove them. ssh -F $LAB_SSH_CONFIG h1; -i $LAB_INVENTORY\n", l.Len())
	}
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), "LAB_DIR="+l.Dir(), "LAB_INVENTORY="+l.Inventory("deploy"), "LAB_KEY="+l.Key(),
		"LAB_KNOWN_HOSTS="+l.KnownHosts(), "LAB_SSH_CONFIG="+l.SSHConfig(), "LAB_HOSTS="+strconv.Itoa(l.Len()))
	return cmd.Run()
}

func shell() string {
	if s := os.Getenv("SHELL"); s != "" {
		return s
	}
	return "/bin/sh"
}
