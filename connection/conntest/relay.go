package conntest

import (
	"net"
	"sync"
	"testing"
	"time"
)

// Relay stands between a client and a server, as the network does.
type Relay struct {
	listener net.Listener
	server   string
	delay    time.Duration // of each direction

	mu      sync.Mutex
	halves  map[net.Conn]int // by peer: see RoundTrips
	conns   []net.Conn
	stalled chan struct{} // closed: what comes is not passed on any more
	down    int           // bytes that clients got
	up      int           // and sent
	limit   int           // bytes that they get before all connections end; 0: any number
	served  sync.WaitGroup
}

// StartRelay passes connections on to a server, each direction with a delay, until the test ends.
func StartRelay(t testing.TB, server string, delay time.Duration) *Relay {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &Relay{listener: listener, server: server, delay: delay, halves: map[net.Conn]int{}, stalled: make(chan struct{})}
	r.served.Go(r.accept)
	t.Cleanup(func() {
		_ = listener.Close()
		r.Cut()
		r.served.Wait()
	})
	return r
}

// Address is where the relay listens.
func (r *Relay) Address() string { return r.listener.Addr().String() }

// RoundTrips gives how many times something had to cross the network and something else to come back because of it, in the longest
// chain of one connection. It counts no time: what a peer sends after it got something counts as an answer to that. A delay of some
// milliseconds keeps apart what was sent just before.
func (r *Relay) RoundTrips() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	most := 0
	for _, halves := range r.halves {
		most = max(most, halves/2)
	}
	return most
}

// sent gives the length of the chain that data from a peer belongs to, and got notes that data arrives at a peer.
func (r *Relay) sent(from net.Conn) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.halves[from] + 1
}

func (r *Relay) got(to net.Conn, halves int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.halves[to] = max(r.halves[to], halves)
}

// Cut ends all connections.
func (r *Relay) Cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, conn := range r.conns {
		_ = conn.Close()
	}
	r.conns = nil
}

// CutAfter ends all connections, and every later one, when clients have got n bytes.
func (r *Relay) CutAfter(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.limit = max(n, 1)
}

// Down gives how many bytes clients got.
func (r *Relay) Down() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.down
}

// Up gives how many bytes clients sent.
func (r *Relay) Up() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.up
}

// count counts bytes for a server, which gets them all.
func (r *Relay) count(n int) (allowed int, last bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.up += n
	return n, false
}

// allow counts bytes for a client, and gives how many of them it gets; last says that no more follow.
func (r *Relay) allow(n int) (allowed int, last bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	allowed = n
	if r.limit > 0 {
		allowed = min(n, r.limit-r.down)
	}
	r.down += allowed
	return allowed, r.limit > 0 && r.down >= r.limit
}

// Stall makes the network swallow everything from now on, without a word to either side.
func (r *Relay) Stall() { close(r.stalled) }

func (r *Relay) accept() {
	for {
		client, err := r.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", r.server)
		if err != nil {
			_ = client.Close()
			continue
		}
		r.mu.Lock()
		r.conns = append(r.conns, client, server)
		r.mu.Unlock()
		r.served.Go(func() { r.pass(server, client, r.count) })
		r.served.Go(func() { r.pass(client, server, r.allow) })
	}
}

// packet is data on its way.
type packet struct {
	data   []byte
	due    time.Time
	halves int
}

// pass carries data from one side to the other, as far as it is allowed, in the order and at the pace in which it came, only later.
func (r *Relay) pass(to, from net.Conn, allow func(n int) (int, bool)) {
	travelling := make(chan packet, 256)
	go func() {
		defer close(travelling)
		for {
			buffer := make([]byte, 32<<10)
			n, err := from.Read(buffer)
			if n > 0 {
				travelling <- packet{buffer[:n], time.Now().Add(r.delay), r.sent(from)}
			}
			if err != nil {
				return
			}
		}
	}()
	for p := range travelling {
		time.Sleep(time.Until(p.due))
		select {
		case <-r.stalled:
			continue
		default:
		}
		r.got(to, p.halves)
		n, last := allow(len(p.data))
		if _, err := to.Write(p.data[:n]); err != nil {
			_ = from.Close()
		}
		if last {
			r.Cut()
		}
	}
	if half, ok := to.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}
