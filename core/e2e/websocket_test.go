//go:build e2e

package e2e

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// bot is a program that is called over a WebSocket: it answers, says a file at once,
// marks its second second, and after three seconds wants to say no more. What it hears
// it writes down. (asyncio of the oldest websockets that Debian has.)
const bot = `
import asyncio, json, sys, websockets
port, said, heard = int(sys.argv[1]), open(sys.argv[2], "rb").read(), open(sys.argv[3], "wb")

async def barge(ws):
    await asyncio.sleep(3)
    await ws.send('{"type": "flush"}')

async def talk(ws, path=None):
    print((await ws.recv()), flush=True)
    await ws.send('{"type": "ringing"}')
    await ws.send('{"type": "answer"}')
    for at in range(0, len(said), 32000):
        await ws.send(said[at:at + 32000])
        if at == 32000:
            await ws.send('{"type": "mark", "name": "two"}')
    task = asyncio.create_task(barge(ws))
    async for m in ws:
        if isinstance(m, bytes):
            heard.write(m)
            heard.flush()
        else:
            print(m, flush=True)
    await task

async def main():
    async with websockets.serve(talk, "127.0.0.1", port):
        print("ready", flush=True)
        await asyncio.Future()

asyncio.run(main())
`

// A phone calls a program in another language over a WebSocket: each hears the other,
// what was played is counted to the frame, and when the plugin is killed the caller
// goes where the route says.
func TestAProgramOverAWebSocket(t *testing.T) {
	const python = "/usr/bin/python3"
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	p := startPBX(t, "127.0.161.1", office[:strings.Index(office, "conference")]+fmt.Sprintf(`
plugin "bots" { path = "leg-websocket" }
dialplan "desks" {
  from = [extension.desk]
  route "bot" {
    match          = "300"
    to             = leg(plugin.bots, "ws://127.0.0.1:%d/talk")
    on_plugin_lost = extension.desk["b"]
  }
}
`, port))
	said := babble(77, 8, 16000)
	for i := range said.pcm { // a hum, so that it is never silent
		said.pcm[i] += 0.05 * math.Sin(2*math.Pi*350*float64(i)/16000)
	}
	pcm := make([]byte, 2*len(said.pcm))
	for i, v := range said.pcm {
		binary.LittleEndian.PutUint16(pcm[2*i:], uint16(int16(v*(1<<15))))
	}
	write(t, filepath.Join(p.dir, "bot.py"), bot)
	write(t, filepath.Join(p.dir, "said.pcm"), string(pcm))
	heardBy := filepath.Join(p.dir, "heard.pcm")
	cmd := exec.Command(python, filepath.Join(p.dir, "bot.py"), fmt.Sprint(port), filepath.Join(p.dir, "said.pcm"), heardBy)
	out, err := cmd.StdoutPipe()
	if err == nil {
		cmd.Stderr = os.Stderr
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	lines := bufio.NewScanner(out)
	next := func() (m struct {
		Type, Direction, From, To string
		PlayedMs                  int64 `json:"played_ms"`
		DroppedMs                 int64 `json:"dropped_ms"`
	}) {
		t.Helper()
		if !lines.Scan() {
			t.Fatal("the program has ended")
		}
		_ = json.Unmarshal(lines.Bytes(), &m) // else it is "ready"
		return m
	}
	next()

	a, saidA := p.phone(1, "udp", "pcmu", true)
	b, _ := p.phone(2, "udp", "pcmu", true)
	a.dial("300")
	a.wait("CALL_ESTABLISHED")
	if m := next(); m.Type != "start" || m.Direction != "out" || m.From != "101" || m.To != "300" {
		t.Errorf("it began with %+v", m)
	}
	if m := next(); m.Type != "marked" || m.PlayedMs < 2000 || m.PlayedMs > 2020 {
		t.Errorf("the mark of two seconds: %+v", m)
	}
	flushed := next()
	if flushed.Type != "flushed" || flushed.PlayedMs+flushed.DroppedMs != 8000 {
		t.Errorf("flushed: %+v", flushed)
	}
	time.Sleep(2 * time.Second)
	a.hangup()
	a.wait("CALL_CLOSED")
	if m := next(); m.Type != "hangup" {
		t.Errorf("at the end came %+v", m)
	}
	heard := a.heard()
	p.sameSound("101", said, sound{heard.rate, heard.pcm[:3*heard.rate]})
	if got := loud(heard); math.Abs(float64(got-flushed.PlayedMs)) > 200 { // its jitter buffer stretches what a busy machine sends late; the frame is counted in virtual time
		t.Errorf("the program was told that %d ms were played, the phone heard %d", flushed.PlayedMs, got)
	}
	raw, err := os.ReadFile(heardBy)
	if err != nil {
		t.Fatal(err)
	}
	by := sound{rate: 16000}
	for i := 0; i+1 < len(raw); i += 2 {
		by.pcm = append(by.pcm, float64(int16(binary.LittleEndian.Uint16(raw[i:])))/(1<<15))
	}
	p.sameSound("the program", saidA, by)

	a.dial("300")
	a.wait("CALL_ESTABLISHED")
	time.Sleep(time.Second)
	if err := syscall.Kill(p.plugin("bots").PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	b.wait("CALL_ESTABLISHED")
	a.hangup()
	a.wait("CALL_CLOSED")
	b.wait("CALL_CLOSED")
	eventually(t, "the plugin is back", func() error {
		if q := p.plugin("bots"); q.State != "up" || q.Restarts != 1 {
			return fmt.Errorf("it is %+v", q)
		}
		return nil
	})
}

// loud is from the first to the last 20 ms that are no silence, in ms.
func loud(s sound) int64 {
	first, last, size := -1, -1, s.rate/50
	for i := 0; i+size <= len(s.pcm); i += size {
		if (sound{s.rate, s.pcm[i : i+size]}).rms() > 0.01 {
			if first < 0 {
				first = i
			}
			last = i + size
		}
	}
	return int64(last-first) * 1000 / int64(s.rate)
}
