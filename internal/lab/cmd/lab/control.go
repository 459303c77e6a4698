package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/goplay/goplay/internal/lab"
)

// reply is what "lab up" answers to the other commands.
type reply struct {
	Output []byte
	Error  string
	Code   int
}

// serve answers the commands that are given inside "lab up", over a socket in the lab's
// folder that only root can reach.
func serve(l *lab.Lab) (net.Listener, error) {
	path := filepath.Join(l.Dir(), "control")
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, err
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go answer(l, conn)
		}
	}()
	return listener, nil
}

func answer(l *lab.Lab, conn net.Conn) {
	defer conn.Close()
	var args []string
	if err := json.NewDecoder(conn).Decode(&args); err != nil {
		return
	}
	out, err := obey(l, args)
	r := reply{Output: out}
	if err != nil {
		r.Error, r.Code = err.Error(), 1
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			r.Error, r.Code = "", exit.ExitCode()
		}
	}
	_ = json.NewEncoder(conn).Encode(r) // nobody to tell if it went away
}

func obey(l *lab.Lab, args []string) ([]byte, error) {
	numbers, err := hostNumbers(l, args)
	switch {
	case err != nil:
		return nil, err
	case args[0] == "reset":
		return nil, l.Reset(numbers...)
	case args[0] == "exec" && len(args) > 2:
		return l.Command(context.Background(), numbers[0], args[2:]...).CombinedOutput()
	case args[0] == "manifest" && len(args) == 2:
		return manifest(l, numbers[0])
	case args[0] == "latency" && len(args) == 2:
		return latency(l, args[1])
	}
	return nil, fmt.Errorf("what is %q? See \"lab\"", args)
}

// hostNumbers reads the hosts of a command: all arguments of reset, the first of others.
func hostNumbers(l *lab.Lab, args []string) ([]int, error) {
	names := args[1:]
	switch {
	case args[0] == "latency" || len(names) == 0:
		return nil, nil
	case args[0] != "reset":
		names = names[:1]
	}
	var numbers []int
	for _, name := range names {
		n, err := strconv.Atoi(name)
		if err != nil || n < 1 || n > l.Len() {
			return nil, fmt.Errorf("no host %q: there are 1 to %d", name, l.Len())
		}
		numbers = append(numbers, n)
	}
	return numbers, nil
}

func manifest(l *lab.Lab, i int) ([]byte, error) {
	changes, err := l.Manifest(i)
	var text bytes.Buffer
	for _, c := range changes {
		fmt.Fprintln(&text, c)
	}
	return text.Bytes(), err
}

func latency(l *lab.Lab, text string) ([]byte, error) {
	ms, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, fmt.Errorf("latency: %w", err)
	}
	if err := l.Latency(milliseconds(ms)); err != nil {
		return nil, err
	}
	return []byte(l.Inventory("deploy") + "\n"), nil
}

// ask sends a command to the "lab up" around this process.
func ask(args []string) error {
	dir := os.Getenv("LAB_DIR")
	if dir == "" {
		return errors.New("not inside \"lab up\"")
	}
	conn, err := net.Dial("unix", filepath.Join(dir, "control"))
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := json.NewEncoder(conn).Encode(args); err != nil {
		return err
	}
	var r reply
	if err := json.NewDecoder(conn).Decode(&r); err != nil {
		return err
	}
	_, _ = os.Stdout.Write(r.Output)
	if r.Error != "" {
		return errors.New(r.Error)
	}
	if r.Code != 0 {
		os.Exit(r.Code)
	}
	return nil
}
