package wsman

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"time"
)

// Waits between two attempts at what a quota does not allow: at first, and at most.
const (
	shortWait = 50 * time.Millisecond
	longWait  = 2 * time.Second
)

// quotas are the settings that faults speak of, as winrm.cmd has them.
var quotas = map[uint32]string{
	CodeMaxShells:     "winrm/config/winrs MaxShellsPerUser",
	CodeMaxShellUsers: "winrm/config/winrs MaxConcurrentUsers",
	CodeMaxOperations: "winrm/config/service MaxConcurrentOperationsPerUser",
	CodeUserQuota:     "winrm/config/winrs MaxProcessesPerShell",
	CodeMaxCommands:   "winrm/config/plugin MaxConcurrentCommandsPerShell",
}

// quotaOf names the quota that an error speaks of, or gives "".
func quotaOf(err error) string {
	fault := (*Fault)(nil)
	if !errors.As(err, &fault) {
		return ""
	}
	return quotas[fault.Code]
}

// IsFault tells whether an error is a fault with a code.
func IsFault(err error, code uint32) bool {
	fault := (*Fault)(nil)
	return errors.As(err, &fault) && fault.Code == code
}

// Told words an error as users read it: with the quota that it speaks of.
func Told(err error) error {
	if name := quotaOf(err); name != "" {
		return fmt.Errorf("%w; the quota is %s", err, name)
	}
	return err
}

// Patience is for what a machine's quotas do not allow now: what others have open may be closed soon.
type Patience struct {
	// Limit is how long it is tried again.
	Limit time.Duration
	// Waits is called before the first wait, with the refusal, and its result when the waiting is over. It may itself wait, for which no limit
	// counts. nil: nobody is told.
	Waits func(ctx context.Context, refusal error) (over func())
}

// Do does something again, after longer and longer waits, while a quota does not allow it. A session of PowerShell that has used up its commands
// gets none back, so that this is not waited for. The error is that of the last attempt, or ctx's.
func (p Patience) Do(ctx context.Context, f func() error) error {
	err := f()
	if !passing(err) {
		return err
	}
	if p.Waits != nil {
		defer p.Waits(ctx, err)()
	}
	deadline := time.Now().Add(p.Limit)
	for wait := shortWait; ; wait = min(2*wait, longWait) {
		if time.Now().Add(wait).After(deadline) {
			return err
		}
		select {
		case <-time.After(wait/2 + rand.N(wait)): // so that those who wait do not all come back at once
		case <-ctx.Done():
			return ctx.Err()
		}
		if err = f(); !passing(err) {
			return err
		}
	}
}

// passing tells whether an error is a quota's that may be gone later.
func passing(err error) bool { return quotaOf(err) != "" && !IsFault(err, CodeMaxCommands) }

var numbers = regexp.MustCompile(`\d+`)

// MaxShells gives how many shells a machine allows a user, as far as its refusal of another one tells. The text is in the machine's language, and
// has this number alone.
func MaxShells(err error) (int, bool) {
	fault := (*Fault)(nil)
	if !errors.As(err, &fault) || fault.Code != CodeMaxShells {
		return 0, false
	}
	found := numbers.FindAllString(fault.Text, -1)
	if len(found) != 1 {
		return 0, false
	}
	n, err := strconv.Atoi(found[0])
	return n, err == nil && n > 0
}
