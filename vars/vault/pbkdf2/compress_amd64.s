#include "textflag.h"

// Two blocks at once: each chain of rounds waits for itself, so that the second one costs next to nothing. X0 is what SHA256RNDS2 adds to
// the rounds; of each block, two registers have the state (ABEF, CDGH) and four the sixteen words of the schedule that come next.

// ROUNDS does four rounds, whose words are in m.
#define ROUNDS(g, abef, cdgh, m) \
	MOVO m, X0; PADDD (g*16)(DX), X0; \
	SHA256RNDS2 X0, abef, cdgh; \
	PSHUFD $0x0E, X0, X0; \
	SHA256RNDS2 X0, cdgh, abef

// NEXT makes the words of four later rounds of those before: next has got its first part from FIRST.
#define NEXT(m, prev, next) \
	MOVO m, X13; PALIGNR $4, prev, X13; PADDD X13, next; SHA256MSG2 m, next

// FIRST is the first part of NEXT, for words that come three groups later.
#define FIRST(m, prev) SHA256MSG1 m, prev

// LOAD brings a state of eight words into two registers.
#define LOAD(off, abef, cdgh) \
	MOVOU off(SI), X13; MOVOU (off+16)(SI), cdgh; \
	PSHUFD $0xB1, X13, X13; PSHUFD $0x1B, cdgh, cdgh; \
	MOVO X13, abef; PALIGNR $8, cdgh, abef; \
	PBLENDW $0xF0, X13, cdgh

// STORE adds the state that was before and brings it back into order.
#define STORE(off, abef, cdgh) \
	PSHUFD $0x1B, abef, X13; PSHUFD $0xB1, cdgh, cdgh; \
	MOVO X13, abef; PBLENDW $0xF0, cdgh, abef; \
	PALIGNR $8, X13, cdgh; \
	MOVOU off(SI), X13; PADDD X13, abef; MOVOU abef, off(DI); \
	MOVOU (off+16)(SI), X13; PADDD X13, cdgh; MOVOU cdgh, (off+16)(DI)

// func compress2(out, from *[2][8]uint32, words *[2][16]uint32)
TEXT ·compress2(SB), NOSPLIT, $0-24
	MOVQ out+0(FP), DI
	MOVQ from+8(FP), SI
	MOVQ words+16(FP), BX
	LEAQ ·rounds(SB), DX
	LOAD(0, X1, X2)
	LOAD(32, X7, X8)
	MOVOU 0(BX), X3
	MOVOU 64(BX), X9
	MOVOU 16(BX), X4
	MOVOU 80(BX), X10
	MOVOU 32(BX), X5
	MOVOU 96(BX), X11
	MOVOU 48(BX), X6
	MOVOU 112(BX), X12
	ROUNDS(0, X1, X2, X3)
	ROUNDS(0, X7, X8, X9)
	ROUNDS(1, X1, X2, X4)
	FIRST(X4, X3)
	ROUNDS(1, X7, X8, X10)
	FIRST(X10, X9)
	ROUNDS(2, X1, X2, X5)
	FIRST(X5, X4)
	ROUNDS(2, X7, X8, X11)
	FIRST(X11, X10)
	ROUNDS(3, X1, X2, X6)
	NEXT(X6, X5, X3)
	FIRST(X6, X5)
	ROUNDS(3, X7, X8, X12)
	NEXT(X12, X11, X9)
	FIRST(X12, X11)
	ROUNDS(4, X1, X2, X3)
	NEXT(X3, X6, X4)
	FIRST(X3, X6)
	ROUNDS(4, X7, X8, X9)
	NEXT(X9, X12, X10)
	FIRST(X9, X12)
	ROUNDS(5, X1, X2, X4)
	NEXT(X4, X3, X5)
	FIRST(X4, X3)
	ROUNDS(5, X7, X8, X10)
	NEXT(X10, X9, X11)
	FIRST(X10, X9)
	ROUNDS(6, X1, X2, X5)
	NEXT(X5, X4, X6)
	FIRST(X5, X4)
	ROUNDS(6, X7, X8, X11)
	NEXT(X11, X10, X12)
	FIRST(X11, X10)
	ROUNDS(7, X1, X2, X6)
	NEXT(X6, X5, X3)
	FIRST(X6, X5)
	ROUNDS(7, X7, X8, X12)
	NEXT(X12, X11, X9)
	FIRST(X12, X11)
	ROUNDS(8, X1, X2, X3)
	NEXT(X3, X6, X4)
	FIRST(X3, X6)
	ROUNDS(8, X7, X8, X9)
	NEXT(X9, X12, X10)
	FIRST(X9, X12)
	ROUNDS(9, X1, X2, X4)
	NEXT(X4, X3, X5)
	FIRST(X4, X3)
	ROUNDS(9, X7, X8, X10)
	NEXT(X10, X9, X11)
	FIRST(X10, X9)
	ROUNDS(10, X1, X2, X5)
	NEXT(X5, X4, X6)
	FIRST(X5, X4)
	ROUNDS(10, X7, X8, X11)
	NEXT(X11, X10, X12)
	FIRST(X11, X10)
	ROUNDS(11, X1, X2, X6)
	NEXT(X6, X5, X3)
	FIRST(X6, X5)
	ROUNDS(11, X7, X8, X12)
	NEXT(X12, X11, X9)
	FIRST(X12, X11)
	ROUNDS(12, X1, X2, X3)
	NEXT(X3, X6, X4)
	FIRST(X3, X6)
	ROUNDS(12, X7, X8, X9)
	NEXT(X9, X12, X10)
	FIRST(X9, X12)
	ROUNDS(13, X1, X2, X4)
	NEXT(X4, X3, X5)
	ROUNDS(13, X7, X8, X10)
	NEXT(X10, X9, X11)
	ROUNDS(14, X1, X2, X5)
	NEXT(X5, X4, X6)
	ROUNDS(14, X7, X8, X11)
	NEXT(X11, X10, X12)
	ROUNDS(15, X1, X2, X6)
	ROUNDS(15, X7, X8, X12)
	STORE(0, X1, X2)
	STORE(32, X7, X8)
	RET

// func features() (ebx7, ecx1 uint32)
TEXT ·features(SB), NOSPLIT, $0-8
	XORL AX, AX
	CPUID
	CMPL AX, $7
	JL   old
	MOVL $1, AX
	XORL CX, CX
	CPUID
	MOVL CX, ecx1+4(FP)
	MOVL $7, AX
	XORL CX, CX
	CPUID
	MOVL BX, ebx7+0(FP)
	RET
old:
	MOVL $0, ebx7+0(FP)
	MOVL $0, ecx1+4(FP)
	RET

DATA ·rounds+0(SB)/8, $0x71374491428a2f98
DATA ·rounds+8(SB)/8, $0xe9b5dba5b5c0fbcf
DATA ·rounds+16(SB)/8, $0x59f111f13956c25b
DATA ·rounds+24(SB)/8, $0xab1c5ed5923f82a4
DATA ·rounds+32(SB)/8, $0x12835b01d807aa98
DATA ·rounds+40(SB)/8, $0x550c7dc3243185be
DATA ·rounds+48(SB)/8, $0x80deb1fe72be5d74
DATA ·rounds+56(SB)/8, $0xc19bf1749bdc06a7
DATA ·rounds+64(SB)/8, $0xefbe4786e49b69c1
DATA ·rounds+72(SB)/8, $0x240ca1cc0fc19dc6
DATA ·rounds+80(SB)/8, $0x4a7484aa2de92c6f
DATA ·rounds+88(SB)/8, $0x76f988da5cb0a9dc
DATA ·rounds+96(SB)/8, $0xa831c66d983e5152
DATA ·rounds+104(SB)/8, $0xbf597fc7b00327c8
DATA ·rounds+112(SB)/8, $0xd5a79147c6e00bf3
DATA ·rounds+120(SB)/8, $0x1429296706ca6351
DATA ·rounds+128(SB)/8, $0x2e1b213827b70a85
DATA ·rounds+136(SB)/8, $0x53380d134d2c6dfc
DATA ·rounds+144(SB)/8, $0x766a0abb650a7354
DATA ·rounds+152(SB)/8, $0x92722c8581c2c92e
DATA ·rounds+160(SB)/8, $0xa81a664ba2bfe8a1
DATA ·rounds+168(SB)/8, $0xc76c51a3c24b8b70
DATA ·rounds+176(SB)/8, $0xd6990624d192e819
DATA ·rounds+184(SB)/8, $0x106aa070f40e3585
DATA ·rounds+192(SB)/8, $0x1e376c0819a4c116
DATA ·rounds+200(SB)/8, $0x34b0bcb52748774c
DATA ·rounds+208(SB)/8, $0x4ed8aa4a391c0cb3
DATA ·rounds+216(SB)/8, $0x682e6ff35b9cca4f
DATA ·rounds+224(SB)/8, $0x78a5636f748f82ee
DATA ·rounds+232(SB)/8, $0x8cc7020884c87814
DATA ·rounds+240(SB)/8, $0xa4506ceb90befffa
DATA ·rounds+248(SB)/8, $0xc67178f2bef9a3f7
GLOBL ·rounds(SB), RODATA|NOPTR, $256
