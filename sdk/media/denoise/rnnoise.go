package denoise

import (
	"context"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/plugboard/plugboard/sdk/audio"
)

//go:embed rnnoise_simd.wasm
var module []byte

// rnnoise is the compiled network, from which instances are made.
type rnnoise struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
}

// maxPages bounds an instance's memory, in pages of 64 KiB: the module asks
// for 16 MiB, of which it touches less than one.
const maxPages = 256

func compile(ctx context.Context) (*rnnoise, error) {
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithMemoryLimitPages(maxPages))
	_, err := host(r).Instantiate(ctx)
	if err == nil {
		var c wazero.CompiledModule
		if c, err = r.CompileModule(ctx, module); err == nil {
			return &rnnoise{r, c}, nil
		}
	}
	return nil, errors.Join(fmt.Errorf("cannot compile RNNoise: %w", err), r.Close(ctx))
}

// host is what Emscripten's C library needs of whoever runs it. The memory never
// grows. Nothing here allocates: frames are copied with it.
func host(r wazero.Runtime) wazero.HostModuleBuilder {
	const i32 = api.ValueTypeI32
	copyBig := func(_ context.Context, m api.Module, stack []uint64) { // (dst, src, size) dst
		if from, ok := m.Memory().Read(uint32(stack[1]), uint32(stack[2])); ok {
			m.Memory().Write(uint32(stack[0]), from)
		}
	}
	grow := func(_ context.Context, stack []uint64) { stack[0] = 0 } // (size) false
	fail := func(context.Context, []uint64) { panic("rnnoise: an assertion failed") }
	return r.NewHostModuleBuilder("env").
		NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(copyBig), []api.ValueType{i32, i32, i32}, []api.ValueType{i32}).Export("emscripten_memcpy_big").
		NewFunctionBuilder().WithGoFunction(api.GoFunc(grow), []api.ValueType{i32}, []api.ValueType{i32}).Export("emscripten_resize_heap").
		NewFunctionBuilder().WithGoFunction(api.GoFunc(fail), []api.ValueType{i32, i32, i32, i32}, nil).Export("__assert_fail")
}

func (r *rnnoise) close(ctx context.Context) error { return r.runtime.Close(ctx) }

// voice is one instance.
type voice struct {
	instance api.Module
	process  api.Function
	ctx      context.Context // of calls into the instance; it carries nothing
	in, out  []byte          // the instance's own memory, a block each
	call     [3]uint64       // arguments, and room for the result
	state    uint64
	outAt    uint64
	inAt     uint64
	broken   bool
}

func (r *rnnoise) voice(ctx context.Context) (*voice, error) {
	ctx = experimental.WithMemoryAllocator(ctx, experimental.MemoryAllocatorFunc(allocate))
	m, err := r.runtime.InstantiateModule(ctx, r.compiled, wazero.NewModuleConfig().WithName("").WithStartFunctions("__wasm_call_ctors"))
	if err != nil {
		return nil, fmt.Errorf("denoise: cannot make an instance of RNNoise: %w", err)
	}
	v := &voice{instance: m, process: m.ExportedFunction("rnnoise_process_frame"), ctx: context.Background()}
	if err := v.prepare(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("denoise: RNNoise: %w", err), m.Close(ctx))
	}
	return v, nil
}

func (v *voice) prepare(ctx context.Context) error {
	size, err := v.ask(ctx, "rnnoise_get_frame_size")
	if err != nil || size != block {
		return fmt.Errorf("it takes %d samples at once, want %d: %w", size, block, err)
	}
	if v.state, err = v.ask(ctx, "rnnoise_create", 0); err != nil {
		return err
	}
	for _, at := range []*uint64{&v.inAt, &v.outAt} {
		if *at, err = v.ask(ctx, "malloc", 4*block); err != nil {
			return err
		}
	}
	var okIn, okOut bool
	v.in, okIn = v.instance.Memory().Read(uint32(v.inAt), 4*block)
	v.out, okOut = v.instance.Memory().Read(uint32(v.outAt), 4*block)
	if v.state == 0 || !okIn || !okOut {
		return errors.New("it has no memory left")
	}
	return nil
}

func (v *voice) ask(ctx context.Context, function string, arguments ...uint64) (uint64, error) {
	f := v.instance.ExportedFunction(function)
	if f == nil {
		return 0, fmt.Errorf("the module has no %s", function)
	}
	results, err := f.Call(ctx, arguments...)
	if err != nil || len(results) == 0 {
		return 0, err
	}
	return results[0], nil
}

// full is the scale of RNNoise's samples.
const full = 32768

// Process implements [Suppressor]. A voice whose instance trapped stays as it
// is.
func (v *voice) Process(f *audio.Frame) {
	for at := 0; at < len(f) && !v.broken; at += block {
		pcm := f[at : at+block]
		for i, s := range pcm {
			binary.LittleEndian.PutUint32(v.in[4*i:], math.Float32bits(s*full))
		}
		v.call = [3]uint64{v.state, v.outAt, v.inAt}
		if v.process.CallWithStack(v.ctx, v.call[:]) != nil {
			v.broken = true
			return
		}
		for i := range pcm {
			pcm[i] = math.Float32frombits(binary.LittleEndian.Uint32(v.out[4*i:])) / full
		}
	}
}

// Close implements [Suppressor].
func (v *voice) Close() error {
	v.broken = true
	return v.instance.Close(v.ctx)
}
