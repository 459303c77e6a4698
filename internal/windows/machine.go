// Package windows is a Windows machine for tests: internal/wsman's service, behind which internal/powershell runs scripts and a few
// programs, in a folder of this machine.
package windows

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goplay/goplay/connection/psrp"
	"github.com/goplay/goplay/connection/psrp/clixml"
	"github.com/goplay/goplay/internal/powershell"
	"github.com/goplay/goplay/internal/wsman"
)

// Machine is a running machine.
type Machine struct {
	*wsman.Server
	Root string // the folder that is its C:\
}

// Start starts a machine that ends with the test. What runs in its shells and sessions is not the options' affair.
func Start(t testing.TB, o wsman.Options) *Machine {
	t.Helper()
	m := &powershell.Machine{Root: t.TempDir(), Name: "WIN1", User: "ann", Programs: maps.Clone(programs)}
	var power power
	m.Programs["shutdown"] = power.shutdown
	m.Cmdlets = map[string]powershell.Cmdlet{"get-ciminstance": power.objects}
	t.Cleanup(m.Wait)
	o.Run = func(ctx context.Context, c *wsman.Command) int { return command(ctx, m, c) }
	o.Pipeline = func(ctx context.Context, p *wsman.Pipeline) error { return pipe(ctx, m, p) }
	power.server, power.booted = wsman.Start(t, o), time.Now().Add(-time.Hour)
	t.Cleanup(power.ending.Wait)
	return &Machine{power.server, m.Root}
}

// power is what knows of the machine's boots.
type power struct {
	server *wsman.Server
	ending sync.WaitGroup
	mu     sync.Mutex
	booted time.Time
}

// shutdown boots the machine anew, after a tenth of the seconds that it is told.
func (w *power) shutdown(_ context.Context, p *powershell.Process) int {
	var seconds int
	if _, err := fmt.Sscanf(p.Arguments, "/r /t %d", &seconds); err != nil {
		fmt.Fprint(p.Stderr, "shutdown: only /r /t SECONDS is known here\r\n")
		return 1
	}
	w.ending.Go(func() {
		time.Sleep(time.Duration(seconds) * time.Second / 10)
		w.mu.Lock()
		w.booted = time.Now()
		w.mu.Unlock()
		w.server.Reboot()
	})
	return 0
}

// objects are those of CIM: when the machine was booted, and no others.
func (w *power) objects(named *powershell.Hash, _, _ []any) ([]any, error) {
	if class, _ := named.Get("ClassName"); class != "Win32_OperatingSystem" {
		return nil, nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return []any{powershell.NewHash("LastBootUpTime", powershell.Moment(w.booted))}, nil
}

// Serve runs a command line as a server of ssh does, on a machine whose C:\ is a folder, with this process's input and output.
func Serve(ctx context.Context, root, line string) int {
	word, arguments, _ := strings.Cut(line, " ")
	m := &powershell.Machine{Root: root, Name: "WIN1", User: "ann", Programs: programs}
	defer m.Wait()
	return m.Start(ctx, word, &powershell.Process{Machine: m, Arguments: arguments, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr})
}

// command runs a command line. Errors of PowerShell are written in CLIXML, as it does where its script is in the command line.
func command(ctx context.Context, m *powershell.Machine, c *wsman.Command) int {
	word, arguments, _ := strings.Cut(c.Line, " ")
	var stderr bytes.Buffer
	p := &powershell.Process{Machine: m, Arguments: arguments, Stdin: c.Stdin(), Stdout: c.Stdout(), Stderr: &stderr}
	exit := m.Start(ctx, word, p)
	text := stderr.String()
	if strings.EqualFold(word, "powershell") && text != "" {
		text = "#< CLIXML\r\n<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\"><S S=\"Error\">" + escaper.Replace(text) + "</S></Objs>"
	}
	_, _ = io.WriteString(c.Stderr(), text) // takes all
	return exit
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", "\r", "_x000D_", "\n", "_x000A_")

// pipe runs a pipeline of one script.
func pipe(ctx context.Context, m *powershell.Machine, p *wsman.Pipeline) error {
	first := p.Commands[0]
	if len(p.Commands) != 1 || !first.Script {
		return fmt.Errorf("only one script can be run here")
	}
	var args []any
	for _, a := range first.Parameters {
		args = append(args, powershell.FromCLIXML(a.Value))
	}
	out, failures, exit, err := m.Pipe(ctx, first.Text, args)
	for _, v := range out {
		written, wrong := powershell.ToCLIXML(v)
		if wrong != nil {
			return wrong
		}
		p.Write(psrp.PipelineOutput, written)
	}
	for _, text := range failures {
		p.Write(psrp.ErrorRecord, wsman.ErrorRecord(text))
	}
	if exit != 0 {
		p.Write(psrp.PipelineHostCall, clixml.NewObject(
			clixml.Property{Name: "ci", Value: int64(-100)},
			clixml.Property{Name: "mi", Value: clixml.NewEnum("System.Management.Automation.Remoting.RemoteHostMethodId", "SetShouldExit", 6)},
			clixml.Property{Name: "mp", Value: clixml.NewList(int32(exit))},
		))
	}
	return err
}

// programs are those that machines have.
var programs = map[string]powershell.Program{"cmd": cmd, "whoami": whoami, "sort": cat}

func whoami(_ context.Context, p *powershell.Process) int {
	fmt.Fprint(p.Stdout, `win1\ann`, "\r\n")
	return 0
}

// cat gives its input out.
func cat(_ context.Context, p *powershell.Process) int {
	_, _ = io.Copy(p.Stdout, p.Stdin) // what is cut off is no matter of ours
	return 0
}

// cmd is cmd.exe with a few of its commands, with & between.
func cmd(ctx context.Context, p *powershell.Process) int {
	exit := 0
	line := strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(p.Arguments, "/c"), "/C"))
	for _, one := range strings.Split(line, "&") {
		word, rest, _ := strings.Cut(strings.TrimSpace(one), " ")
		switch strings.ToLower(word) {
		case "echo":
			fmt.Fprint(p.Stdout, rest, "\r\n")
		case "exit":
			code, _ := strconv.Atoi(rest)
			return code
		case "cd":
			fmt.Fprint(p.Stdout, p.Dir, "\r\n")
		case "set":
			v, _ := p.Env.Get(rest)
			fmt.Fprint(p.Stdout, rest, "=", powershell.Text(v), "\r\n")
		case "pause":
			<-ctx.Done()
			return 1
		default:
			inner := *p
			inner.Arguments = rest
			exit = p.Machine.Start(ctx, word, &inner)
		}
	}
	return exit
}
