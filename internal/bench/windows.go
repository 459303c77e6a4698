package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goplay/goplay/connection/conntest"
	"github.com/goplay/goplay/internal/reference"
	"github.com/goplay/goplay/internal/windows"
	"github.com/goplay/goplay/internal/wsman"
)

// place is what the machine for tests wants of a test: it ends with the measurement.
type place struct {
	testing.TB
	ctx    context.Context
	folder string
	mu     sync.Mutex
	ends   []func()
}

func (p *place) Helper()                   {}
func (p *place) Context() context.Context  { return p.ctx }
func (p *place) Fatal(args ...any)         { panic(fmt.Sprint(args...)) }
func (p *place) Fatalf(f string, a ...any) { panic(fmt.Sprintf(f, a...)) }

func (p *place) Cleanup(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ends = append(p.ends, f)
}

func (p *place) TempDir() string {
	dir, err := os.MkdirTemp(p.folder, "machine")
	if err != nil {
		panic(err)
	}
	return dir
}

func (p *place) close() {
	for len(p.ends) > 0 {
		last := len(p.ends) - 1
		p.ends[last]()
		p.ends = p.ends[:last]
	}
}

const windowsInventory = `[all:vars]
ansible_host=127.0.0.1
ansible_port=%s
ansible_user=ann
ansible_password=pw
ansible_winrm_scheme=http
ansible_winrm_transport=ntlm
ansible_psrp_protocol=http
ansible_psrp_auth=ntlm
[hosts]
w-[01:50] ansible_connection=winrm
p-[01:50] ansible_connection=psrp
`

const windowsPlay = `- hosts: all
  gather_facts: false
  tasks:
`

// windowsCase is a playbook for Windows hosts, and who plays it.
type windowsCase struct {
	name  string
	tasks string
	limit string // the hosts
	forks string
	at    []string // programs
	times int      // at one time
}

func windowsCases() (cases []windowsCase) {
	raw, ping := strings.Repeat("  - raw: whoami\n", 100), strings.Repeat("  - win_ping:\n", 100)
	for _, way := range []string{"w", "p"} {
		name := map[string]string{"w": "winrm", "p": "psrp"}[way]
		cases = append(
			cases,
			windowsCase{"100 raw, " + name, raw, way + "-01", "5", []string{"goplay", "reference"}, 1},
			windowsCase{"100 win_ping, " + name, ping, way + "-01", "5", []string{"goplay"}, 1},
			windowsCase{"50 names, " + name, "  - raw: whoami\n", way + "-*", "50", []string{"goplay", "reference"}, 1},
			windowsCase{"50 names, 4 runs, " + name, "  - raw: whoami\n", way + "-*", "50", []string{"goplay"}, 4},
			windowsCase{"a file of 20 MB, " + name, "  - win_copy: {src: big, dest: 'C:\\big'}\n", way + "-01", "5", []string{"goplay"}, 1},
		)
	}
	return cases
}

// windowsTimes measures plays on a Windows machine of the tests, and counts what it sees: it starts no PowerShell.
func (b *bench) windowsTimes(ctx context.Context) error {
	fmt.Printf("\n%-28s %6s %-10s %8s %7s %7s %9s %6s\n", "on Windows hosts", "rtt", "program", "s", "logins", "shells", "messages", "hosts")
	if err := os.WriteFile(filepath.Join(b.folder, "big"), make([]byte, 20<<20), 0o600); err != nil {
		return err
	}
	for _, rtt := range b.rtts {
		for _, c := range windowsCases() {
			for _, p := range b.programs {
				if strings.Contains(c.name, b.only) && slices.Contains(c.at, p.name) {
					if err := b.onWindows(ctx, c, p, rtt); err != nil {
						return err
					}
				}
			}
		}
		if err := b.pypsrp(ctx, rtt); err != nil {
			return err
		}
	}
	return nil
}

// onWindows plays a case on a machine of its own.
func (b *bench) onWindows(ctx context.Context, c windowsCase, p program, rtt time.Duration) error {
	t := &place{ctx: ctx, folder: b.folder}
	defer t.close()
	m := windows.Start(t, wsman.Options{Users: map[string]string{"ann": "pw"}, Quotas: wsman.Quotas{MaxShellsPerUser: 30}})
	relay := conntest.StartRelay(t, m.Listener.Addr().String(), rtt/2)
	_, port, _ := net.SplitHostPort(relay.Address())
	dir := t.TempDir()
	for name, text := range map[string]string{"hosts": fmt.Sprintf(windowsInventory, port), "site.yml": windowsPlay + c.tasks} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	if err := os.Symlink(filepath.Join(b.folder, "big"), filepath.Join(dir, "big")); err != nil {
		return err
	}
	for minor := 11; minor < 16; minor++ {
		lib := filepath.Join(dir, fmt.Sprintf("python/lib/python3.%d", minor))
		if err := errors.Join(os.MkdirAll(lib, 0o700), os.Symlink(reference.WindowsClients(), filepath.Join(lib, "site-packages"))); err != nil {
			return err
		}
	}
	start := time.Now()
	var runs sync.WaitGroup
	outputs := make([]string, c.times)
	for i := range c.times {
		runs.Go(func() {
			cmd := exec.CommandContext(ctx, p.path, "-i", "hosts", "-l", c.limit, "-f", c.forks, "site.yml")
			cmd.Dir = dir
			cmd.Env = append([]string{
				"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + dir, "LC_ALL=C.UTF-8", "ANSIBLE_NOCOLOR=1", "PYTHONUSERBASE=" + dir + "/python",
			}, p.env...)
			out, _ := cmd.Output() // hosts that fail are counted
			outputs[i] = string(out)
		})
	}
	runs.Wait()
	took := time.Since(start)
	good, all := 0, 0
	for _, out := range outputs {
		_, recap, _ := strings.Cut(out, "PLAY RECAP")
		good += strings.Count(recap, "unreachable=0    failed=0")
		all += strings.Count(recap, "unreachable=")
	}
	n, messages := m.Counts(), 0
	for _, count := range n.Messages {
		messages += count
	}
	fmt.Printf("%-28s %6s %-10s %8.2f %7d %7d %9d %6s\n", c.name, rtt, p.name, took.Seconds(), n.Logins, n.MostShells, messages, fmt.Sprintf("%d/%d", good, all))
	return nil
}

const sending = `
import sys
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan
wsman = WSMan('127.0.0.1', port=int(sys.argv[1]), ssl=False, username='ann', password='pw', auth='ntlm')
with RunspacePool(wsman) as pool:
    ps = PowerShell(pool)
    ps.add_script('take')
    ps.invoke(input=[b'\0' * (64 << 10)] * 320)
`

// pypsrp measures how long pypsrp takes for 20 MB as a pipeline's input, which is how it copies files.
func (b *bench) pypsrp(ctx context.Context, rtt time.Duration) error {
	t := &place{ctx: ctx, folder: b.folder}
	defer t.close()
	taken := 0
	s := wsman.Start(t, wsman.Options{Users: map[string]string{"ann": "pw"}, Pipeline: func(_ context.Context, p *wsman.Pipeline) error {
		for v, ok := p.Input(); ok; v, ok = p.Input() {
			data, _ := v.([]byte)
			taken += len(data)
		}
		return nil
	}})
	relay := conntest.StartRelay(t, s.Listener.Addr().String(), rtt/2)
	_, port, _ := net.SplitHostPort(relay.Address())
	cmd := exec.CommandContext(ctx, "/usr/bin/python3", "-c", sending, port)
	cmd.Env = []string{"PATH=/usr/bin:/bin", "PYTHONPATH=" + reference.WindowsClients()}
	var stderr strings.Builder
	cmd.Stdout, cmd.Stderr = io.Discard, &stderr
	start := time.Now()
	if err := cmd.Run(); err != nil || taken != 20<<20 {
		return fmt.Errorf("pypsrp sends %d bytes: %w\n%s", taken, err, lastLines(stderr.String(), 5))
	}
	n, messages := s.Counts(), 0
	for _, count := range n.Messages {
		messages += count
	}
	fmt.Printf("%-28s %6s %-10s %8.2f %7d %7d %9d\n", "20 MB as a pipeline's input", rtt, "pypsrp", time.Since(start).Seconds(), n.Logins, n.MostShells, messages)
	return nil
}
