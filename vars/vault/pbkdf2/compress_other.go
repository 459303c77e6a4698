//go:build !amd64

package pbkdf2

const fast, wide = false, false

func compress2(_, _ *[2][8]uint32, _ *[2][16]uint32) { panic("pbkdf2: no SHA extensions") }

func iterate16(_, _ *lanes, _, _ *state) { panic("pbkdf2: no AVX-512") }
