package runner

import (
	"bytes"
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
	out := reply.Stdout
	if reply.Crash != "" || reply.Returned {
		if firstObject(out) < 0 {
			return broken(reply)
		}
		out = append(slices.Clip(out[:bytes.LastIndexByte(out, '\n')+1]), "{}"...)
	}
	text, junk, err := objectLines(out)
	if err != nil {
		return r.unread(pl, reply, err)
	}
	v, err := value.FromJSON(text)
	d, ok := v.(*value.Dict)
	if err != nil || !ok {
		return r.unread(pl, reply, err)
	}
	if len(junk) > 0 {
		r.c.warn("Module invocation had junk after the JSON data: " + string(junk))
	}
	return d
}

// unreadable says what is wrong with a module's output, in Ansible's words.
type unreadable string

func (u unreadable) Error() string { return string(u) }

// firstObject gives where the first line begins that begins an object, or -1.
func firstObject(out []byte) int {
	at := 0
	for line := range bytes.Lines(out) {
		if bytes.HasPrefix(bytes.TrimSpace(line), []byte("{")) {
			return at
		}
		at += len(line)
	}
	return -1
}

// objectLines gives the lines from the first that begins an object to the last that ends one, and those after. Nothing is copied: a
// module may print much.
func objectLines(out []byte) (text, junk []byte, err error) {
	first := firstObject(out)
	if first < 0 {
		return nil, nil, unreadable("No start of json char found")
	}
	out = out[first:]
	for end := len(out); end >= 0; {
		begin := bytes.LastIndexByte(out[:end], '\n') + 1
		if bytes.HasSuffix(bytes.TrimSpace(out[begin:end]), []byte("}")) {
			return out[:end], bytes.TrimSpace(out[end:]), nil
		}
		end = begin - 1
	}
	return nil, nil, unreadable("No end of json char found")
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
