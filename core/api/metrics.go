package api

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/event"
)

// Metrics are the switch's figures for Prometheus. What is counted comes in by
// [Metrics.Observe] and [Metrics.Message]; what stands is asked for at each
// scrape.
type Metrics struct {
	*prometheus.Registry

	ended *prometheus.CounterVec   // by cause
	wrong *prometheus.CounterVec   // verdicts, by code
	setup prometheus.Histogram     // s
	talk  prometheus.Counter       // s
	line  *prometheus.HistogramVec // s, by queue and result
	miss  *prometheus.CounterVec   // by queue
	said  *prometheus.CounterVec   // by plugin, result
	lag   *prometheus.HistogramVec
	sip   *prometheus.CounterVec // by direction, method, status
	lists func() ([]call.Info, []Extension, []Trunk, []Plugin)
	media func() MediaStats
	owed  func() int
	subs  func() map[string]int
	heard func() PromptStats
	queue func() []call.QueueInfo
	mail  func() MailStats
	live  *Broadcaster
}

// MediaStats are the figures of the tick and the mixer since the start. Lateness is of the
// last few seconds.
type MediaStats struct {
	Ticks, LateTicks   uint64 // a late tick began a whole tick or more after its time
	LatenessP50        time.Duration
	LatenessP99        time.Duration
	Rooms, Ports, Legs int // Legs: open lines of the media bus
}

// MetricsOptions are where the standing figures come from. They are called
// from many goroutines at once.
type MetricsOptions struct {
	Version    string
	Calls      func() []call.Info
	Extensions func() []Extension
	Trunks     func() []Trunk
	Plugins    func() []Plugin
	Media      func() MediaStats
	// Subscriptions counts those of phones, by event package.
	Subscriptions func() map[string]int
	Prompts       func() PromptStats
	Queues        func() []call.QueueInfo
	Mail          func() MailStats
	// Waiting counts the records that are not written yet.
	Waiting func() int
	Events  *Broadcaster
}

// NewMetrics makes them, with those of the Go runtime and the process.
func NewMetrics(o MetricsOptions) *Metrics {
	m := &Metrics{
		Registry: prometheus.NewRegistry(),
		ended: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "plugboard_calls_total", Help: "Calls that have ended, by cause."}, []string{"cause"}),
		wrong: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "plugboard_verdicts_total", Help: "What was wrong with the sound of a leg, by code."}, []string{"code"}),
		setup: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "plugboard_call_setup_seconds", Help: "From a call's arrival until somebody rings.",
			Buckets: []float64{.005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10}}),
		line: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "plugboard_queue_wait_seconds", Help: "For how long callers waited in a queue, by what became of them.",
			Buckets: []float64{1, 5, 10, 20, 30, 60, 120, 300, 600, 1800}}, []string{"queue", "result"}),
		miss: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "plugboard_queue_missed_total", Help: "Calls of a queue that an agent let ring, or declined."}, []string{"queue"}),
		said: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "plugboard_utterances_total", Help: "What was said in transcribed calls: with its text, or missing."}, []string{"plugin", "result"}),
		lag: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "plugboard_transcript_lag_seconds", Help: "How long after it was said the text was there.", Buckets: []float64{0.25, 0.5, 1, 2, 5, 10, 20, 60}}, []string{"plugin"}),
		talk: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "plugboard_talk_seconds_total", Help: "How long ended calls were answered."}),
		sip: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "plugboard_sip_messages_total", Help: "SIP messages. status is empty for a request."}, []string{"direction", "method", "status"}),
		lists: func() ([]call.Info, []Extension, []Trunk, []Plugin) {
			return o.Calls(), o.Extensions(), o.Trunks(), o.Plugins()
		},
		media: o.Media,
		owed:  o.Waiting,
		subs:  o.Subscriptions,
		heard: o.Prompts,
		queue: o.Queues,
		mail:  o.Mail,
		live:  o.Events,
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "plugboard_build_info", Help: "Always 1.", ConstLabels: prometheus.Labels{"version": o.Version}})
	build.Set(1)
	m.MustRegister(m.ended, m.wrong, m.said, m.lag, m.setup, m.talk, m.line, m.miss, m.sip, build, standing{m},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Observe counts what an event tells.
func (m *Metrics) Observe(e event.Event) {
	if cdr, ok := e.Data.(event.CDR); ok && e.Type == event.CallEnded {
		m.ended.WithLabelValues(cdr.Cause).Inc()
		m.talk.Add(cdr.TalkSeconds)
		if cdr.Ringing != nil {
			m.setup.Observe(cdr.Ringing.Sub(cdr.Started).Seconds())
		}
	}
	if q, ok := e.Data.(event.Queue); ok {
		switch q.Change {
		case "gone":
			m.line.WithLabelValues(q.Queue, q.Result).Observe(q.WaitSeconds)
		case "missed":
			m.miss.WithLabelValues(q.Queue).Inc()
		}
	}
	if v, ok := e.Data.(event.LegVerdict); ok && v.Until == nil {
		m.wrong.WithLabelValues(v.Code).Inc()
	}
	if u, ok := e.Data.(event.Utterance); ok && e.Type == event.TranscriptFinal {
		result := "text"
		if u.Missing != "" {
			result = "missing"
		}
		m.said.WithLabelValues(u.Plugin, result).Inc()
		m.lag.WithLabelValues(u.Plugin).Observe(u.LagSeconds)
	}
}

// Message counts a SIP message as it is on the wire. What is not SIP, and a
// method that no RFC defines, is counted as "other": a peer cannot make labels.
func (m *Metrics) Message(sent bool, raw []byte) {
	direction, method, status := "received", "other", ""
	if sent {
		direction = "sent"
	}
	line, rest, _ := bytes.Cut(raw, []byte("\n"))
	if after, ok := bytes.CutPrefix(line, []byte("SIP/2.0 ")); ok {
		if n, err := strconv.Atoi(string(after[:min(3, len(after))])); err == nil && n >= 100 && n < 700 {
			status = strconv.Itoa(n)
		}
		method = knownMethod(cseqMethod(rest))
	} else if word, _, ok := bytes.Cut(line, []byte(" ")); ok {
		method = knownMethod(word)
	}
	m.sip.WithLabelValues(direction, method, status).Inc()
}

func cseqMethod(head []byte) []byte {
	for line := range bytes.Lines(head) {
		if len(line) > 5 && bytes.EqualFold(line[:4], []byte("cseq")) {
			fields := bytes.Fields(line)
			return fields[len(fields)-1]
		}
		if len(bytes.TrimSpace(line)) == 0 {
			break
		}
	}
	return nil
}

func knownMethod(word []byte) string {
	switch m := string(word); m {
	case "INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "PRACK", "SUBSCRIBE", "NOTIFY", "PUBLISH", "INFO", "REFER", "MESSAGE", "UPDATE":
		return m
	}
	return "other"
}

// standing collects what stands at the time of a scrape.
type standing struct{ m *Metrics }

// Describe sends nothing: the labels are those of the moment, so the registry
// cannot check them beforehand.
func (standing) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (s standing) Collect(ch chan<- prometheus.Metric) {
	put := func(kind prometheus.ValueType, name, help string, value float64, labels ...string) {
		var names, values []string
		for i := 0; i < len(labels); i += 2 {
			names, values = append(names, labels[i]), append(values, labels[i+1])
		}
		m, err := prometheus.NewConstMetric(prometheus.NewDesc(name, help, names, nil), kind, value, values...)
		if err != nil {
			m = prometheus.NewInvalidMetric(prometheus.NewDesc(name, help, nil, nil), err)
		}
		ch <- m
	}
	const gauge, counter = prometheus.GaugeValue, prometheus.CounterValue

	calls, extensions, trunks, plugins := s.m.lists()
	states := map[string]int{"ringing": 0, "up": 0}
	type legKey struct{ kind, state string }
	legs := map[legKey]int{}
	for _, c := range calls {
		states[c.State]++
		for _, l := range c.Legs {
			legs[legKey{string(l.Kind), l.State}]++
		}
	}
	for state, n := range states {
		put(gauge, "plugboard_calls", "Live calls, by state.", float64(n), "state", state)
	}
	for k, n := range legs {
		put(gauge, "plugboard_legs", "Live legs, by kind and state.", float64(n), "kind", k.kind, "state", k.state)
	}
	devices := 0
	for _, e := range extensions {
		devices += len(e.Devices)
	}
	put(gauge, "plugboard_extensions", "Extensions in the configuration.", float64(len(extensions)))
	put(gauge, "plugboard_registrations", "Registered devices.", float64(devices))
	for _, t := range trunks {
		put(gauge, "plugboard_trunk_up", "1 if the trunk can take calls.", truth(t.State == Registered || t.State == Up), "trunk", t.Name, "state", t.State)
	}
	for _, p := range plugins {
		put(gauge, "plugboard_plugin_up", "1 if the plugin runs.", truth(p.State == Up), "plugin", p.Name, "state", p.State)
		put(counter, "plugboard_plugin_restarts_total", "How often the plugin was started again.", float64(p.Restarts), "plugin", p.Name)
		put(gauge, "plugboard_plugin_legs", "Open legs in the plugin.", float64(p.Legs), "plugin", p.Name)
		if slices.Contains(strings.Split(p.Kind, ","), "tool") {
			put(gauge, "plugboard_plugin_calls", "Calls that the plugin listens to.", float64(p.Calls), "plugin", p.Name)
			put(counter, "plugboard_plugin_frames_missed_total", "Frames of calls that the plugin lost because it was slow.", float64(p.Missed), "plugin", p.Name)
		}
		if p.FrameLatencyP99Ms != nil && *p.FrameLatencyP99Ms > 0 {
			put(gauge, "plugboard_plugin_frame_latency_p99_seconds", "How long frames take through the plugin, p99.", *p.FrameLatencyP99Ms/1000, "plugin", p.Name)
		}
	}
	media := s.m.media()
	put(counter, "plugboard_ticks_total", "Ticks of 20 ms.", float64(media.Ticks))
	put(counter, "plugboard_late_ticks_total", "Ticks that began a whole tick or more too late.", float64(media.LateTicks))
	put(gauge, "plugboard_tick_lateness_seconds", "How late ticks begin.", media.LatenessP50.Seconds(), "quantile", "0.5")
	put(gauge, "plugboard_tick_lateness_seconds", "How late ticks begin.", media.LatenessP99.Seconds(), "quantile", "0.99")
	put(gauge, "plugboard_mixer_rooms", "Rooms that are mixed.", float64(media.Rooms))
	put(gauge, "plugboard_mixer_ports", "Ports in all rooms.", float64(media.Ports))
	put(gauge, "plugboard_media_legs", "Legs with open media.", float64(media.Legs))
	put(gauge, "plugboard_records_waiting", "Records of finished calls that wait to be written, as the disk takes none.", float64(s.m.owed()))
	for event, n := range s.m.subs() {
		put(gauge, "plugboard_sip_subscriptions", "Subscriptions of phones, by event package.", float64(n), "event", event)
	}
	prompts := s.m.heard()
	put(counter, "plugboard_prompts_total", "Prompts that were begun.", float64(prompts.Plays))
	put(counter, "plugboard_prompt_sounds_total", "Where their sound came from.", float64(prompts.FromMemory), "from", "memory")
	put(counter, "plugboard_prompt_sounds_total", "Where their sound came from.", float64(prompts.FromDisk), "from", "disk")
	put(counter, "plugboard_prompt_sounds_total", "Where their sound came from.", float64(prompts.Spoken), "from", "engine")
	put(counter, "plugboard_prompt_failures_total", "Prompts that broke off, or could not be heard.", float64(prompts.Failed))
	put(counter, "plugboard_prompt_gap_seconds_total", "Silence in the middle of prompts whose sound did not come in time.", prompts.Missed.Seconds())
	put(counter, "plugboard_prompt_first_sound_seconds_sum", "From the beginning of a prompt until it is heard.", prompts.FirstsTook.Seconds())
	put(counter, "plugboard_prompt_first_sound_seconds_count", "Prompts that were heard.", float64(prompts.Firsts))
	put(gauge, "plugboard_prompt_memory_bytes", "Sound of prompts in memory.", float64(prompts.MemoryBytes))
	mails := s.m.mail()
	put(counter, "plugboard_mails_total", "Mails, by what became of them.", float64(mails.Sent), "result", "sent")
	put(counter, "plugboard_mails_total", "Mails, by what became of them.", float64(mails.GivenUp), "result", "given_up")
	put(counter, "plugboard_mails_total", "Mails, by what became of them.", float64(mails.Refused), "result", "refused")
	put(gauge, "plugboard_mails_waiting", "Mails that wait to be sent.", float64(mails.Waiting))
	for _, q := range s.m.queue() {
		put(gauge, "plugboard_queue_waiting", "Callers who wait in a queue.", float64(len(q.Waiting)), "queue", q.Name)
		put(gauge, "plugboard_queue_longest_wait_seconds", "How long the first of them has waited.", q.LongestWaitSeconds, "queue", q.Name)
		states := map[string]int{}
		for _, a := range q.Agents {
			states[a.State]++
		}
		for state, n := range states {
			put(gauge, "plugboard_queue_agents", "Agents of a queue, by state.", float64(n), "queue", q.Name, "state", state)
		}
		if q.ServiceLevel != nil {
			put(gauge, "plugboard_queue_service_level", "The share of callers since the start who were answered within 20 seconds.", *q.ServiceLevel, "queue", q.Name)
		}
	}
	clients, missed := s.m.live.stats()
	put(gauge, "plugboard_event_clients", "Listeners on the event stream.", float64(clients))
	put(counter, "plugboard_event_clients_dropped_total", "Listeners that were too slow and let go.", float64(missed))
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
