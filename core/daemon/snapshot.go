package daemon

import (
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/music"
	"github.com/plugboard/plugboard/core/prompt"
	"github.com/plugboard/plugboard/core/sip"
	"github.com/plugboard/plugboard/core/sip/auth"
)

// snapshot is one configuration as the running parts read it. It never
// changes; a reload puts another into its place. Who needs two things of it
// that belong together asks for it once. A call keeps its plan.
type snapshot struct {
	cfg     *config.Config
	plan    *dialplan.Plan
	music   *music.Set
	secrets map[string]string // by the extension's name
	relay   string            // the secret of the relay for browsers, if there is one
	sip     *sip.Settings
	web     webSettings
	applied time.Time

	scrubOnce sync.Once
	scrubs    *strings.Replacer // its secrets, out of the log
}

// snapshot compiles a configuration. It leaves no trace, and what it returns
// lacks the secrets; see [snapshot.readSecrets].
func (d *Daemon) snapshot(cfg *config.Config) (*snapshot, hcl.Diagnostics) {
	plan, diags := dialplan.Compile(cfg)
	if diags.HasErrors() {
		return nil, diags
	}
	if diags = append(diags, plan.Planned()...); diags.HasErrors() {
		return nil, diags
	}
	var before *music.Set
	if last := d.inForce.Load(); last != nil {
		before = last.music
	}
	sounds, more := music.Load(cfg, before)
	if diags = append(diags, more...); diags.HasErrors() {
		return nil, diags
	}
	for _, p := range cfg.Prompts() {
		if err := prompt.Check(p.Prompt); err != nil {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "A sound that cannot be played", Detail: err.Error() + ".", Subject: &p.At})
		}
	}
	if diags.HasErrors() {
		return nil, diags
	}
	s := &snapshot{cfg: cfg, plan: plan, music: sounds, applied: time.Now()}
	s.sip = &sip.Settings{
		Domain: cfg.SIP.Domain, UserAgent: cfg.SIP.UserAgent,
		Codecs: cfg.Media.Codecs, Encryption: cfg.Media.Encryption, Symmetric: cfg.Media.Symmetric,
	}
	if s.sip.UserAgent == "" {
		s.sip.UserAgent = "Plugboard/" + d.opt.Version
	}
	if cfg.SIP.Cert != "" {
		s.sip.Certificate, more = d.loadCertificate("sip", cfg.SIP.Cert, cfg.SIP.Key, cfg.SIP.Range("cert"))
		if diags = append(diags, more...); diags.HasErrors() {
			return nil, diags
		}
	}
	s.web, more = d.webSettings(cfg)
	if diags = append(diags, more...); diags.HasErrors() {
		return nil, diags
	}
	// Nonces that phones hold stay good as long as the realm does.
	if last := d.inForce.Load(); last != nil && last.sip.Domain == s.sip.Domain {
		s.sip.Digest = last.sip.Digest
	} else {
		s.sip.Digest = auth.New(s.sip.Domain)
	}
	return s, diags
}

// renewal is how long before its end a certificate is asked to be renewed.
const renewal = 14 * 24 * time.Hour

// callPlan is what a call follows.
type callPlan struct {
	*dialplan.Plan
	music *music.Set
}

// Music implements [call.Plan].
func (p callPlan) Music(of *dialplan.Prompt) call.Music {
	if text := p.music.Text(of); text != nil {
		return call.Music{Text: p.Spoken(text)}
	}
	return call.Music{Sound: p.music.Of(of)}
}

// now is the snapshot in force.
func (d *Daemon) now() *snapshot { return d.inForce.Load() }

// cfg is the configuration in force.
func (d *Daemon) cfg() *config.Config { return d.now().cfg }

// secret is what is configured, or what was made for the extension.
func (s *snapshot) secret(e *dialplan.Extension) (string, bool) {
	secret, ok := s.secrets[e.Name]
	return secret, ok
}
