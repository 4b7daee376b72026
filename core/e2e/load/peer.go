package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
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
	r, err := peerTalk(ctx, o)
	if err == nil {
		r.print(w, o) // the figures are its own affair
	}
	return err
}

// peerTalk is talk by a peer.
func peerTalk(ctx context.Context, o options) (result, error) {
	dir, err := os.MkdirTemp("", "plugboard-load-")
	if err != nil {
		return result{}, err
	}
	defer os.RemoveAll(dir)
	m, err := newMedia(netip.MustParseAddr(other))
	if err != nil {
		return result{}, err
	}
	defer m.close()
	a := new(agent) // only for what it speaks
	if err := a.speak(o); err != nil {
		return result{}, err
	}
	var peer peer
	switch {
	case o.peer == "rtpengine" && o.shape == "pairs":
		peer = &rtpengine{caller: a.calling, callee: a.answering}
	case o.peer == "janus" && o.shape == "room":
		peer = &janus{sound: a.calling}
	default:
		return result{}, fmt.Errorf("%q cannot do %s: rtpengine does pairs, janus a room", o.peer, o.shape)
	}
	p, err := peer.start(ctx, dir)
	if err != nil {
		return result{}, err
	}
	defer p.stop()
	idle := p.pss()
	streams, err := peer.setUp(o, m)
	if err != nil {
		said, _ := os.ReadFile(p.log.Name())
		return result{}, fmt.Errorf("%w; its log:\n%s", err, said[max(0, len(said)-2000):])
	}
	took, cost := observe(ctx, m, streams, o.lasts, p.cpu)
	r := resultOf(streams, took, cost)
	r.memory, r.grown = p.memory(), p.pss()-idle
	return r, nil
}

// peer is a program that does a part of our work.
type peer interface {
	start(ctx context.Context, dir string) (*process, error)
	setUp(o options, m *media) ([]*stream, error)
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
		return nil, fmt.Errorf("%s: %w (is it installed? .ci/packages bench)", name, err)
	}
	return &process{cmd: cmd, log: log}, nil
}

// rtpengine relays calls of two, and transcodes them where they differ: its ng
// protocol gives a port for each side.
type rtpengine struct {
	caller, callee *sound
	conn           net.Conn
}

func (e *rtpengine) start(ctx context.Context, dir string) (*process, error) {
	p, err := startPeer(dir, "rtpengine", "--foreground", "--log-stderr", "--log-level=3", "--table=-1",
		"--interface="+rtpengineHost, "--listen-ng="+rtpengineHost+":2223", "--port-min=30000", "--port-max=39999",
		"--pidfile="+filepath.Join(dir, "pid"))
	if err != nil {
		return nil, err
	}
	wait(ctx, time.Second)
	if e.conn, err = net.Dial("udp", rtpengineHost+":2223"); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

func (e *rtpengine) setUp(o options, m *media) ([]*stream, error) {
	defer e.conn.Close()
	var streams []*stream
	for i := range o.legs / 2 {
		id := fmt.Sprintf("load-%d", i)
		offer := map[string]any{"command": "offer", "call-id": id, "from-tag": "a", "sdp": describe(m.addr, e.caller)}
		if e.caller.codec != e.callee.codec {
			offer["codec"] = map[string]any{
				"mask": []string{e.caller.codec.Format().Encoding}, "transcode": []string{e.callee.codec.Format().Encoding},
			}
		}
		// What is offered on a's behalf gets the port that b sends to.
		forB, err := ng(e.conn, offer)
		if err != nil {
			return nil, err
		}
		forA, err := ng(e.conn, map[string]any{
			"command": "answer", "call-id": id, "from-tag": "a", "to-tag": "b", "sdp": describe(m.addr, e.callee),
		})
		if err != nil {
			return nil, err
		}
		a := &stream{to: forA, hz: tone(2 * i), bursts: o.bursts}
		b := &stream{to: forB, hz: tone(2*i + 1), bursts: o.bursts}
		pair(a, b, o)
		pair(b, a, o)
		if err := errors.Join(a.speak(e.caller, e.caller.payload), b.speak(e.callee, e.callee.payload)); err != nil {
			return nil, err
		}
		m.add(a)
		m.add(b)
		streams = append(streams, a, b)
	}
	return streams, nil
}

// ng asks rtpengine (a cookie, a space, a bencoded dictionary) and returns the
// address in the description that comes back.
func ng(conn net.Conn, ask map[string]any) (netip.AddrPort, error) {
	if _, err := fmt.Fprintf(conn, "%d %s", time.Now().UnixNano(), bencode(ask)); err != nil {
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

// bencode writes what ng takes: strings, lists of them, and dictionaries, whose
// keys are sorted.
func bencode(v any) string {
	switch v := v.(type) {
	case string:
		return fmt.Sprintf("%d:%s", len(v), v)
	case []string:
		b := "l"
		for _, s := range v {
			b += bencode(s)
		}
		return b + "e"
	case map[string]any:
		b := "d"
		for _, k := range slices.Sorted(maps.Keys(v)) {
			b += bencode(k) + bencode(v[k])
		}
		return b + "e"
	}
	return ""
}

func describe(a netip.AddrPort, s *sound) string {
	return fmt.Sprintf("v=0\r\no=- 1 1 IN IP4 %[1]s\r\ns=-\r\nc=IN IP4 %[1]s\r\nt=0 0\r\nm=audio %[2]d RTP/AVP %[3]d %[4]d\r\n%[5]sa=sendrecv\r\n",
		a.Addr(), a.Port(), s.payload, digits, s.attributes())
}

// janus mixes one AudioBridge room of plain RTP participants.
type janus struct {
	sound  *sound
	client *janusClient
	admin  string
}

func (j *janus) start(ctx context.Context, dir string) (*process, error) {
	for name, text := range map[string]string{
		"janus.jcfg":                    "general: { session_timeout = 0\n protected_folders = []\n debug_level = 2 }\nnat: {}\nmedia: { rtp_port_range = \"30000-39999\" }\nplugins: { disable = \"libjanus_recordplay.so,libjanus_lua.so,libjanus_duktape.so,libjanus_streaming.so,libjanus_sip.so,libjanus_nosip.so,libjanus_textroom.so,libjanus_videocall.so,libjanus_videoroom.so,libjanus_voicemail.so,libjanus_echotest.so\" }\ntransports: { disable = \"libjanus_pfunix.so,libjanus_websockets.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_rabbitmq.so\" }\n",
		"janus.transport.http.jcfg":     "general: { json = \"compact\"\n base_path = \"/janus\"\n http = true\n port = " + janusPort + "\n ip = \"" + janusHost + "\"\n https = false }\nadmin: { admin_http = false }\n",
		"janus.plugin.audiobridge.jcfg": "general: { local_ip = \"" + janusHost + "\"\n rtp_port_range = \"30000-39999\" }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	p, err := startPeer(dir, "janus", "-F", dir, "-i", janusHost)
	if err != nil {
		return nil, err
	}
	j.client = &janusClient{url: "http://" + janusHost + ":" + janusPort + "/janus"}
	for range 50 {
		if j.admin, err = j.client.attach(); err == nil {
			return p, nil
		}
		wait(ctx, 100*time.Millisecond)
	}
	p.stop()
	return nil, fmt.Errorf("janus: %w", err)
}

func (j *janus) setUp(o options, m *media) ([]*stream, error) {
	room := map[string]any{"request": "create", "room": 1, "sampling_rate": j.sound.rate, "allow_rtp_participants": true}
	if _, err := j.client.ask(j.admin, room); err != nil {
		return nil, err
	}
	var streams []*stream
	for i := range o.legs {
		h, err := j.client.attach()
		if err != nil {
			return nil, err
		}
		to, err := j.client.join(h, m.addr, j.sound)
		if err != nil {
			return nil, err
		}
		s, err := participant(&dialog{port: to, kind: j.sound.payload}, i, j.sound, o)
		if err != nil {
			return nil, err
		}
		m.add(s)
		streams = append(streams, s)
	}
	return streams, nil
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
func (j *janusClient) join(handle string, me netip.AddrPort, s *sound) (netip.AddrPort, error) {
	_, err := j.ask(handle, map[string]any{
		"request": "join", "room": 1, "codec": strings.ToLower(s.codec.Format().Encoding),
		"rtp": map[string]any{"ip": me.Addr().String(), "port": me.Port(), "payload_type": s.payload},
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
