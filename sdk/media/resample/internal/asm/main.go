// Command asm generates the AVX2 kernels of package resample.
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
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

// side is how many outputs are made side by side: an addition waits for the one
// before it, and meanwhile the other sums go on.
const side = 4

// interpolate keeps the phases of one output group in the lanes of a register:
// each of the newest samples is spread over all lanes and weighed at once.
func interpolate() {
	TEXT("interpolateAVX2", NOSPLIT, "func(dst, src, phases *float32, n, factor int)")
	Pragma("noescape")
	dst, src := Load(Param("dst"), GP64()), Load(Param("src"), GP64())
	phases := Load(Param("phases"), GP64())
	n, factor := Load(Param("n"), GP64()), Load(Param("factor"), GP64())
	SHLQ(U8(2), factor)

	blocks("group", n, func(count int) {
		sums := zeros(count)
		for k := range width {
			phase := YMM()
			VMOVUPS(Mem{Base: phases, Disp: 4 * lanes * k}, phase)
			for i, sum := range sums {
				x := YMM()
				VBROADCASTSS(Mem{Base: src, Disp: 4 * (k + i)}, x)
				VMULPS(phase, x, x)
				VADDPS(x, sum, sum)
			}
		}
		for _, sum := range sums { // each over what the one before has too much
			VMOVUPS(sum, Mem{Base: dst})
			ADDQ(factor, dst)
		}
		ADDQ(U8(4*count), src)
	})
	VZEROUPPER()
	RET()
}

// decimate makes each output of one run over the taps.
func decimate() {
	TEXT("decimateAVX2", NOSPLIT, "func(dst, src, taps *float32, n, factor, size int)")
	Pragma("noescape")
	dst, src := Load(Param("dst"), GP64()), Load(Param("src"), GP64())
	taps := Load(Param("taps"), GP64())
	n, factor, size := Load(Param("n"), GP64()), Load(Param("factor"), GP64()), Load(Param("size"), GP64())
	SHLQ(U8(2), factor)
	SHLQ(U8(2), size)
	at := make([]reg.GPVirtual, side)
	for i := range at {
		at[i] = GP64()
	}

	blocks("output", n, func(count int) {
		sums, off := zeros(count), GP64()
		XORQ(off, off)
		MOVQ(src, at[0])
		for i := 1; i < count; i++ {
			MOVQ(at[i-1], at[i])
			ADDQ(factor, at[i])
		}
		loop := fmt.Sprintf("taps%d", count)
		Label(loop)
		for i := range width / lanes {
			tap := YMM()
			VMOVUPS(Mem{Base: taps, Index: off, Scale: 1, Disp: 4 * lanes * i}, tap)
			for k, sum := range sums {
				x := YMM()
				VMULPS(Mem{Base: at[k], Index: off, Scale: 1, Disp: 4 * lanes * i}, tap, x)
				VADDPS(x, sum, sum)
			}
		}
		ADDQ(U8(4*width), off)
		CMPQ(off, size)
		JB(LabelRef(loop))
		for i, sum := range sums {
			high, low := XMM(), sum.AsX()
			VEXTRACTF128(U8(1), sum, high)
			VADDPS(high, low, low)
			VMOVHLPS(low, low, high)
			VADDPS(high, low, low)
			VMOVSHDUP(low, high)
			VADDSS(high, low, low)
			VMOVSS(low, Mem{Base: dst, Disp: 4 * i})
			ADDQ(factor, src)
		}
		ADDQ(U8(4*count), dst)
	})
	VZEROUPPER()
	RET()
}

// blocks runs body for side outputs as long as so many are left, then for one.
// There is one output at least.
func blocks(name string, n reg.Register, body func(count int)) {
	Label(name + "s")
	CMPQ(n, U8(side))
	JL(LabelRef(name + "Left"))
	body(side)
	SUBQ(U8(side), n)
	JNZ(LabelRef(name + "s"))
	JMP(LabelRef(name + "End"))
	Label(name + "Left")
	body(1)
	DECQ(n)
	JNZ(LabelRef(name + "Left"))
	Label(name + "End")
}

func zeros(n int) []reg.VecVirtual {
	sums := make([]reg.VecVirtual, n)
	for i := range sums {
		sums[i] = YMM()
		VXORPS(sums[i], sums[i], sums[i])
	}
	return sums
}
