package agent

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/enter"
	"github.com/goplay/goplay/connection/local"
)

// TestLentPython enters roots that have a shell and no Python: from this machine, and from another place.
func TestLentPython(t *testing.T) {
	root := bareRoot(t)
	w := newWorld(t, Options{})
	here := local.Dialer{}
	lines := connection.NewPool(map[string]connection.Dialer{"local": here, connection.ByEntry: &enter.Dialer{Here: here}})
	t.Cleanup(lines.Close)
	w.pool = NewPool(lines, Options{InterpreterFallback: []string{"python3.99", interpreter}})
	t.Cleanup(func() { w.pool.Close(context.Background()) })
	for _, via := range []connection.Target{{}, target} {
		box := connection.Target{Host: "box", Transport: "chroot", Entry: "chroot " + root + " /bin/sh -c"}
		if via != (connection.Target{}) {
			via.Python = interpreter
			box.Via = via.Handle()
		}
		for range 2 { // the second time the copy is there
			s, err := w.pool.Session(t.Context(), box, "auto", nil)
			if err != nil {
				t.Fatal(err)
			}
			const text = "import os, ssl, sys, subprocess; basic.exit_json(usr=sorted(os.listdir('/usr')), python=sys.executable, " +
				"again=subprocess.check_output([sys.executable, '-c', 'print(6*7)']).decode())"
			r := w.call(s, probe(text))
			if got := string(r.Stdout); !strings.Contains(got, `"usr": ["lonely"]`) || !strings.Contains(got, `"python": "/tmp/.goplay-python-`) || !strings.Contains(got, `42`) {
				t.Errorf("%s %s", got, r.Stderr)
			}
			if err := w.pool.Reset(t.Context(), box); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// bareRoot makes a root with a shell and a few programs, and what they load.
func bareRoot(t *testing.T) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can chroot")
	}
	root := t.TempDir()
	const script = `set -e
mkdir -p $1/usr/lonely $1/tmp $1/dev $1/bin
for p in sh id uname tar rm mkdir; do
	p=$(command -v $p)
	cp -L $p $1/bin/
	for f in $(ldd $p | grep -o '/[^ ]*'); do mkdir -p $1${f%/*}; cp -L $f $1$f; done
done
: >$1/dev/null
chroot $1 /bin/sh -c 'id -u'`
	if out, err := exec.Command("sh", "-c", script, "sh", root).CombinedOutput(); err != nil {
		t.Skipf("no root can be made: %s", out)
	}
	return root
}
