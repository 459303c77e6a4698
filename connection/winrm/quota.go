package winrm

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/goplay/goplay/connection/wsman"
)

// Waits between two attempts at what a quota does not allow: at first, and at most.
const (
	shortWait = 50 * time.Millisecond
	longWait  = 2 * time.Second
)

// quotas are the settings that faults speak of, as winrm.cmd has them.
var quotas = map[uint32]string{
	wsman.CodeMaxShells:     "winrm/config/winrs MaxShellsPerUser",
	wsman.CodeMaxShellUsers: "winrm/config/winrs MaxConcurrentUsers",
	wsman.CodeMaxOperations: "winrm/config/service MaxConcurrentOperationsPerUser",
	wsman.CodeUserQuota:     "winrm/config/winrs MaxProcessesPerShell",
}

// quotaOf names the quota that an error speaks of, or gives "".
func quotaOf(err error) string {
	fault := (*wsman.Fault)(nil)
	if !errors.As(err, &fault) {
		return ""
	}
	return quotas[fault.Code]
}

// told words an error as users read it.
func told(err error) error {
	if name := quotaOf(err); name != "" {
		return fmt.Errorf("%w; the quota is %s", err, name)
	}
	return err
}

// patient does something again, after longer and longer waits, while a quota does not allow it: what others have open now may be closed
// soon. The error is that of the last attempt.
func patient(ctx context.Context, limit time.Duration, f func() error) error {
	deadline := time.Now().Add(limit)
	for wait := shortWait; ; wait = min(2*wait, longWait) {
		err := f()
		if quotaOf(err) == "" || time.Now().Add(wait).After(deadline) {
			return err
		}
		select {
		case <-time.After(wait/2 + rand.N(wait)): // so that those who wait do not all come back at once
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
