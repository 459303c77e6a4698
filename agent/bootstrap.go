package agent

import (
	"bytes"
	"compress/zlib"
	"embed"
	"fmt"
	"strings"
	"sync"
	"unicode"

	"github.com/goplay/goplay/internal/source"
)

//go:embed py/*.py
var python embed.FS

// pythonFiles in the order in which they make the agent's text.
var pythonFiles = []string{"wire", "loop", "store", "importer", "job", "module", "spare", "spawn", "agent"}

// agentText gives the agent as it is sent: one text without comments, compressed.
var agentText = sync.OnceValue(func() []byte {
	var text bytes.Buffer
	for _, name := range pythonFiles {
		source, err := python.ReadFile("py/" + name + ".py")
		if err != nil {
			panic(err) // the file is part of the program
		}
		text.WriteString(minify(string(source)))
	}
	return pack(text.Bytes())
})

// late is the part of the agent that few need: it follows when it is asked for.
var late = sync.OnceValue(func() File {
	text, err := python.ReadFile("py/late.py")
	if err != nil {
		panic(err) // the file is part of the program
	}
	return NewFile("", text)
})

// minify drops comments, docstrings, empty lines and blanks that part nothing. The agent's files have no other multi-line strings.
func minify(source string) string {
	var b strings.Builder
	inside := false
	for line := range strings.Lines(source) {
		word := strings.TrimSpace(line)
		switch {
		case inside:
			inside = !strings.HasSuffix(word, `"""`)
		case strings.HasPrefix(word, `"""`):
			inside = len(word) < 6 || !strings.HasSuffix(word, `"""`)
		case word != "" && !strings.HasPrefix(word, "#"):
			b.WriteString(indent(tighten(line)))
		}
	}
	return b.String()
}

// indent writes each step of four blanks as one.
func indent(line string) string {
	text := strings.TrimLeft(line, " ")
	return strings.Repeat(" ", (len(line)-len(text))/4) + text
}

// shorter are names of the agent's that are sent as one letter.
var shorter = map[string]byte{
	"self": 'S', "fields": 'F', "manifest": 'M', "content": 'C', "path": 'P', "agent": 'A', "frame": 'R', "folder": 'D', "number": 'N',
	"child": 'L', "store": 'T', "module": 'O', "loop": 'I', "feed": 'E', "data": 'B', "note": 'G', "out": 'H', "first": 'J', "quietly": 'K',
	"nonblocking": 'Q', "importer": 'U', "part": 'V', "before": 'W', "numbers": 'X', "command": 'Y', "missing": 'Z', "pid": 'b', "held": 'c',
	"pipes": 'g', "work": 'h', "job": 'i', "children": 'l', "lane": 'm', "temporary": 'o', "order": 'q', "found": 'r', "known": 'u',
	"folders": 'w', "extra": 'x', "lacking": 'y', "jobs": 'z', "reason": 'a',
}

// tighten drops a comment and the blanks beside operators and commas, and shortens names, outside of strings.
func tighten(line string) string {
	const marks = ",=+-*/%<>:|&!()[]{}"
	out := make([]byte, 0, len(line))
	body := strings.TrimLeft(line, " ")
	out = append(out, line[:len(line)-len(body)]...)
	var quote byte
	for i := 0; i < len(body); i++ {
		c := body[i]
		switch {
		case quote != 0 && c == '\\':
			out = append(out, c)
			i++
			c = body[i]
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '#':
			return strings.TrimRight(string(out), " ") + "\n"
		case inWord(body, i) && !inWord(body, i-1):
			word := wordAt(body, i)
			i += len(word) - 1
			if letter, ok := shorter[word]; ok && !(word == "path" && strings.HasSuffix(string(out), "os.")) {
				word = string(letter)
			}
			out = append(out, word...)
			continue
		case c == ' ' && (strings.IndexByte(marks, body[i-1]) >= 0 || strings.IndexByte(marks, body[i+1]) >= 0):
			continue
		}
		out = append(out, c)
	}
	return string(out)
}

func wordAt(text string, from int) string {
	end := from
	for inWord(text, end) {
		end++
	}
	return text[from:end]
}

func inWord(text string, i int) bool {
	return i >= 0 && i < len(text) && (text[i] == '_' || unicode.IsLetter(rune(text[i])) || unicode.IsDigit(rune(text[i])))
}

func pack(data []byte) []byte {
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, zlib.BestCompression)
	if err != nil {
		panic(err) // the level is valid
	}
	w.Write(data) // a bytes.Buffer takes everything
	w.Close()
	return b.Bytes()
}

// language takes from a variable what become's scripts have added to it.
const language = `V=os.environ.pop("LANGUAGE","");V=V[2*(V[:2]=="C:"):];V and os.environ.update(LANGUAGE=V);`

// loader is the program on the command line: it reads the agent's text from standard input. Its argument is the interpreter as the
// user knows it. The working folder, in which anything may lie, is no place to import from. The text is one line without quotes of
// the shell, for the login shells that people have.
func loader(awake bool) string {
	word := ""
	if awake {
		word = `os.write(1,b"\0goplay?\n");` + language
	}
	return fmt.Sprintf(`import sys;sys.path=[p for p in sys.path if p];import os,zlib;%sTEXT=[];n=%d;`+
		`exec("while n:TEXT.append(os.read(0,n) or sys.exit(1));n-=len(TEXT[-1])");`+
		`exec(compile(zlib.decompress(b"".join(TEXT)),"goplay-agent","exec"));main(sys.argv[1])`, word, len(agentText()))
}

// command gives the command line that finds a Python on the target and starts the agent by a loader.
func command(interpreter string, fallback []string, loader string) string {
	if !discovers(interpreter) {
		return "/bin/sh -c " + source.ShellQuote(interpreter+" -c "+source.ShellQuote(loader)+" "+source.ShellQuote(interpreter))
	}
	return "/bin/sh -c " + source.ShellQuote(discovery(fallback)) + " /bin/sh " + source.ShellQuote(loader)
}

// discovers reports whether an interpreter setting asks for discovery.
func discovers(interpreter string) bool {
	switch interpreter {
	case "", "auto", "auto_silent", "auto_legacy", "auto_legacy_silent":
		return true
	}
	return false
}

// discovery gives a script that starts the loader, its $1, by the first interpreter that works: a shim that answers "no such
// version" is passed over. Without any, the shell complains of the last one.
func discovery(candidates []string) string {
	words := make([]string, 0, len(candidates))
	for _, c := range candidates {
		words = append(words, source.ShellQuote(c))
	}
	return "for p in " + strings.Join(words, " ") + "; do p=$(command -v \"$p\") && \"$p\" -V >/dev/null 2>&1 && exec \"$p\" -c \"$1\" \"$p\"; done; " +
		lastResort + " -c \"$1\" " + lastResort
}

const lastResort = "/usr/bin/python3"
