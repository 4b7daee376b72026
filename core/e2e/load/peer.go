package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Where the peers run. Janus takes only the address of an interface.
const (
	rtpengineHost = "127.0.7.3"
	janusHost     = "127.0.0.1"
	janusPort     = "18088"
)

// against lets a peer from Debian do the same work: rtpengine relays pairs,
// Janus mixes a room. Their figures stand beside ours, of one machine and one
// run.
func against(ctx context.Context, o options, w io.Writer) error {
	dir, err := os.MkdirTemp("", "plugboard-load-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	m, err := newMedia(netip.MustParseAddr(other))
	if err != nil {
		return err
	}
	defer m.close()
	var p *process
	var streams []*stream
	switch {
	case o.peer == "rtpengine" && o.shape == "pairs":
		p, streams, err = rtpengine(ctx, o, dir, m)
	case o.peer == "janus" && o.shape == "room":
		p, streams, err = janus(ctx, o, dir, m)
	default:
		return fmt.Errorf("%q cannot do %s: rtpengine does pairs, janus a room", o.peer, o.shape)
	}
	if p != nil {
		defer p.stop()
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%d legs up (%s, %s)\n", len(streams), o.shape, o.peer)
	took, cost := observe(ctx, streams, o.lasts, p.cpu)
	report(w, streams, took, cost, p.memory(), o) // the figures are its own affair
	return nil
}

// startPeer runs a program in the background.
func startPeer(dir string, name string, args ...string) (*process, error) {
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		log.Close()
		return nil, fmt.Errorf("%s: %w (is it installed? apt-get install kamailio rtpengine-daemon janus)", name, err)
	}
	return &process{cmd: cmd, log: log}, nil
}

// rtpengine relays calls of two: its ng protocol gives a port for each side.
func rtpengine(ctx context.Context, o options, dir string, m *media) (*process, []*stream, error) {
	p, err := startPeer(dir, "rtpengine", "--foreground", "--log-stderr", "--log-level=3", "--table=-1",
		"--interface="+rtpengineHost, "--listen-ng="+rtpengineHost+":2223", "--port-min=30000", "--port-max=39999",
		"--pidfile="+filepath.Join(dir, "pid"))
	if err != nil {
		return nil, nil, err
	}
	wait(ctx, time.Second)
	conn, err := net.Dial("udp", rtpengineHost+":2223")
	if err != nil {
		return p, nil, err
	}
	defer conn.Close()
	var streams []*stream
	for i := range o.legs / 2 {
		id := fmt.Sprintf("load-%d", i)
		// What is offered on a's behalf gets the port that b sends to.
		forB, err := ng(conn, map[string]string{"command": "offer", "call-id": id, "from-tag": "a", "sdp": describe(m.addr)})
		if err != nil {
			return p, nil, err
		}
		forA, err := ng(conn, map[string]string{"command": "answer", "call-id": id, "from-tag": "a", "to-tag": "b", "sdp": describe(m.addr)})
		if err != nil {
			return p, nil, err
		}
		a := &stream{to: forA, hz: tone(2 * i), bursts: o.bursts}
		b := &stream{to: forB, hz: tone(2*i + 1), bursts: o.bursts}
		pair(a, b, o)
		pair(b, a, o)
		m.add(a)
		m.add(b)
		streams = append(streams, a, b)
	}
	return p, streams, nil
}

// ng asks rtpengine (a cookie, a space, a bencoded dictionary) and returns the
// address in the description that comes back.
func ng(conn net.Conn, ask map[string]string) (netip.AddrPort, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "%d d", time.Now().UnixNano())
	for _, k := range []string{"call-id", "command", "from-tag", "sdp", "to-tag"} { // sorted, as bencode wants
		if v, ok := ask[k]; ok {
			fmt.Fprintf(&b, "%d:%s%d:%s", len(k), k, len(v), v)
		}
	}
	b.WriteString("e")
	if _, err := io.WriteString(conn, b.String()); err != nil {
		return netip.AddrPort{}, err
	}
	if err := conn.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return netip.AddrPort{}, err
	}
	buf := make([]byte, 8192)
	n, err := conn.Read(buf)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("rtpengine: %w", err)
	}
	_, after, ok := strings.Cut(string(buf[:n]), "3:sdp")
	size, sdp, _ := strings.Cut(after, ":")
	length, err := strconv.Atoi(size)
	if !ok || err != nil || length > len(sdp) {
		return netip.AddrPort{}, fmt.Errorf("rtpengine answers %q", buf[:n])
	}
	return mediaAddr(sdp[:length]), nil
}

func describe(a netip.AddrPort) string {
	return fmt.Sprintf("v=0\r\no=- 1 1 IN IP4 %[1]s\r\ns=-\r\nc=IN IP4 %[1]s\r\nt=0 0\r\nm=audio %[2]d RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n",
		a.Addr(), a.Port())
}

// janus mixes one AudioBridge room of plain RTP participants.
func janus(ctx context.Context, o options, dir string, m *media) (*process, []*stream, error) {
	for name, text := range map[string]string{
		"janus.jcfg":                    "general: { session_timeout = 0\n protected_folders = []\n debug_level = 2 }\nnat: {}\nmedia: { rtp_port_range = \"30000-39999\" }\nplugins: { disable = \"libjanus_recordplay.so,libjanus_lua.so,libjanus_duktape.so,libjanus_streaming.so,libjanus_sip.so,libjanus_nosip.so,libjanus_textroom.so,libjanus_videocall.so,libjanus_videoroom.so,libjanus_voicemail.so,libjanus_echotest.so\" }\ntransports: { disable = \"libjanus_pfunix.so,libjanus_websockets.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_rabbitmq.so\" }\n",
		"janus.transport.http.jcfg":     "general: { json = \"compact\"\n base_path = \"/janus\"\n http = true\n port = " + janusPort + "\n ip = \"" + janusHost + "\"\n https = false }\nadmin: { admin_http = false }\n",
		"janus.plugin.audiobridge.jcfg": "general: { local_ip = \"" + janusHost + "\"\n rtp_port_range = \"30000-39999\" }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return nil, nil, err
		}
	}
	p, err := startPeer(dir, "janus", "-F", dir, "-i", janusHost)
	if err != nil {
		return nil, nil, err
	}
	j := &janusClient{url: "http://" + janusHost + ":" + janusPort + "/janus"}
	var admin string
	for range 50 {
		if admin, err = j.attach(); err == nil {
			break
		}
		wait(ctx, 100*time.Millisecond)
	}
	if err != nil {
		return p, nil, fmt.Errorf("janus: %w", err)
	}
	room := map[string]any{"request": "create", "room": 1, "sampling_rate": 8000, "allow_rtp_participants": true}
	if _, err := j.ask(admin, room); err != nil {
		return p, nil, err
	}
	var streams []*stream
	for i := range o.legs {
		h, err := j.attach()
		if err != nil {
			return p, nil, err
		}
		to, err := j.join(h, m.addr)
		if err != nil {
			return p, nil, err
		}
		s := &stream{to: to, hz: tone(i), bursts: o.bursts}
		m.add(s)
		streams = append(streams, s)
	}
	return p, streams, nil
}

// janusClient speaks Janus's HTTP API: a session and a handle in it for each
// participant.
type janusClient struct {
	url  string
	turn int
}

type janusReply struct {
	Janus string `json:"janus"`
	Data  struct {
		ID json.Number `json:"id"`
	} `json:"data"`
	PluginData struct {
		Data struct {
			Error string `json:"error"`
			RTP   struct {
				IP   string `json:"ip"`
				Port uint16 `json:"port"`
			} `json:"rtp"`
		} `json:"data"`
	} `json:"plugindata"`
	Error struct {
		Reason string `json:"reason"`
	} `json:"error"`
}

func (j *janusClient) post(path string, ask map[string]any) (janusReply, error) {
	var r janusReply
	j.turn++
	ask["transaction"] = fmt.Sprint(j.turn)
	text, err := json.Marshal(ask)
	if err != nil {
		return r, err
	}
	resp, err := http.Post(j.url+path, "application/json", bytes.NewReader(text))
	if err != nil {
		return r, err
	}
	return r, r.read(resp)
}

func (r *janusReply) read(resp *http.Response) error {
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(r); err != nil {
		return err
	}
	if reason := r.Error.Reason + r.PluginData.Data.Error; reason != "" {
		return fmt.Errorf("janus: %s", reason)
	}
	return nil
}

// attach returns the path of a new handle: "/session/handle".
func (j *janusClient) attach() (string, error) {
	r, err := j.post("", map[string]any{"janus": "create"})
	if err != nil {
		return "", err
	}
	session := "/" + r.Data.ID.String()
	r, err = j.post(session, map[string]any{"janus": "attach", "plugin": "janus.plugin.audiobridge"})
	return session + "/" + r.Data.ID.String(), err
}

func (j *janusClient) ask(handle string, body map[string]any) (janusReply, error) {
	return j.post(handle, map[string]any{"janus": "message", "body": body})
}

// join puts a participant into the room; its port comes as an event.
func (j *janusClient) join(handle string, me netip.AddrPort) (netip.AddrPort, error) {
	_, err := j.ask(handle, map[string]any{
		"request": "join", "room": 1, "codec": "pcmu",
		"rtp": map[string]any{"ip": me.Addr().String(), "port": me.Port(), "payload_type": 0},
	})
	if err != nil {
		return netip.AddrPort{}, err
	}
	for range 20 {
		resp, err := http.Get(j.url + path.Dir(handle) + "?maxev=1")
		if err != nil {
			return netip.AddrPort{}, err
		}
		var r janusReply
		if err := r.read(resp); err != nil {
			return netip.AddrPort{}, err
		}
		if rtp := r.PluginData.Data.RTP; rtp.Port != 0 {
			ip, err := netip.ParseAddr(rtp.IP)
			return netip.AddrPortFrom(ip, rtp.Port), err
		}
	}
	return netip.AddrPort{}, fmt.Errorf("janus: no port for a participant")
}
