#include "textflag.h"

// Sixteen blocks at once: lane by lane, Z0 to Z7 have the states' eight words, Z8 to Z23 the sixteen words of the schedule that come next,
// the others what a round needs. The two rows of three rotations, and the choices of bits, take one VPTERNLOGD each.

// ROUND is one round: k is where its constant is, w its word of the schedule.
#define ROUND(a, b, c, d, e, f, g, h, w, k) \
	VPADDD      w, h, h; \
	VPADDD.BCST k(DX), h, h; \
	VPADDD      h, d, d; \
	VMOVDQA32   e, Z27; \
	VPTERNLOGD  $0xCA, g, f, Z27; \
	VPRORD      $6, e, Z24; \
	VPRORD      $11, e, Z25; \
	VPRORD      $25, e, Z26; \
	VPADDD      Z27, d, d; \
	VPADDD      Z27, h, h; \
	VPTERNLOGD  $0x96, Z24, Z25, Z26; \
	VPADDD      Z26, d, d; \
	VMOVDQA32   a, Z31; \
	VPTERNLOGD  $0xE8, c, b, Z31; \
	VPRORD      $2, a, Z28; \
	VPRORD      $13, a, Z29; \
	VPRORD      $22, a, Z30; \
	VPADDD      Z31, h, h; \
	VPADDD      Z26, h, h; \
	VPTERNLOGD  $0x96, Z28, Z29, Z30; \
	VPADDD      Z30, h, h

// NEXT makes a word of the schedule of those that are 16, 15, 7 and 2 words before.
#define NEXT(w, w15, w7, w2) \
	VPRORD     $7, w15, Z24; \
	VPRORD     $18, w15, Z25; \
	VPSRLD     $3, w15, Z26; \
	VPTERNLOGD $0x96, Z24, Z25, Z26; \
	VPRORD     $17, w2, Z27; \
	VPRORD     $19, w2, Z28; \
	VPSRLD     $10, w2, Z29; \
	VPTERNLOGD $0x96, Z27, Z28, Z29; \
	VPADDD     w7, w, w; \
	VPADDD     Z26, w, w; \
	VPADDD     Z29, w, w

// EIGHT is eight rounds, after which each word of the state is in its register again.
#define EIGHT(k, w0, w1, w2, w3, w4, w5, w6, w7) \
	ROUND(Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, w0, k); \
	ROUND(Z7, Z0, Z1, Z2, Z3, Z4, Z5, Z6, w1, k+4); \
	ROUND(Z6, Z7, Z0, Z1, Z2, Z3, Z4, Z5, w2, k+8); \
	ROUND(Z5, Z6, Z7, Z0, Z1, Z2, Z3, Z4, w3, k+12); \
	ROUND(Z4, Z5, Z6, Z7, Z0, Z1, Z2, Z3, w4, k+16); \
	ROUND(Z3, Z4, Z5, Z6, Z7, Z0, Z1, Z2, w5, k+20); \
	ROUND(Z2, Z3, Z4, Z5, Z6, Z7, Z0, Z1, w6, k+24); \
	ROUND(Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z0, w7, k+28)

// SIXTEEN is sixteen rounds, each of which puts the word that is sixteen later into the place of its own.
#define SIXTEEN(k) \
	ROUND(Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z8, k); \
	NEXT(Z8, Z9, Z17, Z22); \
	ROUND(Z7, Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z9, k+4); \
	NEXT(Z9, Z10, Z18, Z23); \
	ROUND(Z6, Z7, Z0, Z1, Z2, Z3, Z4, Z5, Z10, k+8); \
	NEXT(Z10, Z11, Z19, Z8); \
	ROUND(Z5, Z6, Z7, Z0, Z1, Z2, Z3, Z4, Z11, k+12); \
	NEXT(Z11, Z12, Z20, Z9); \
	ROUND(Z4, Z5, Z6, Z7, Z0, Z1, Z2, Z3, Z12, k+16); \
	NEXT(Z12, Z13, Z21, Z10); \
	ROUND(Z3, Z4, Z5, Z6, Z7, Z0, Z1, Z2, Z13, k+20); \
	NEXT(Z13, Z14, Z22, Z11); \
	ROUND(Z2, Z3, Z4, Z5, Z6, Z7, Z0, Z1, Z14, k+24); \
	NEXT(Z14, Z15, Z23, Z12); \
	ROUND(Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z0, Z15, k+28); \
	NEXT(Z15, Z16, Z8, Z13); \
	ROUND(Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z16, k+32); \
	NEXT(Z16, Z17, Z9, Z14); \
	ROUND(Z7, Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z17, k+36); \
	NEXT(Z17, Z18, Z10, Z15); \
	ROUND(Z6, Z7, Z0, Z1, Z2, Z3, Z4, Z5, Z18, k+40); \
	NEXT(Z18, Z19, Z11, Z16); \
	ROUND(Z5, Z6, Z7, Z0, Z1, Z2, Z3, Z4, Z19, k+44); \
	NEXT(Z19, Z20, Z12, Z17); \
	ROUND(Z4, Z5, Z6, Z7, Z0, Z1, Z2, Z3, Z20, k+48); \
	NEXT(Z20, Z21, Z13, Z18); \
	ROUND(Z3, Z4, Z5, Z6, Z7, Z0, Z1, Z2, Z21, k+52); \
	NEXT(Z21, Z22, Z14, Z19); \
	ROUND(Z2, Z3, Z4, Z5, Z6, Z7, Z0, Z1, Z22, k+56); \
	NEXT(Z22, Z23, Z15, Z20); \
	ROUND(Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z0, Z23, k+60); \
	NEXT(Z23, Z8, Z16, Z21)

// func iterate16(total, values *lanes, inner, outer *state)
TEXT ·iterate16(SB), NOSPLIT, $0-32
	MOVQ total+0(FP), DI
	MOVQ values+8(FP), BX
	MOVQ inner+16(FP), SI
	MOVQ outer+24(FP), R8
	LEAQ ·rounds(SB), DX
	MOVL $0x80000000, R9
	MOVL $768, R10 // 96 bytes, in bits
	VMOVDQU32 0(BX), Z8
	VMOVDQU32 64(BX), Z9
	VMOVDQU32 128(BX), Z10
	VMOVDQU32 192(BX), Z11
	VMOVDQU32 256(BX), Z12
	VMOVDQU32 320(BX), Z13
	VMOVDQU32 384(BX), Z14
	VMOVDQU32 448(BX), Z15

hash:
	VPBROADCASTD R9, Z16
	VPXORD Z17, Z17, Z17
	VPXORD Z18, Z18, Z18
	VPXORD Z19, Z19, Z19
	VPXORD Z20, Z20, Z20
	VPXORD Z21, Z21, Z21
	VPXORD Z22, Z22, Z22
	VPBROADCASTD R10, Z23
	VPBROADCASTD 0(SI), Z0
	VPBROADCASTD 4(SI), Z1
	VPBROADCASTD 8(SI), Z2
	VPBROADCASTD 12(SI), Z3
	VPBROADCASTD 16(SI), Z4
	VPBROADCASTD 20(SI), Z5
	VPBROADCASTD 24(SI), Z6
	VPBROADCASTD 28(SI), Z7
	SIXTEEN(0)
	SIXTEEN(64)
	SIXTEEN(128)
	EIGHT(192, Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15)
	EIGHT(224, Z16, Z17, Z18, Z19, Z20, Z21, Z22, Z23)
	VPADDD.BCST 0(SI), Z0, Z8
	VPADDD.BCST 4(SI), Z1, Z9
	VPADDD.BCST 8(SI), Z2, Z10
	VPADDD.BCST 12(SI), Z3, Z11
	VPADDD.BCST 16(SI), Z4, Z12
	VPADDD.BCST 20(SI), Z5, Z13
	VPADDD.BCST 24(SI), Z6, Z14
	VPADDD.BCST 28(SI), Z7, Z15
	CMPQ SI, R8
	JE   done
	MOVQ R8, SI
	JMP  hash

done:
	VMOVDQU32 Z8, 0(BX)
	VPXORD 0(DI), Z8, Z8
	VMOVDQU32 Z8, 0(DI)
	VMOVDQU32 Z9, 64(BX)
	VPXORD 64(DI), Z9, Z9
	VMOVDQU32 Z9, 64(DI)
	VMOVDQU32 Z10, 128(BX)
	VPXORD 128(DI), Z10, Z10
	VMOVDQU32 Z10, 128(DI)
	VMOVDQU32 Z11, 192(BX)
	VPXORD 192(DI), Z11, Z11
	VMOVDQU32 Z11, 192(DI)
	VMOVDQU32 Z12, 256(BX)
	VPXORD 256(DI), Z12, Z12
	VMOVDQU32 Z12, 256(DI)
	VMOVDQU32 Z13, 320(BX)
	VPXORD 320(DI), Z13, Z13
	VMOVDQU32 Z13, 320(DI)
	VMOVDQU32 Z14, 384(BX)
	VPXORD 384(DI), Z14, Z14
	VMOVDQU32 Z14, 384(DI)
	VMOVDQU32 Z15, 448(BX)
	VPXORD 448(DI), Z15, Z15
	VMOVDQU32 Z15, 448(DI)
	VZEROUPPER
	RET
