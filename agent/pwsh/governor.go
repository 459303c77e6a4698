package pwsh

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/goplay/goplay/connection"
	"github.com/goplay/goplay/connection/wsman"
)

// What Windows allows unless somebody sets it otherwise (winrm/config/winrs).
const (
	maxShells    = 30
	maxProcesses = 25
)

// runspaces is how many calls a session runs at one time. Each may start a program, which has a console's process beside it.
func runspaces(q connection.Quotas) int {
	return min(max((cmp.Or(q.Processes, maxProcesses)-5)/2, 1), 16)
}

// commands is how many commands run beside those calls: each is cmd, PowerShell and a console, and some of their programs.
func commands(q connection.Quotas) int { return max(cmp.Or(q.Processes, maxProcesses)/5, 1) }

// Waits for a place that others have: at first, and at most.
const (
	shortWait = 50 * time.Millisecond
	longWait  = 500 * time.Millisecond
)

// governor shares what machines allow a user among all sessions and all runs of this controller: each shell has a place, which is a file that is
// locked as long as the shell is open. Locks end with their process.
type governor struct {
	dir string // of the files; "": there are none

	mu       sync.Mutex
	accounts map[string]*account
}

// account is a user of a machine.
type account struct {
	path    string       // of its files, without their ends; "": nothing is shared with other runs
	waiting atomic.Int32 // sessions of this run that wait for a shell

	mu      sync.Mutex
	learned int // how many shells the machine has said it allows; 0: it has not
}

// account finds the user of a machine that a target logs in as.
func (g *governor) account(t connection.Target) *account {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d\n%s", strings.ToLower(t.Address), t.Port, strings.ToLower(t.User)))
	key := hex.EncodeToString(sum[:12])
	g.mu.Lock()
	defer g.mu.Unlock()
	a := g.accounts[key]
	if a == nil {
		a = &account{}
		if g.dir != "" && os.MkdirAll(g.dir, 0o700) == nil { // a run that can keep no files knows of no other
			a.path = filepath.Join(g.dir, key)
		}
		g.accounts[key] = a
	}
	return a
}

func (a *account) learn(refusal error) {
	if n, ok := wsman.MaxShells(refusal); ok {
		a.mu.Lock()
		a.learned = n
		a.mu.Unlock()
	}
}

// places is how many shells may be open.
func (a *account) places(allowed int) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.learned > 0 {
		return min(allowed, a.learned)
	}
	return allowed
}

// place is the right to have a shell open.
type place struct {
	account *account
	allowed int
	number  int
	file    *os.File
}

// take takes a free place, and waits for one as long as ctx lasts.
func (a *account) take(ctx context.Context, allowed int) (*place, error) {
	p := &place{account: a, allowed: allowed}
	return p, p.take(ctx)
}

func (p *place) take(ctx context.Context) error {
	if p.account.path == "" || p.found() {
		return nil
	}
	defer p.account.want()()
	for wait := shortWait; ; wait = min(2*wait, longWait) {
		select {
		case <-time.After(wait/2 + rand.N(wait)):
		case <-ctx.Done():
			return ctx.Err()
		}
		if p.found() {
			return nil
		}
	}
}

// found looks for a free place. Where files cannot be locked, there is one.
func (p *place) found() bool {
	for p.number = range p.account.places(p.allowed) {
		file, busy := lock(fmt.Sprint(p.account.path, ".", p.number), syscall.LOCK_EX|syscall.LOCK_NB)
		if !busy {
			p.file = file
			return true
		}
	}
	return false
}

// leave gives the place to others.
func (p *place) leave() {
	if p.file != nil {
		_ = p.file.Close()
		p.file = nil
	}
}

// waits is a [wsman.Patience]'s: what the machine says of its quota is kept to, and all that share the user hear that somebody waits.
func (p *place) waits(ctx context.Context, refusal error) (over func()) {
	p.account.learn(refusal)
	if p.file != nil && p.number >= p.account.places(p.allowed) {
		p.leave()
		_ = p.take(ctx) // fails with ctx, as what follows does
	}
	return p.account.want()
}

// want tells others that a shell is waited for, until the result is called.
func (a *account) want() (stop func()) {
	a.waiting.Add(1)
	var f *os.File
	if a.path != "" {
		f, _ = lock(a.path+".wanted", syscall.LOCK_SH)
	}
	return func() {
		a.waiting.Add(-1)
		_ = f.Close() // of nil, it does nothing
	}
}

// wanted tells whether somebody waits for a shell.
func (a *account) wanted() bool {
	if a.waiting.Load() > 0 || a.path == "" {
		return a.waiting.Load() > 0
	}
	f, busy := lock(a.path+".wanted", syscall.LOCK_EX|syscall.LOCK_NB)
	_ = f.Close()
	return busy
}

// lock opens a file and locks it. nil: that cannot be done, since it is busy or for another reason.
func lock(name string, how int) (f *os.File, busy bool) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, false
	}
	for err = syscall.EINTR; errors.Is(err, syscall.EINTR); {
		err = syscall.Flock(int(f.Fd()), how)
	}
	if err != nil {
		_ = f.Close()
		return nil, errors.Is(err, syscall.EWOULDBLOCK)
	}
	return f, false
}
