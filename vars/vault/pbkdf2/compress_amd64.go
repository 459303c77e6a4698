package pbkdf2

import "golang.org/x/sys/cpu"

// compress2 applies SHA-256's compression function to two states with a block of sixteen words each. It needs the SHA extensions.
//
//go:noescape
func compress2(out, from *[2][8]uint32, words *[2][16]uint32)

// iterate16 is an iteration of sixteen blocks: the values become those of the next one, and are added to the total. It needs AVX-512.
//
//go:noescape
func iterate16(total, values *lanes, inner, outer *state)

// features gives what CPUID says of the processor: leaf 7 in EBX, leaf 1 in ECX; zeros for one without leaf 7.
func features() (ebx7, ecx1 uint32)

// fast tells whether compress2 works: the processor has SHA, SSSE3 and SSE4.1.
var fast = func() bool {
	ebx7, ecx1 := features()
	return ebx7&(1<<29) != 0 && ecx1&(1<<9) != 0 && ecx1&(1<<19) != 0
}()

// wide tells whether iterate16 works too.
var wide = fast && cpu.X86.HasAVX512F
