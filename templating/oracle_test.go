package templating_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

var (
	cases = flag.Int("cases", 2000, "how many generated cases are compared with each oracle")
	seed  = flag.Uint64("seed", 1, "the first case's seed")
)

// oracle is a Python process that answers cases.
type oracle struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

const python = "/usr/bin/python3"

// startOracle runs a script of testdata; the test is skipped where Python lacks a module that it needs.
func startOracle(t testing.TB, script, module string, env ...string) *oracle {
	t.Helper()
	env = append(os.Environ(), env...)
	probe := exec.Command(python, "-c", "import "+module)
	probe.Env = env
	if out, err := probe.CombinedOutput(); err != nil {
		t.Skipf("%s without %s: %v %s", python, module, err, lastLine(out))
	}
	o := &oracle{cmd: exec.Command(python, filepath.Join("testdata", script))}
	o.cmd.Env = env
	o.cmd.Stderr = os.Stderr
	var err error
	if o.in, err = o.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := o.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	o.out = bufio.NewScanner(stdout)
	o.out.Buffer(nil, 64<<20)
	if err := o.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		o.in.Close()
		_ = o.cmd.Wait() // it ends with its input
	})
	return o
}

func lastLine(out []byte) string {
	last := ""
	for sc := bufio.NewScanner(bytes.NewReader(out)); sc.Scan(); {
		last = sc.Text()
	}
	return last
}

// ask gives the oracle's answer to a case.
func (o *oracle) ask(t testing.TB, c any) outcome {
	t.Helper()
	line, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.in.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
	if !o.out.Scan() {
		t.Fatalf("the oracle has ended: %v\n%s", o.out.Err(), line)
	}
	var answer outcome
	if err := json.Unmarshal(o.out.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// gaveUp tells that the oracle came upon its limits of time or memory.
func (o outcome) gaveUp() bool { return o.Kind == "TimeoutError" || o.Kind == "MemoryError" }
