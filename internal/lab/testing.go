package lab

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"
)

// Start makes a lab of n hosts for one test, and removes it when the test ends. Where
// labs can't run, it skips the test with the reason; root in CI has no such excuse.
func Start(t testing.TB, n int) *Lab {
	t.Helper()
	l, err := Up(context.Background(), n)
	mustRun(t, err)
	t.Cleanup(l.Close)
	return l
}

// sharedHosts is enough for any test on the shared lab.
const sharedHosts = 3

var (
	sharedOnce sync.Once
	sharedLab  *Lab
	sharedErr  error
)

// Shared returns the lab of three hosts that the tests of this process share, for tests
// that leave the hosts as they found them or Reset them. It goes when the process ends.
func Shared(t testing.TB) *Lab {
	t.Helper()
	sharedOnce.Do(func() { sharedLab, sharedErr = Up(context.Background(), sharedHosts) })
	mustRun(t, sharedErr)
	return sharedLab
}

func mustRun(t testing.TB, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if errors.Is(err, ErrUnable) && (os.Getenv("CI") == "" || os.Geteuid() != 0) {
		t.Skip(err)
	}
	t.Fatalf("lab: %v", err)
}
