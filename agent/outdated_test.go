package agent

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// joinsGames makes bob a member of the group games, and leavesGames takes that back.
const (
	joinsGames  = "f = open('/etc/group'); t = f.read(); f = open('/etc/group', 'w'); f.write(t.replace('games:x:60:', 'games:x:60:bob')); f.close(); basic.exit_json()"
	leavesGames = "f = open('/etc/group'); t = f.read(); f = open('/etc/group', 'w'); f.write(t.replace('games:x:60:bob', 'games:x:60:')); f.close(); basic.exit_json()"
)

// TestOutdatedAgents has requests of all kinds come to an agent whose user has got another group since: one that has it does them.
func TestOutdatedAgents(t *testing.T) {
	w := users(t, "carol", Options{})
	root, bob := w.session(Become{Method: "sudo", User: "root"}), []Become{{Method: "sudo", User: "bob"}}
	w.call(root, probe("import os\nd = '"+w.home+"/games'\nos.mkdir(d, 0o770); os.chown(d, 0, 60); os.chmod(d, 0o770); basic.exit_json()"))
	file, big := w.home+"/games/file", bytes.Repeat([]byte("0123456789abcdef"), 1<<17)
	request := map[string]func(t *testing.T, s *Session) error{
		"put": func(t *testing.T, s *Session) error {
			return s.Put(t.Context(), file, 0o640, int64(len(big)), bytes.NewReader(big))
		},
		"fetch": func(t *testing.T, s *Session) error {
			r := s.Fetch(t.Context(), file)
			defer r.Close()
			got, err := io.ReadAll(r)
			if err == nil && !bytes.Equal(got, big) {
				t.Errorf("%d bytes, want %d", len(got), len(big))
			}
			return err
		},
		"a guarded lane": func(t *testing.T, s *Session) error {
			replies := guarded(t, s, []*Call{probe(inGames), probe(inGames), probe(inGames)}, 0)
			for i, r := range replies { // what was sent ahead is decided anew: what it was decided by may have changed, too
				if r.Dropped != (i > 0) || i == 0 && !strings.Contains(string(r.Stdout), "true") {
					t.Errorf("call %d: %+v", i, r)
				}
			}
			return nil
		},
	}
	for _, name := range []string{"put", "fetch", "a guarded lane"} {
		t.Run(name, func(t *testing.T) {
			before := w.session(bob...)
			if r := w.call(before, probe(inGames)); !strings.Contains(string(r.Stdout), "false") {
				t.Fatalf("%s", r.Stdout)
			}
			w.call(root, probe(joinsGames))
			if err := request[name](t, before); err != nil {
				t.Error(err)
			}
			if w.session(bob...) == before {
				t.Error("the agent is the same")
			}
			w.call(root, probe(leavesGames))
		})
	}
}

const inGames = "import os; basic.exit_json(games=60 in os.getgroups())"
