package wsman

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
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

// Patient does something again, after longer and longer waits, while a quota does not allow it: what others have open now may be closed
// soon. A session of PowerShell that has used up its commands gets none back, so that this is not waited for. The error is that of the
// last attempt, or ctx's.
func Patient(ctx context.Context, limit time.Duration, f func() error) error {
	deadline := time.Now().Add(limit)
	for wait := shortWait; ; wait = min(2*wait, longWait) {
		err := f()
		if quotaOf(err) == "" || IsFault(err, CodeMaxCommands) || time.Now().Add(wait).After(deadline) {
			return err
		}
		select {
		case <-time.After(wait/2 + rand.N(wait)): // so that those who wait do not all come back at once
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
