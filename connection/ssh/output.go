package ssh

import (
	"io"
	"sync"
)

// output is a command's output. A channel's Read cannot be interrupted, so a goroutine reads ahead: two blocks at most, beyond which
// the channel's window holds the command back.
type output struct {
	from   io.Reader
	size   int         // of the next blocks
	blocks chan []byte // filled
	empty  chan []byte // to be filled

	left    []byte // of block
	block   []byte
	abandon sync.Once
	gone    chan struct{}   // closed: the reader gets no more
	closed  <-chan struct{} // closed: nobody will read any more
}

// The blocks of an output that says little are small: there are four of them for each host.
const (
	firstBlock = 2 << 10
	blockSize  = 32 << 10
)

func newOutput(from io.Reader, closed <-chan struct{}) *output {
	o := &output{from: from, size: firstBlock, blocks: make(chan []byte, 1), empty: make(chan []byte, 2), gone: make(chan struct{}), closed: closed}
	o.empty <- nil
	o.empty <- nil
	return o
}

// pump reads until the channel's end.
func (o *output) pump() {
	defer close(o.blocks)
	for {
		var block []byte
		select {
		case block = <-o.empty:
		case <-o.gone:
			return
		case <-o.closed:
			return
		}
		if cap(block) < o.size {
			block = make([]byte, o.size)
		}
		n, err := o.from.Read(block[:cap(block)])
		if n == cap(block) {
			o.size = blockSize
		}
		if n > 0 {
			select {
			case o.blocks <- block[:n]:
			case <-o.gone:
				return
			case <-o.closed:
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// Read is for one goroutine at a time.
func (o *output) Read(b []byte) (int, error) {
	if len(o.left) == 0 {
		if err := o.next(); err != nil {
			return 0, err
		}
	}
	n := copy(b, o.left)
	if o.left = o.left[n:]; len(o.left) == 0 {
		o.empty <- o.block
		o.block = nil
	}
	return n, nil
}

// next awaits a block. What was read before the output was given up still counts.
func (o *output) next() error {
	select {
	case block, ok := <-o.blocks:
		return o.take(block, ok)
	default:
	}
	select {
	case block, ok := <-o.blocks:
		return o.take(block, ok)
	case <-o.gone:
		return io.EOF
	}
}

func (o *output) take(block []byte, ok bool) error {
	if !ok {
		return io.EOF
	}
	o.block, o.left = block, block
	return nil
}

// giveUp ends the output for its reader.
func (o *output) giveUp() { o.abandon.Do(func() { close(o.gone) }) }
