package ntlm

import (
	"crypto/md5"
	"encoding/binary"
	"slices"
	"time"
)

// The kinds of pairs in a target's information, of section 2.2.2.1.
const (
	avEnd             = 0
	avComputerName    = 1
	avDomainName      = 2
	avDNSComputerName = 3
	avDNSDomainName   = 4
	avFlags           = 6
	avTimestamp       = 7
	avTargetName      = 9
	avChannelBindings = 10
)

// hasMIC is the flag that tells the server of a message integrity code.
const hasMIC = 2

// pair is one piece of information about a target.
type pair struct {
	kind uint16
	data []byte
}

// target is a target's information without its end.
type target []pair

func parseTarget(data []byte) (target, error) {
	var t target
	for len(data) >= 4 {
		kind, length := binary.LittleEndian.Uint16(data), int(binary.LittleEndian.Uint16(data[2:]))
		if kind == avEnd {
			return t, nil
		}
		if len(data) < 4+length {
			break
		}
		t = append(t, pair{kind, data[4 : 4+length]})
		data = data[4+length:]
	}
	return nil, ErrMessage
}

func (t target) encode() []byte {
	var out []byte
	for _, p := range append(slices.Clone(t), pair{kind: avEnd}) {
		out = binary.LittleEndian.AppendUint16(out, p.kind)
		out = binary.LittleEndian.AppendUint16(out, uint16(len(p.data)))
		out = append(out, p.data...)
	}
	return out
}

// get gives the data of a kind, or nil.
func (t target) get(kind uint16) []byte {
	for _, p := range t {
		if p.kind == kind {
			return p.data
		}
	}
	return nil
}

// with gives a copy in which a kind has the data.
func (t target) with(kind uint16, data []byte) target {
	others := slices.DeleteFunc(slices.Clone(t), func(p pair) bool { return p.kind == kind })
	return append(others, pair{kind, data})
}

// flags gives the number of the flags' pair, 0 if there is none.
func (t target) flags() uint32 {
	if data := t.get(avFlags); len(data) == 4 {
		return binary.LittleEndian.Uint32(data)
	}
	return 0
}

// fileTime is a time as Windows counts it: units of 100 ns since 1601.
func fileTime(at time.Time) []byte {
	const epoch = 116444736000000000
	return binary.LittleEndian.AppendUint64(nil, uint64(at.UnixNano()/100+epoch))
}

// bindingsHash is the digest of a channel's bindings as a structure of GSS (RFC 2744, 3.11) without addresses.
func bindingsHash(bindings []byte) []byte {
	data := binary.LittleEndian.AppendUint32(make([]byte, 16), uint32(len(bindings)))
	sum := md5.Sum(append(data, bindings...))
	return sum[:]
}
