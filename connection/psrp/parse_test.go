package psrp

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFragments(t *testing.T) {
	var f Fragmenter
	long := bytes.Repeat([]byte("abc"), 1000)
	for _, size := range []int{22, 100, 4096} {
		var stream []byte
		for _, m := range [][]byte{long, {}, []byte("x")} {
			for _, fragment := range f.Split(m, size) {
				if len(fragment) > size {
					t.Fatalf("a fragment has %d bytes, more than %d", len(fragment), size)
				}
				stream = append(stream, fragment...)
			}
		}
		for _, step := range []int{1, 7, len(stream)} {
			var a Assembler
			var got [][]byte
			for from := 0; from < len(stream); from += step {
				messages, err := a.Add(stream[from:min(from+step, len(stream))])
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, messages...)
			}
			if !cmp.Equal(got, [][]byte{long, {}, []byte("x")}) {
				t.Errorf("size %d, step %d: %d messages", size, step, len(got))
			}
		}
	}
}

// The example of MS-PSRP, section 4.1, is cut in this form.
func TestFragmentForm(t *testing.T) {
	var f Fragmenter
	got := f.Split([]byte("abcd"), headSize+3)
	want := [][]byte{
		[]byte("\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x03abc"),
		[]byte("\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\x02\x00\x00\x00\x01d"),
	}
	if !cmp.Equal(got, want) {
		t.Error(cmp.Diff(want, got))
	}
}

func TestFragmentsThatDoNotFit(t *testing.T) {
	for name, stream := range map[string][]byte{
		"no start":       fragment(1, 1, nil, true),
		"a gap":          append(fragment(1, 0, nil, false), fragment(1, 2, nil, true)...),
		"twice a start":  append(fragment(1, 0, nil, false), fragment(1, 0, nil, true)...),
		"huge":           append(bytes.Repeat([]byte{0}, 17), 0xff, 0xff, 0xff, 0xff),
		"start, not 0th": append(bytes.Repeat([]byte{0}, 15), 1, flagStart, 0, 0, 0, 0),
	} {
		var a Assembler
		if _, err := a.Add(stream); !errors.Is(err, ErrFragment) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var a Assembler
	interleaved := append(append(fragment(1, 0, []byte("a"), false), fragment(2, 0, []byte("b"), true)...), fragment(1, 1, []byte("c"), true)...)
	if got, err := a.Add(interleaved); err != nil || !cmp.Equal(got, [][]byte{[]byte("b"), []byte("ac")}) {
		t.Errorf("interleaved: %q, %v", got, err)
	}
}

func TestMessages(t *testing.T) {
	m := Message{ToServer: true, Kind: CreatePipeline, Pool: NewGUID(), Pipeline: NewGUID(), Body: []byte("<Nil/>")}
	got, err := ParseMessage(m.Encode())
	if err != nil || !cmp.Equal(got, m) {
		t.Errorf("%v, %s", err, cmp.Diff(m, got))
	}
	// The head's numbers are little-endian, and so are the first three of an identity.
	m.Pool = GUID{0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10}
	want := []byte{2, 0, 0, 0, 0x06, 0x10, 0x02, 0, 4, 3, 2, 1, 6, 5, 8, 7, 9, 10, 11, 12, 13, 14, 15, 16}
	if got := m.Encode()[:24]; !bytes.Equal(got, want) {
		t.Errorf("%x, want %x", got, want)
	}
	if m.Pool.String() != "01020304-0506-0708-090A-0B0C0D0E0F10" {
		t.Error(m.Pool)
	}
	if _, err := ParseMessage(make([]byte, messageHead-1)); !errors.Is(err, ErrMessage) {
		t.Errorf("too short: %v", err)
	}
	withMark := Message{Body: []byte("\xef\xbb\xbf<I32>3</I32>")}
	marked, _ := ParseMessage(withMark.Encode())
	if v, err := marked.Value(); v != int32(3) || err != nil {
		t.Errorf("with a byte order mark: %v, %v", v, err)
	}
}

func FuzzStream(f *testing.F) {
	var numbers Fragmenter
	m := Message{Kind: PipelineOutput, Body: []byte("<S>x</S>")}
	f.Add(bytes.Join(numbers.Split(m.Encode(), 30), nil), uint(5))
	f.Fuzz(func(t *testing.T, stream []byte, cut uint) {
		var whole, parted Assembler
		all, err := whole.Add(stream)
		n := int(cut % uint(len(stream)+1))
		first, err1 := parted.Add(stream[:n])
		rest, err2 := parted.Add(stream[n:])
		if err == nil && (err1 != nil || err2 != nil || !cmp.Equal(all, append(first, rest...), cmp.Comparer(bytes.Equal))) {
			t.Errorf("cut at %d: %q %q, %v %v; whole: %q", n, first, rest, err1, err2, all)
		}
		for _, b := range all {
			if m, err := ParseMessage(b); err == nil {
				_, _ = m.Value()
				var r Result
				_, _ = r.take(m)
			}
		}
	})
}
