package lab

import (
	"context"
	"errors"
	"io"
	"net"
	"strconv"
	"sync"
	"time"
)

// delays is a delay line before each host: a TCP proxy on the host's delayed address
// which holds every byte for a while, in each direction, without limiting how many are
// under way.
type delays struct {
	each      time.Duration
	listeners []net.Listener
	cancel    context.CancelFunc
	running   sync.WaitGroup
}

// Latency puts a delay line of one-way time each before all hosts, so that a round trip
// takes twice that long; zero takes it away. Host and Inventory follow.
func (l *Lab) Latency(each time.Duration) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.delays != nil {
		l.delays.close()
		l.delays = nil
	}
	if each == 0 {
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	d := &delays{each: each, cancel: cancel}
	for _, h := range l.hosts {
		port := strconv.Itoa(l.block.port)
		err := d.serve(ctx, net.JoinHostPort(l.block.delayed(h.number), port), net.JoinHostPort(l.block.host(h.number), port))
		if err != nil {
			d.close()
			return err
		}
	}
	l.delays = d
	return nil
}

func (d *delays) close() {
	d.cancel()
	for _, listener := range d.listeners {
		listener.Close()
	}
	d.running.Wait()
}

func (d *delays) serve(ctx context.Context, from, to string) error {
	listener, err := net.Listen("tcp", from)
	if err != nil {
		return err
	}
	d.listeners = append(d.listeners, listener)
	d.running.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			d.running.Go(func() { d.link(ctx, client, to) })
		}
	})
	return nil
}

// link joins a client with its host as a long line would: the handshake's three packets
// take their time too, and the client's first bytes can't leave before the second.
func (d *delays) link(ctx context.Context, client net.Conn, to string) {
	defer client.Close()
	dialled := time.Now()
	sleep(ctx, 3*d.each)
	server, err := (&net.Dialer{}).DialContext(ctx, "tcp", to)
	if err != nil {
		return
	}
	defer server.Close()
	stop := context.AfterFunc(ctx, func() { client.Close(); server.Close() })
	defer stop()
	var both sync.WaitGroup
	both.Go(func() { d.carry(ctx, server, client, dialled.Add(2*d.each)) })
	both.Go(func() { d.carry(ctx, client, server, dialled) })
	both.Wait()
}

// parcel is a piece of a stream and when it is due at the other end.
type parcel struct {
	due  time.Time
	data []byte
	err  error
}

// carry moves a stream, each piece as late as it must be. Bytes from before open count
// as sent at open.
func (d *delays) carry(ctx context.Context, to, from net.Conn, open time.Time) {
	line := make(chan parcel, 4096)
	go func() {
		defer close(line)
		for {
			data := make([]byte, 32<<10)
			n, err := from.Read(data)
			sent := time.Now()
			if sent.Before(open) {
				sent = open
			}
			line <- parcel{due: sent.Add(d.each), data: data[:n], err: err}
			if err != nil {
				return
			}
		}
	}()
	deliver(ctx, to, line)
}

// deliver writes the parcels when they are due. It empties the line even when the other
// end is gone, so that the reader ends.
func deliver(ctx context.Context, to net.Conn, line <-chan parcel) {
	broken := false
	for p := range line {
		sleep(ctx, time.Until(p.due))
		if !broken && len(p.data) > 0 {
			_, err := to.Write(p.data)
			broken = err != nil
		}
		if p.err != nil {
			hangUp(to, p.err)
		}
	}
}

// hangUp passes on how a stream ended: a half-close, or all of it.
func hangUp(to net.Conn, err error) {
	if half, ok := to.(*net.TCPConn); ok && errors.Is(err, io.EOF) {
		_ = half.CloseWrite() // the other end may be gone
		return
	}
	to.Close()
}

func sleep(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
