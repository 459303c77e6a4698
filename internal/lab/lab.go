package lab

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// Passwords of the lab's users.
const (
	Password     = "labpass"
	RootPassword = "rootpass"
)

//go:embed holder.sh
var holderScript string

//go:embed boot.sh
var bootScript string

// Lab is a set of running hosts. Its methods may be called from several goroutines;
// hosts are counted from 1.
type Lab struct {
	dir    string // keys, inventories, host logs; the holder removes it
	base   string // the lower layer of all labs
	block  *block
	holder *holder
	apt    *aptCache
	delays *delays

	mu    sync.Mutex
	hosts []*host
}

// Host tells where a host is reached.
type Host struct {
	Name string // h1
	Addr string // 127.0.X.1, or the delay line's address while there is one
	Port int
}

// ErrUnable is wrapped by the error of Up when this machine can't run labs at all.
var ErrUnable = errors.New("labs can't run here")

// Up makes a lab of n hosts. The first call on a machine builds the base, which takes
// one to two minutes; afterwards a lab is up in a second.
func Up(ctx context.Context, n int) (*Lab, error) {
	if err := able(); err != nil {
		return nil, err
	}
	archive, err := machineArchive()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnable, err)
	}
	base, err := buildBase(ctx, archive)
	if err != nil {
		return nil, fmt.Errorf("building the base: %w", err)
	}
	l := &Lab{base: base}
	if err := l.up(ctx, archive, n); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// able says why labs can't run here, if so.
func able() error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("%w: not root", ErrUnable)
	}
	for _, program := range []string{"debootstrap", "unshare", "nsenter", "setpriv"} {
		if _, err := exec.LookPath(program); err != nil {
			return fmt.Errorf("%w: no %s", ErrUnable, program)
		}
	}
	return nil
}

func (l *Lab) up(ctx context.Context, archive archive, n int) (err error) {
	if n < 1 || n > maxHosts {
		return fmt.Errorf("a lab has 1 to %d hosts, not %d", maxHosts, n)
	}
	if l.block, err = takeBlock(); err != nil {
		return err
	}
	if l.dir, err = os.MkdirTemp("", "goplay-lab."); err != nil {
		return err
	}
	if l.apt, err = startAptCache(net.JoinHostPort(l.block.gate(), "0"), archive); err != nil {
		return err
	}
	if err = l.writeFiles(n); err != nil {
		return err
	}
	if l.holder, err = startHolder(l.dir); err != nil {
		return err
	}
	for i := 1; i <= n; i++ {
		l.hosts = append(l.hosts, &host{number: i, dir: filepath.Join(l.dir, hostName(i))})
	}
	return l.each(nil, func(h *host) error { return l.boot(ctx, h) })
}

// each runs f for the hosts numbered, or for all, at the same time.
func (l *Lab) each(numbers []int, f func(*host) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var group errgroup.Group
	for _, h := range l.hosts {
		if len(numbers) == 0 || contains(numbers, h.number) {
			group.Go(func() error { return f(h) })
		}
	}
	return group.Wait()
}

// Reset makes the hosts (all, if none is named) pristine again. What ran on them is killed.
func (l *Lab) Reset(hosts ...int) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return l.each(hosts, func(h *host) error {
		if err := l.halt(h); err != nil {
			return err
		}
		return l.boot(ctx, h)
	})
}

// Close removes the lab and everything that runs in it. It may be called twice.
func (l *Lab) Close() {
	l.Latency(0)
	if l.holder != nil {
		l.holder.end()
		for _, h := range l.hosts {
			h.reap()
		}
	} else if l.dir != "" {
		os.RemoveAll(l.dir)
	}
	if l.apt != nil {
		l.apt.close()
	}
	if l.block != nil {
		l.block.release()
	}
}

// Len returns the number of hosts.
func (l *Lab) Len() int { return len(l.hosts) }

// Dir returns the lab's folder, for files that should go when it goes.
func (l *Lab) Dir() string { return l.dir }

// Host tells where host i is reached.
func (l *Lab) Host(i int) Host {
	addr := l.block.host(i)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.delays != nil {
		addr = l.block.delayed(i)
	}
	return Host{Name: hostName(i), Addr: addr, Port: l.block.port}
}

func hostName(i int) string { return fmt.Sprintf("h%d", i) }

func contains(numbers []int, n int) bool {
	for _, m := range numbers {
		if m == n {
			return true
		}
	}
	return false
}
