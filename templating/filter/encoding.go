package filter

import (
	"crypto/sha1" //nolint:gosec // what UUID version 5 is made of
	"encoding/hex"
	"strings"
	"unicode/utf16"

	"github.com/goplay/goplay/templating/eval"
	"github.com/goplay/goplay/templating/method"
	"github.com/goplay/goplay/templating/value"
)

// encodeText is text.encode(encoding).
func encodeText(t, encoding string) ([]byte, error) {
	switch normalEncoding(encoding) {
	case "utf16le":
		var b []byte
		for _, u := range utf16.Encode([]rune(t)) {
			b = append(b, byte(u), byte(u>>8))
		}
		return b, nil
	case "utf16":
		b, err := encodeText(t, "utf-16-le")
		return append([]byte{0xff, 0xfe}, b...), err
	case "utf16be":
		var b []byte
		for _, u := range utf16.Encode([]rune(t)) {
			b = append(b, byte(u>>8), byte(u))
		}
		return b, nil
	}
	v, _, err := method.Call(value.String(t), "encode", []value.Value{value.String(encoding)}, nil)
	if err != nil {
		return nil, err
	}
	return v.(value.Bytes), nil
}

func normalEncoding(name string) string {
	return strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(name))
}

// decodeText is bytes.decode(encoding).
func decodeText(b []byte, encoding string) (value.Value, error) {
	low, high := 0, 1
	switch normalEncoding(encoding) {
	case "utf16be":
		low, high = 1, 0
	case "utf16le":
	case "utf16":
		if len(b) >= 2 && b[0] == 0xff && b[1] == 0xfe {
			b = b[2:]
		}
	case "utf8":
		return value.String(b), nil // what is no UTF-8 is kept as it is, as surrogateescape does
	default:
		v, _, err := method.Call(value.Bytes(b), "decode", []value.Value{value.String(encoding)}, nil)
		return v, err
	}
	if len(b)%2 == 1 {
		return nil, value.Errorf("UnicodeDecodeError", "'utf-16-le' codec can't decode byte 0x%02x in position %d: truncated data", b[len(b)-1], len(b)-1)
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = uint16(b[2*i+low]) | uint16(b[2*i+high])<<8
	}
	return value.String(string(utf16.Decode(units))), nil
}

// toUUID makes a UUID version 5 of text.
func toUUID(s *eval.State, in value.Value, a []value.Value) (value.Value, error) {
	t, err := text(s, in)
	if err != nil {
		return nil, err
	}
	ns, err := hex.DecodeString(strings.NewReplacer("-", "", "{", "", "}", "").Replace(a[0].String()))
	if err != nil || len(ns) != 16 {
		return nil, value.Errorf("AnsibleError", "Invalid value '%s' for 'namespace': badly formed hexadecimal UUID string", a[0])
	}
	sum := sha1.Sum(append(ns, t...)) //nolint:gosec // what UUID version 5 is made of
	u := sum[:16]
	u[6] = u[6]&0x0f | 0x50
	u[8] = u[8]&0x3f | 0x80
	x := hex.EncodeToString(u)
	return value.String(x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]), nil
}
