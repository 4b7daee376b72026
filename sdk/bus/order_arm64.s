#include "textflag.h"

// func release(p *atomic.Uint64, v uint64)
TEXT ·release(SB), NOSPLIT, $0-16
	MOVD p+0(FP), R0
	MOVD v+8(FP), R1
	STLR R1, (R0)
	RET

// func fence()
TEXT ·fence(SB), NOSPLIT, $0-0
	DMB $0xb // ISH: loads and stores, the inner shareable domain
	RET
