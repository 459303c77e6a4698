package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// example is a command of a page, with what the page shows of its output.
type example struct{ command, output string }

// examples reads the indented blocks of a page that begin with a command. A here-document belongs to the command.
func examples(page string) []example {
	var found []example
	within, ending := false, ""
	for line := range strings.Lines(page) {
		text, indented := strings.CutPrefix(line, "    ")
		if !indented && strings.TrimSpace(line) != "" {
			within = false
			continue
		}
		switch last := len(found) - 1; {
		case strings.HasPrefix(text, "$ "):
			found = append(found, example{command: text[2:]})
			_, ending, _ = strings.Cut(strings.TrimSpace(text), "<<")
			ending, within = strings.Trim(ending, "'"), true
		case within && ending != "":
			found[last].command += text
			if strings.TrimSpace(text) == ending {
				ending = ""
			}
		case within:
			found[last].output += text
		}
	}
	return found
}

// TestEvalPage runs the examples of docs/eval.md. What a `cat` shows is a file that the others find.
func TestEvalPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/eval.md")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, x := range examples(string(page)) {
		if name, isFile := strings.CutPrefix(x.command, "cat "); isFile {
			writeFile(t, filepath.Join(dir, strings.TrimSpace(name)), strings.TrimSpace(x.output)+"\n")
			continue
		}
		ran++
		cmd := exec.CommandContext(t.Context(), "sh", "-c", x.command)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "HOME="+dir, "ANSIBLE_CONFIG=", "ANSIBLE_INVENTORY=")
		out, _ := cmd.CombinedOutput() // the page shows exit codes that matter
		got := strings.ReplaceAll(string(out), dir, "/srv/site")
		if diff := cmp.Diff(strings.TrimSpace(x.output), strings.TrimSpace(got)); diff != "" {
			t.Errorf("%s\n(- the page, + the program)\n%s", x.command, diff)
		}
	}
	if ran < 10 {
		t.Errorf("only %d examples", ran)
	}
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
