package runner

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/internal/source"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating/value"
)

// notPython is the error of a module whose own file is no Python.
func (r *remote) notPython(name string, pl *agent.Payload, reply *agent.Reply) error {
	at := reply.Syntax
	if at == nil || at.File != pl.Main {
		return nil
	}
	return &modules.Error{
		Msg: fmt.Sprintf("Unable to compile '%s': %s", r.named(name), reply.Crash), Link: true,
		Pos: source.Pos{File: pl.Source, Line: at.Line, Col: at.Column},
	}
}

// result reads what a module printed. Of a module that crashed, or came to its end without a result, Ansible tells in a line of JSON
// after all that: one object too many, if there was one.
func (r *remote) result(pl *agent.Payload, reply *agent.Reply) *value.Dict {
	lines := strings.Split(string(reply.Stdout), "\n")
	if reply.Crash != "" || reply.Returned {
		if !slices.ContainsFunc(lines, beginsObject) {
			return broken(reply)
		}
		lines = append(lines[:len(lines)-1], "{}")
	}
	text, junk, err := objectLines(lines)
	if err != nil {
		return r.unread(pl, reply, err)
	}
	v, err := value.FromJSON([]byte(text))
	d, ok := v.(*value.Dict)
	if err != nil || !ok {
		return r.unread(pl, reply, err)
	}
	if junk != "" {
		r.c.warn("Module invocation had junk after the JSON data: " + junk)
	}
	return d
}

// unreadable says what is wrong with a module's output, in Ansible's words.
type unreadable string

func (u unreadable) Error() string { return string(u) }

func beginsObject(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), "{") }

func endsObject(line string) bool { return strings.HasSuffix(strings.TrimSpace(line), "}") }

// objectLines gives the lines from the first that begins an object to the last that ends one, and those after.
func objectLines(lines []string) (text, junk string, err error) {
	first := slices.IndexFunc(lines, beginsObject)
	if first < 0 {
		return "", "", unreadable("No start of json char found")
	}
	last := len(lines) - 1
	for last >= first && !endsObject(lines[last]) {
		last--
	}
	if last < first {
		return "", "", unreadable("No end of json char found")
	}
	return strings.Join(lines[first:last+1], "\n"), strings.TrimSpace(strings.Join(lines[last+1:], "\n")), nil
}

// broken is the result of a new-style module that failed, or came to its end, without a result.
func broken(reply *agent.Reply) *value.Dict {
	why := crashReasons(reply).join()
	if why == "" {
		why = "New-style module did not handle its own exit."
	}
	return value.DictOf("failed", value.Bool(true), "changed", value.Bool(false), "msg", value.String("Task failed: Module failed: "+why))
}

// unread is the result of a module whose output is no JSON.
func (r *remote) unread(pl *agent.Payload, reply *agent.Reply, err error) *value.Dict {
	exit := reply.Exit
	if reply.Returned {
		exit = 1
	}
	msg := "Module result deserialization failed: " + err.Error()
	told, stderr := msg, string(reply.Stderr)
	if program := interpreter(pl); program != "" && exit == 127 && strings.HasPrefix(stderr, program+": No such file") {
		msg = fmt.Sprintf("The module interpreter '%s' was not found.", program)
		told, stderr = msg+" Consider overriding the configured interpreter path for this host.", "/bin/sh: 1: "+program+": not found\n"
	}
	return noJSON(msg, told, exit, string(reply.Stdout), stderr)
}

// interpreter is the program of a module's first line.
func interpreter(pl *agent.Payload) string {
	for _, f := range pl.Files {
		line, _, _ := strings.Cut(string(f.Data), "\n")
		if rest, ok := strings.CutPrefix(line, "#!"); ok && f.Path == pl.Main {
			return strings.SplitN(strings.TrimSpace(rest), " ", 2)[0]
		}
	}
	return ""
}
