package ssh

import (
	"context"
	"sync"
)

// unauthenticated is how many lines to one server may be before their login at a time. Its sshd begins to refuse the eleventh
// (MaxStartups 10:30:100), and it learns of a login a little later than we do.
const unauthenticated = 6

// gates limit the lines that are being made, by server.
type gates struct {
	mu      sync.Mutex
	servers map[string]*gate
}

type gate struct {
	slots chan struct{}
	users int
}

// enter waits for a slot; the caller must call leave.
func (g *gates) enter(ctx context.Context, server string) (leave func(), err error) {
	gt := g.join(server)
	select {
	case gt.slots <- struct{}{}:
		return func() { <-gt.slots; g.part(server, gt) }, nil
	case <-ctx.Done():
		g.part(server, gt)
		return nil, ctx.Err()
	}
}

func (g *gates) join(server string) *gate {
	g.mu.Lock()
	defer g.mu.Unlock()
	gt := g.servers[server]
	if gt == nil {
		if g.servers == nil {
			g.servers = make(map[string]*gate)
		}
		gt = &gate{slots: make(chan struct{}, unauthenticated)}
		g.servers[server] = gt
	}
	gt.users++
	return gt
}

func (g *gates) part(server string, gt *gate) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if gt.users--; gt.users == 0 {
		delete(g.servers, server)
	}
}
