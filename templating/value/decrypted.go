package value

import (
	"runtime"
	"strings"
	"sync"
	"unsafe"
	"weak"
)

// Vaulted gives the encrypted text that s is the plain text of, or nil. As with an author's text ([Authored]), it is where the text lies in
// memory that tells: what is passed on whole is still known, what was made of it is not.
func (s String) Vaulted() *Vaulted {
	if s == "" {
		return nil
	}
	of, ok := decrypted.Load(place(s))
	if !ok {
		return nil
	}
	v := of.(weak.Pointer[Vaulted]).Value()
	if v == nil || len(v.plain) != len(s) {
		return nil
	}
	return v
}

// decrypted has the encrypted texts, as weak pointers, by the places of their plain ones.
var decrypted sync.Map

func place(s String) uintptr { return uintptr(unsafe.Pointer(unsafe.StringData(string(s)))) }

// remember keeps the plain text at a place of its own.
func (v *Vaulted) remember(plain []byte) {
	if len(plain) == 0 {
		return
	}
	v.plain = String(strings.Clone(string(Frozen(plain))))
	of := weak.Make(v)
	decrypted.Store(place(v.plain), of)
	runtime.AddCleanup(v, func(at uintptr) { decrypted.CompareAndDelete(at, of) }, place(v.plain))
}
