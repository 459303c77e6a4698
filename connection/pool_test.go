package connection_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/goplay/goplay/connection"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// dialer makes lines that do nothing, after a while, or fails.
type dialer struct {
	takes   time.Duration
	fail    atomic.Bool
	dialled atomic.Int32
	open    atomic.Int32
}

func (d *dialer) Dial(ctx context.Context, t connection.Target) (connection.Conn, error) {
	d.dialled.Add(1)
	select {
	case <-time.After(d.takes):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if d.fail.Load() {
		return nil, &connection.UnreachableError{Host: t.Host, Msg: "no way"}
	}
	d.open.Add(1)
	return &conn{dialer: d, done: make(chan struct{})}, nil
}

type conn struct {
	connection.Conn
	dialer *dialer
	once   sync.Once
	done   chan struct{}
}

func (c *conn) Done() <-chan struct{} { return c.done }

func (c *conn) Close() error {
	c.once.Do(func() { c.dialer.open.Add(-1); close(c.done) })
	return nil
}

var web1 = connection.Target{Host: "web1", Transport: "fake"}

func newPool(d *dialer) *connection.Pool {
	return connection.NewPool(map[string]connection.Dialer{"fake": d})
}

func TestPoolDialsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &dialer{takes: time.Second}
		pool := newPool(d)
		var all sync.WaitGroup
		lines := make([]connection.Conn, 20)
		for i := range lines {
			all.Go(func() { lines[i], _ = pool.Get(t.Context(), web1) })
		}
		all.Wait()
		for _, line := range lines {
			if line == nil || line != lines[0] {
				t.Fatal("callers got different lines")
			}
		}
		other := web1
		other.Port = 2222
		if line, err := pool.Get(t.Context(), other); err != nil || line == lines[0] {
			t.Errorf("another target got %v, %v", line, err)
		}
		if n := d.dialled.Load(); n != 2 {
			t.Errorf("dialled %d times, want 2", n)
		}
		pool.Close()
		if n := d.open.Load(); n != 0 {
			t.Errorf("%d lines are open after Close", n)
		}
	})
}

func TestPoolForgetsFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &dialer{takes: time.Second}
		d.fail.Store(true)
		pool := newPool(d)
		defer pool.Close()
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if _, err := pool.Get(t.Context(), web1); !connection.IsUnreachable(err) {
					t.Errorf("error %v", err)
				}
			})
		}
		all.Wait()
		d.fail.Store(false)
		if _, err := pool.Get(t.Context(), web1); err != nil || d.dialled.Load() != 2 {
			t.Errorf("after a failure: dialled %d times, error %v", d.dialled.Load(), err)
		}
	})
}

func TestPoolDialsDeadLinesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &dialer{}
		pool := newPool(d)
		defer pool.Close()
		first, _ := pool.Get(t.Context(), web1)
		_ = first.Close()
		second, err := pool.Get(t.Context(), web1)
		if err != nil || second == first {
			t.Errorf("got the dead line, or error %v", err)
		}
		pool.Reset(web1)
		if third, _ := pool.Get(t.Context(), web1); third == second || d.dialled.Load() != 3 || d.open.Load() != 1 {
			t.Errorf("after Reset: dialled %d times, %d open", d.dialled.Load(), d.open.Load())
		}
	})
}

func TestPoolCancellation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &dialer{takes: time.Hour}
		pool := newPool(d)
		first, cancelFirst := context.WithCancel(t.Context())
		second, cancelSecond := context.WithTimeout(t.Context(), time.Minute)
		defer cancelSecond()
		var all sync.WaitGroup
		for _, ctx := range []context.Context{first, second} {
			all.Go(func() {
				if _, err := pool.Get(ctx, web1); !errors.Is(err, ctx.Err()) || err == nil {
					t.Errorf("error %v, want %v", err, ctx.Err())
				}
			})
		}
		synctest.Wait()
		cancelFirst() // the second still waits
		synctest.Wait()
		if d.dialled.Load() != 1 {
			t.Errorf("dialled %d times", d.dialled.Load())
		}
		all.Wait()
		started := time.Now()
		pool.Close() // the dialling was cancelled with its last caller, so nothing is left to wait for
		if time.Since(started) > 0 {
			t.Error("the dialling goes on without callers")
		}
	})
}

func TestPoolClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &dialer{takes: time.Hour}
		pool := newPool(d)
		var waiting sync.WaitGroup
		waiting.Go(func() {
			if _, err := pool.Get(t.Context(), web1); err == nil {
				t.Error("Get succeeded although the pool was closed")
			}
		})
		synctest.Wait()
		pool.Close()
		waiting.Wait()
		if _, err := pool.Get(t.Context(), web1); !errors.Is(err, connection.ErrPoolClosed) {
			t.Errorf("Get after Close: %v", err)
		}
	})
}

func TestPoolUnknownTransport(t *testing.T) {
	if _, err := newPool(&dialer{}).Get(t.Context(), connection.Target{Transport: "pigeon"}); err == nil || connection.IsUnreachable(err) {
		t.Errorf("error %v", err)
	}
}
