// Command asm generates the AVX2 kernels of package vector.
package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const (
	samples = 960
	lanes   = 8 // float32 in a YMM register
	unroll  = 4 // registers in one turn of the loop
	limit   = 4 // vector.Limit
)

func main() {
	ConstraintExpr("amd64")
	add()
	sub()
	copyFrame()
	clean()
	peak()
	Generate()
}

// loop runs body for each turn with the byte offset of its first sample.
func loop(body func(at func(base reg.Register, i int) Mem)) {
	off := GP64()
	XORQ(off, off)
	Label("loop")
	body(func(base reg.Register, i int) Mem {
		return Mem{Base: base, Index: off, Scale: 1, Disp: i * lanes * 4}
	})
	ADDQ(U32(unroll*lanes*4), off)
	CMPQ(off, U32(samples*4))
	JB(LabelRef("loop"))
}

// broadcast returns a register with the same 32 bits in each lane.
func broadcast(bits uint32) reg.VecVirtual {
	g, x, y := GP32(), XMM(), YMM()
	MOVL(U32(bits), g)
	VMOVD(g, x)
	VBROADCASTSS(x, y)
	return y
}

// tops are the running largest magnitudes, one register for each unrolled step.
func tops() []reg.VecVirtual {
	t := make([]reg.VecVirtual, unroll)
	for i := range t {
		t[i] = YMM()
		VXORPS(t[i], t[i], t[i])
	}
	return t
}

// keep raises top to the magnitude of v. MAXPS gives its second source (the
// first operand here) where either is NaN, so a NaN leaves top as it is.
func keep(top, v, mask reg.VecVirtual) {
	m := YMM()
	VANDPS(mask, v, m)
	VMAXPS(top, m, top)
}

// result folds tops into the return value.
func result(t []reg.VecVirtual) {
	for _, o := range t[1:] {
		VMAXPS(o, t[0], t[0])
	}
	x, hi := t[0].AsX(), XMM()
	VEXTRACTF128(Imm(1), t[0], hi)
	VMAXPS(hi, x, x)
	VPERMILPS(Imm(0b01_00_11_10), x, hi)
	VMAXPS(hi, x, x)
	VPERMILPS(Imm(0b10_11_00_01), x, hi)
	VMAXPS(hi, x, x)
	VZEROUPPER()
	Store(x, ReturnIndex(0))
	RET()
}

func add() {
	TEXT("addAVX2", NOSPLIT, "func(dst, a, b *float32)")
	Doc("addAVX2 stores a + b in dst.")
	dst := Load(Param("dst"), GP64())
	a := Load(Param("a"), GP64())
	b := Load(Param("b"), GP64())
	loop(func(at func(reg.Register, int) Mem) {
		for i := range unroll {
			v := YMM()
			VMOVUPS(at(a, i), v)
			VADDPS(at(b, i), v, v)
			VMOVUPS(v, at(dst, i))
		}
	})
	VZEROUPPER()
	RET()
}

func sub() {
	TEXT("subAVX2", NOSPLIT, "func(dst, a, b *float32) float32")
	Doc("subAVX2 stores a - b in dst and returns its largest magnitude.")
	dst := Load(Param("dst"), GP64())
	a := Load(Param("a"), GP64())
	b := Load(Param("b"), GP64())
	mask, top := broadcast(1<<31-1), tops()
	loop(func(at func(reg.Register, int) Mem) {
		for i := range unroll {
			v := YMM()
			VMOVUPS(at(a, i), v)
			VSUBPS(at(b, i), v, v)
			VMOVUPS(v, at(dst, i))
			keep(top[i], v, mask)
		}
	})
	result(top)
}

func copyFrame() {
	TEXT("copyAVX2", NOSPLIT, "func(dst, src *float32)")
	Doc("copyAVX2 copies src to dst.")
	dst := Load(Param("dst"), GP64())
	src := Load(Param("src"), GP64())
	loop(func(at func(reg.Register, int) Mem) {
		for i := range unroll {
			v := YMM()
			VMOVUPS(at(src, i), v)
			VMOVUPS(v, at(dst, i))
		}
	})
	VZEROUPPER()
	RET()
}

func clean() {
	TEXT("cleanAVX2", NOSPLIT, "func(dst, src *float32)")
	Doc("cleanAVX2 copies src, NaN as 0 and the rest within the limit.")
	dst := Load(Param("dst"), GP64())
	src := Load(Param("src"), GP64())
	hi, lo := broadcast(math.Float32bits(limit)), broadcast(math.Float32bits(-limit))
	loop(func(at func(reg.Register, int) Mem) {
		for i := range unroll {
			v, ordered := YMM(), YMM()
			VMOVUPS(at(src, i), v)
			VCMPPS(Imm(7), v, v, ordered) // ORD: all ones where not NaN
			VANDPS(ordered, v, v)
			VMINPS(hi, v, v)
			VMAXPS(lo, v, v)
			VMOVUPS(v, at(dst, i))
		}
	})
	VZEROUPPER()
	RET()
}

func peak() {
	TEXT("peakAVX2", NOSPLIT, "func(f *float32) float32")
	Doc("peakAVX2 returns the largest magnitude.")
	f := Load(Param("f"), GP64())
	mask, top := broadcast(1<<31-1), tops()
	loop(func(at func(reg.Register, int) Mem) {
		for i := range unroll {
			v := YMM()
			VMOVUPS(at(f, i), v)
			keep(top[i], v, mask)
		}
	})
	result(top)
}
