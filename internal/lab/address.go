package lab

import (
	"errors"
	"fmt"
	"net"
	"strconv"
)

// maxHosts is bounded by the address plan of a block.
const maxHosts = 99

// block is a lab's part of the loopback network: 127.0.X.1..99 for the hosts,
// 127.0.X.101..199 for their delayed addresses, 127.0.X.254 for the apt cache.
type block struct {
	number int
	port   int
	lock   net.Listener
}

// takeBlock finds a block that no other lab has. The lock is an abstract socket, which
// the kernel gives back when this process ends.
func takeBlock() (*block, error) {
	for number := 110; number < 250; number++ {
		lock, err := net.Listen("unix", fmt.Sprintf("@goplay-lab-%d", number))
		if err != nil {
			continue
		}
		b := &block{number: number, lock: lock}
		if b.findPort() {
			return b, nil
		}
		lock.Close()
	}
	return nil, errors.New("no free loopback block for a lab")
}

// findPort takes ssh's own port, unless the machine's sshd listens on all addresses.
func (b *block) findPort() bool {
	for _, port := range []int{22, 2222, 22022} {
		l, err := net.Listen("tcp", net.JoinHostPort(b.host(1), strconv.Itoa(port)))
		if err == nil {
			l.Close()
			b.port = port
			return true
		}
	}
	return false
}

func (b *block) host(i int) string    { return fmt.Sprintf("127.0.%d.%d", b.number, i) }
func (b *block) delayed(i int) string { return b.host(100 + i) }
func (b *block) gate() string         { return b.host(254) }
func (b *block) release()             { b.lock.Close() }
