package ssh

import "sync"

// tasks are the goroutines of a line. None starts once they are awaited.
type tasks struct {
	group sync.WaitGroup

	mu      sync.Mutex
	awaited bool
}

// Go starts a goroutine and reports whether it did.
func (t *tasks) Go(f func()) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.awaited {
		t.group.Go(f)
	}
	return !t.awaited
}

// Wait waits for all goroutines and lets no other start.
func (t *tasks) Wait() {
	t.mu.Lock()
	t.awaited = true
	t.mu.Unlock()
	t.group.Wait()
}
