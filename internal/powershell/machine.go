package powershell

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// Machine is what scripts see of a machine: one drive, C:, is a folder of this one.
type Machine struct {
	Root     string // the folder that is C:\
	Name     string
	User     string
	Programs map[string]Program // by their names without .exe, in small letters

	// Cmdlets are those that this machine has beside those that all have, by their names in small letters. A cast is one, too: "[adsi]".
	Cmdlets map[string]Cmdlet

	mu     sync.Mutex
	levels map[string]*Hash // variables of the machine and of the user
	keys   map[string]*Hash // of the registry, by their paths in small letters
	env    Hash
	domain Hash // data of the application domain, of all scripts
	once   sync.Once

	apart sync.WaitGroup // processes that belong to no other
}

// Wait waits until the processes have ended that belong to no other.
func (m *Machine) Wait() { m.apart.Wait() }

// Cmdlet is what a test knows of a command: it is given its parameters, what has no name, and what comes by a pipeline.
type Cmdlet func(named *Hash, rest, input []any) ([]any, error)

// Program is a program: it is given its command line without its name, and gives its exit code.
type Program func(ctx context.Context, p *Process) int

// Process is a running program.
type Process struct {
	Machine        *Machine
	Arguments      string
	Dir            string // as scripts know it; "": C:\
	Env            *Hash
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// begin makes the folders and variables that every machine has.
func (m *Machine) begin() {
	m.once.Do(func() {
		for _, dir := range []string{`C:\Windows`, `C:\Users\` + m.User + `\AppData\Local\Temp`} {
			_ = os.MkdirAll(m.path(dir), 0o755) // a folder of tests
		}
		m.env = *NewHash("USERPROFILE", `C:\Users\`+m.User, "TEMP", `C:\Users\`+m.User+`\AppData\Local\Temp`, "PROCESSOR_ARCHITECTURE", "AMD64",
			"ComSpec", `C:\Windows\System32\cmd.exe`, "SystemRoot", `C:\Windows`, "USERNAME", m.User)
	})
}

func (m *Machine) getenv(name string) any {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, _ := m.env.Get(name)
	return v
}

func (m *Machine) setenv(name string, v any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if v == nil {
		m.env.Remove(name)
		return
	}
	m.env.Set(name, Text(v))
}

// environment gives a copy of the variables.
func (m *Machine) environment() *Hash {
	m.mu.Lock()
	defer m.mu.Unlock()
	h := &Hash{}
	for _, k := range m.env.keys {
		v, _ := m.env.Get(k)
		h.Set(k, v)
	}
	return h
}

// path gives where a path of the machine lies here; letters of either case lead to what is there.
func (m *Machine) path(name string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	if len(name) > 1 && name[1] == ':' {
		name = name[2:]
	}
	at := m.Root
	for _, part := range strings.Split(name, "/") {
		if part == "" || part == "." {
			continue
		}
		at = filepath.Join(at, existing(at, part))
	}
	return at
}

func existing(dir, name string) string {
	if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
		return name
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return name
	}
	for _, e := range entries {
		if strings.EqualFold(e.Name(), name) {
			return e.Name()
		}
	}
	return name
}

// Streams are those of a script that runs as a program.
type Streams struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// Run runs a script as powershell.exe does, and gives its exit code.
func (m *Machine) Run(ctx context.Context, script string, s Streams) int {
	r := m.runspace(ctx)
	r.stdin, r.stdout, r.stderr = s.Stdin, s.Stdout, s.Stderr
	out, exit, err := r.script(script, nil)
	for _, v := range out {
		fmt.Fprint(s.Stdout, Text(v), "\r\n")
	}
	if err != nil {
		fmt.Fprint(s.Stderr, err.Error(), "\r\n")
		return 1
	}
	return exit
}

// Pipe runs a script with arguments as a session of PowerShell's remoting does: what it gives out are values. The errors that were not fatal come
// beside them, err is one that was.
func (m *Machine) Pipe(ctx context.Context, script string, args []any) (out []any, failures []string, exit int, err error) {
	r := m.runspace(ctx)
	r.stdin, r.stdout, r.stderr = strings.NewReader(""), io.Discard, io.Discard
	out, exit, err = r.script(script, args)
	for _, e := range r.errors {
		failures = append(failures, Text(e))
	}
	return out, failures, exit, err
}

func (m *Machine) runspace(ctx context.Context) *runspace {
	m.begin()
	r := &runspace{machine: m, ctx: ctx, global: (*scope)(nil).child()}
	r.global.vars["psversiontable"] = NewHash("PSVersion", version(5, 1, 20348, 1))
	r.global.vars["pid"] = os.Getpid()
	r.global.vars["lastexitcode"] = 0
	return r
}

func version(parts ...int) *Object {
	o := &Object{Type: "System.Version", text: strings.ReplaceAll(strings.Trim(fmt.Sprint(parts), "[]"), " ", ".")}
	for i, name := range []string{"Major", "Minor", "Build", "Revision"} {
		o.Fields.Set(name, parts[i])
	}
	return o
}

// lines is $input of a script: it gives lines as they come.
func lines(from io.Reader) *Object {
	buffered := bufio.NewReader(from)
	var current any
	return &Object{Type: "System.Management.Automation.Internal.ObjectReader", methods: map[string]method{
		"movenext": func([]any) (any, error) {
			line, err := buffered.ReadString('\n')
			current = strings.TrimRight(line, "\r\n")
			return err == nil || line != "", nil
		},
		"get_current": func([]any) (any, error) { return current, nil },
	}}
}

// script runs a whole script.
func (r *runspace) script(source string, args []any) (out []any, exit int, err error) {
	defer func() {
		if p := recover(); p != nil { // what a script hands to a member that takes something else
			err = throw("System.Management.Automation.MethodException", "powershell: %v", p)
		}
	}()
	b, err := Parse(source)
	if err != nil {
		return nil, 0, throw("System.Management.Automation.ParseException", "%v", err)
	}
	err = r.call(r.global, b, &given{rest: args, lines: lines(r.stdin)}, false, &out)
	if j := (*jumping)(nil); errors.As(err, &j) {
		return out, j.exit, nil
	}
	return out, 0, err
}

// Start runs a program by its name or path, and gives its exit code.
func (m *Machine) Start(ctx context.Context, word string, p *Process) int {
	m.begin()
	run := m.find(word)
	if run == nil {
		fmt.Fprintf(p.Stderr, "'%s' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n", word)
		return 1
	}
	if p.Env == nil {
		p.Env = m.environment()
	}
	return run(ctx, p)
}
