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

	"github.com/plugboard/plugboard/core/e2e/pbx"
	"github.com/plugboard/plugboard/core/e2e/sound"
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
	p := pbx.Start(t, "127.0.161.1", pbx.Office[:strings.Index(pbx.Office, "conference")]+fmt.Sprintf(`
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
	said := sound.Babble(77, 8, 16000)
	for i := range said.PCM { // a hum, so that it is never silent
		said.PCM[i] += 0.05 * math.Sin(2*math.Pi*350*float64(i)/16000)
	}
	pcm := make([]byte, 2*len(said.PCM))
	for i, v := range said.PCM {
		binary.LittleEndian.PutUint16(pcm[2*i:], uint16(int16(v*(1<<15))))
	}
	pbx.Write(t, filepath.Join(p.Dir, "bot.py"), bot)
	pbx.Write(t, filepath.Join(p.Dir, "said.pcm"), string(pcm))
	heardBy := filepath.Join(p.Dir, "heard.pcm")
	cmd := exec.Command(python, filepath.Join(p.Dir, "bot.py"), fmt.Sprint(port), filepath.Join(p.Dir, "said.pcm"), heardBy)
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

	a, saidA := p.Phone(1, "udp", "pcmu", true)
	b, _ := p.Phone(2, "udp", "pcmu", true)
	a.Dial("300")
	a.Wait("CALL_ESTABLISHED")
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
	a.Hangup()
	a.Wait("CALL_CLOSED")
	if m := next(); m.Type != "hangup" {
		t.Errorf("at the end came %+v", m)
	}
	heard := a.Heard()
	p.SameSound("101", said, sound.Sound{Rate: heard.Rate, PCM: heard.PCM[:3*heard.Rate]})
	if got := loud(heard); math.Abs(float64(got-flushed.PlayedMs)) > 200 { // its jitter buffer stretches what a busy machine sends late; the frame is counted in virtual time
		t.Errorf("the program was told that %d ms were played, the phone heard %d", flushed.PlayedMs, got)
	}
	raw, err := os.ReadFile(heardBy)
	if err != nil {
		t.Fatal(err)
	}
	by := sound.Sound{Rate: 16000}
	for i := 0; i+1 < len(raw); i += 2 {
		by.PCM = append(by.PCM, float64(int16(binary.LittleEndian.Uint16(raw[i:])))/(1<<15))
	}
	p.SameSound("the program", saidA, by)

	a.Dial("300")
	a.Wait("CALL_ESTABLISHED")
	time.Sleep(time.Second)
	if err := syscall.Kill(p.Plugin("bots").PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	b.Wait("CALL_ESTABLISHED")
	a.Hangup()
	a.Wait("CALL_CLOSED")
	b.Wait("CALL_CLOSED")
	pbx.Eventually(t, "the plugin is back", func() error {
		if q := p.Plugin("bots"); q.State != "up" || q.Restarts != 1 {
			return fmt.Errorf("it is %+v", q)
		}
		return nil
	})
}

// loud is from the first to the last 20 ms that are no silence, in ms.
func loud(s sound.Sound) int64 {
	first, last, size := -1, -1, s.Rate/50
	for i := 0; i+size <= len(s.PCM); i += size {
		if (sound.Sound{Rate: s.Rate, PCM: s.PCM[i : i+size]}).RMS() > 0.01 {
			if first < 0 {
				first = i
			}
			last = i + size
		}
	}
	return int64(last-first) * 1000 / int64(s.Rate)
}
