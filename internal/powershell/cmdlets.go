package powershell

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
	"unicode/utf16"
)

type cmdlet func(r *runspace, s *scope, a *given, out *[]any) error

// cmdlets are those that scripts use.
var cmdlets map[string]cmdlet

func init() { // a table that would lead back to itself
	cmdlets = map[string]cmdlet{
		"foreach-object": each, "where-object": where, "sort-object": sortObjects, "out-null": func(*runspace, *scope, *given, *[]any) error { return nil },
		"write-output": write, "echo": write, "write-error": writeError, "write-host": writeHost, "new-object": newObject, "test-path": testPath, "remove-item": removeItem,
		"get-item": getItem, "start-sleep": sleep, "select-object": selectObjects, "get-content": getContent,
		"get-command": getCommand, "invoke-cimmethod": invokeCIM, "new-module": newModule, "import-module": importModule, "convertto-json": toJSON, "convertfrom-json": fromJSON, "get-ciminstance": func(*runspace, *scope, *given, *[]any) error { return nil }, // there is none
		"export-modulemember": func(*runspace, *scope, *given, *[]any) error { return nil }, // all that a module has is known
	}
}

func each(r *runspace, s *scope, a *given, out *[]any) error {
	b, ok := a.first("Process").(*Script)
	if !ok {
		return fmt.Errorf("powershell: ForEach-Object is known with a script only")
	}
	for _, v := range a.input {
		s.vars["_"] = v
		if err := r.statements(s, b.body, out); err != nil {
			return err
		}
	}
	return nil
}

func where(r *runspace, s *scope, a *given, out *[]any) error {
	b, ok := a.first("FilterScript").(*Script)
	if !ok {
		return fmt.Errorf("powershell: Where-Object is known with a script only")
	}
	for _, v := range a.input {
		s.vars["_"] = v
		var got []any
		if err := r.statements(s, b.body, &got); err != nil {
			return err
		}
		if truth(one(got)) {
			*out = append(*out, v)
		}
	}
	return nil
}

// getCommand tells whether there is a command.
func getCommand(r *runspace, _ *scope, a *given, out *[]any) error {
	name := strings.ToLower(Text(a.first("Name")))
	if r.machine.Cmdlets[name] != nil || cmdlets[name] != nil || r.machine.find(name) != nil {
		*out = append(*out, &Object{Type: "System.Management.Automation.CommandInfo", text: name})
		return nil
	}
	return throw("System.Management.Automation.CommandNotFoundException", "The term '%s' is not recognized", name)
}

// first is a parameter's value, or the first argument without a name.
func (a *given) first(name string) any {
	if v, ok := a.named.Get(name); ok {
		return v
	}
	if len(a.rest) > 0 {
		return a.rest[0]
	}
	return nil
}

func sortObjects(_ *runspace, _ *scope, a *given, out *[]any) error {
	*out = append(*out, sorted(append([]any{}, a.input...))...)
	return nil
}

func selectObjects(_ *runspace, _ *scope, a *given, out *[]any) error {
	n, _ := number(a.first("First"))
	*out = append(*out, a.input[:min(int(n), len(a.input))]...)
	return nil
}

func write(_ *runspace, _ *scope, a *given, out *[]any) error {
	for _, v := range append(a.input, a.rest...) {
		emit(out, v)
	}
	return nil
}

func writeHost(r *runspace, _ *scope, a *given, _ *[]any) error {
	_, err := fmt.Fprint(r.stdout, Text(&Array{a.rest}), "\r\n")
	return err
}

// writeError keeps an error that is not fatal, unless all are.
func writeError(r *runspace, s *scope, a *given, _ *[]any) error {
	err := throw("Microsoft.PowerShell.Commands.WriteErrorException", "%s", Text(a.first("Message")))
	if stop, _ := s.find("erroractionpreference"); strings.EqualFold(Text(stop), "Stop") {
		return err
	}
	r.errors = append(r.errors, err.(*failure).record)
	_, werr := fmt.Fprint(r.stderr, Text(a.first("Message")), "\r\n")
	return werr
}

func newObject(r *runspace, _ *scope, a *given, out *[]any) error {
	args := a.rest
	name, ok := a.named.Get("TypeName")
	if !ok {
		name, args = args[0], args[1:]
	}
	if given, ok := a.named.Get("ArgumentList"); ok {
		args = []any{given}
	}
	if len(args) == 1 {
		args = items(args[0])
	}
	v, err := r.static(fullType(Text(name)), "new", args, true)
	*out = append(*out, v)
	return err
}

func (a *given) paths() (paths []string) {
	for _, name := range []string{"LiteralPath", "Path"} {
		if v, ok := a.named.Get(name); ok {
			for _, p := range items(v) {
				paths = append(paths, Text(p))
			}
		}
	}
	for _, v := range a.rest {
		paths = append(paths, Text(v))
	}
	return paths
}

func testPath(r *runspace, _ *scope, a *given, out *[]any) error {
	for _, p := range a.paths() {
		_, err := os.Lstat(r.machine.path(p))
		*out = append(*out, err == nil)
	}
	return nil
}

func removeItem(r *runspace, _ *scope, a *given, _ *[]any) error {
	for _, p := range a.paths() {
		here := r.machine.path(p)
		if _, err := os.Lstat(here); err != nil {
			return throw("System.Management.Automation.ItemNotFoundException", "Cannot find path '%s' because it does not exist.", p)
		}
		if err := os.RemoveAll(here); err != nil {
			return throw("System.IO.IOException", "%v", err)
		}
	}
	return nil
}

func getItem(r *runspace, _ *scope, a *given, out *[]any) error {
	for _, p := range a.paths() {
		info, err := os.Stat(r.machine.path(p))
		if err != nil {
			return throw("System.Management.Automation.ItemNotFoundException", "Cannot find path '%s' because it does not exist.", p)
		}
		*out = append(*out, r.machine.file(p, info.IsDir()))
	}
	return nil
}

func getContent(r *runspace, _ *scope, a *given, out *[]any) error {
	for _, p := range a.paths() {
		data, err := os.ReadFile(r.machine.path(p))
		if err != nil {
			return throw("System.Management.Automation.ItemNotFoundException", "Cannot find path '%s' because it does not exist.", p)
		}
		*out = append(*out, texts(strings.Split(strings.TrimRight(string(data), "\r\n"), "\n")).Items...)
	}
	return nil
}

func sleep(r *runspace, _ *scope, a *given, _ *[]any) error {
	n, _ := number(a.first("Seconds"))
	if ms, ok := a.named.Get("Milliseconds"); ok {
		n, _ = number(ms)
		n /= 1000
	}
	select {
	case <-time.After(time.Duration(n * float64(time.Second))):
		return nil
	case <-r.ctx.Done():
		return r.ctx.Err()
	}
}

// program runs one of the machine's programs with what a script calls it with.
func (r *runspace) program(word string, a *given, out *[]any) error {
	if strings.HasSuffix(strings.ToLower(word), ".ps1") {
		return r.scriptFile(word, a, out)
	}
	run := r.machine.find(word)
	if run == nil {
		return throw("System.Management.Automation.CommandNotFoundException", "The term '%s' is not recognized as the name of a cmdlet, function, script file, or operable program.", word)
	}
	var words []string
	for _, v := range a.rest {
		words = append(words, Text(v))
	}
	var stdout strings.Builder
	exit := run(r.ctx, &Process{
		Machine: r.machine, Arguments: strings.Join(words, " "), Env: r.machine.environment(),
		Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: r.stderr,
	})
	r.global.vars["lastexitcode"] = exit
	if text := strings.TrimRight(stdout.String(), "\r\n"); text != "" {
		*out = append(*out, texts(strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")).Items...)
	}
	return r.ctx.Err()
}

// scriptFile runs a script of a file; its exit is the last exit code.
func (r *runspace) scriptFile(name string, a *given, out *[]any) error {
	data, err := os.ReadFile(r.machine.path(name))
	if err != nil {
		return throw("System.Management.Automation.CommandNotFoundException", "The term '%s' is not recognized as the name of a cmdlet, function, script file, or operable program.", name)
	}
	b, err := Parse(string(data))
	if err != nil {
		return throw("System.Management.Automation.ParseException", "%v", err)
	}
	err = r.call(r.global, b, a, false, out)
	if j := (*jumping)(nil); errors.As(err, &j) && j.word == "exit" {
		r.global.vars["lastexitcode"] = j.exit
		return nil
	}
	return err
}

// find finds a program by its name or path.
func (m *Machine) find(word string) Program {
	name := strings.ToLower(word[strings.LastIndexAny(word, `\/`)+1:])
	name = strings.TrimSuffix(name, ".exe")
	if p := m.Programs[name]; p != nil {
		return p
	}
	if name == "powershell" {
		return powershell
	}
	return nil
}

// powershell is powershell.exe with the options that hold a script.
func powershell(ctx context.Context, p *Process) int {
	words := strings.Fields(p.Arguments)
	for i, w := range words {
		if strings.EqualFold(w, "-EncodedCommand") && i+1 < len(words) {
			script, err := Decode(words[i+1])
			if err != nil {
				fmt.Fprintln(p.Stderr, err)
				return 1
			}
			return p.Machine.Run(ctx, script, Streams{p.Stdin, p.Stdout, p.Stderr})
		}
	}
	fmt.Fprintln(p.Stderr, "powershell: only -EncodedCommand is known here")
	return 1
}

// Decode reads a script as -EncodedCommand has it.
func Decode(text string) (string, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "", err
	}
	if len(data)%2 != 0 {
		return "", errors.New("the command is not in UTF-16")
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units)), nil
}
