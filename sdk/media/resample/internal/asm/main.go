// Command asm generates the AVX2 kernels of package resample.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

const (
	lanes = 8  // float32 in a YMM register
	width = 24 // resample.width
)

func main() {
	ConstraintExpr("amd64")
	interpolate()
	decimate()
	Generate()
}

// interpolate keeps the phases of one output group in the lanes of a register:
// each of the newest samples is spread over all lanes and weighed at once.
func interpolate() {
	TEXT("interpolateAVX2", NOSPLIT, "func(dst, src, phases *float32, n, factor int)")
	Pragma("noescape")
	dst, src := Load(Param("dst"), GP64()), Load(Param("src"), GP64())
	phases := Load(Param("phases"), GP64())
	n, factor := Load(Param("n"), GP64()), Load(Param("factor"), GP64())
	SHLQ(U8(2), factor)

	Label("group")
	sum := YMM()
	VXORPS(sum, sum, sum)
	for k := range width {
		x := YMM()
		VBROADCASTSS(Mem{Base: src, Disp: 4 * k}, x)
		VMULPS(Mem{Base: phases, Disp: 4 * lanes * k}, x, x)
		VADDPS(x, sum, sum)
	}
	VMOVUPS(sum, Mem{Base: dst})
	ADDQ(factor, dst)
	ADDQ(U8(4), src)
	DECQ(n)
	JNZ(LabelRef("group"))
	VZEROUPPER()
	RET()
}

// decimate makes each output of one run over the taps. Outputs do not depend
// on one another, so the processor works on several of them side by side.
func decimate() {
	TEXT("decimateAVX2", NOSPLIT, "func(dst, src, taps *float32, n, factor, size int)")
	Pragma("noescape")
	dst, src := Load(Param("dst"), GP64()), Load(Param("src"), GP64())
	taps := Load(Param("taps"), GP64())
	n, factor, size := Load(Param("n"), GP64()), Load(Param("factor"), GP64()), Load(Param("size"), GP64())
	SHLQ(U8(2), factor)
	SHLQ(U8(2), size)

	Label("output")
	sum, off := YMM(), GP64()
	VXORPS(sum, sum, sum)
	XORQ(off, off)
	Label("taps")
	for i := range width / lanes {
		x := YMM()
		VMOVUPS(Mem{Base: src, Index: off, Scale: 1, Disp: 4 * lanes * i}, x)
		VMULPS(Mem{Base: taps, Index: off, Scale: 1, Disp: 4 * lanes * i}, x, x)
		VADDPS(x, sum, sum)
	}
	ADDQ(U8(4*width), off)
	CMPQ(off, size)
	JB(LabelRef("taps"))

	high, low := XMM(), sum.AsX()
	VEXTRACTF128(U8(1), sum, high)
	VADDPS(high, low, low)
	VMOVHLPS(low, low, high)
	VADDPS(high, low, low)
	VMOVSHDUP(low, high)
	VADDSS(high, low, low)
	VMOVSS(low, Mem{Base: dst})
	ADDQ(U8(4), dst)
	ADDQ(factor, src)
	DECQ(n)
	JNZ(LabelRef("output"))
	VZEROUPPER()
	RET()
}
