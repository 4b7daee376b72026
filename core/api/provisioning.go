package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Provisioning lets a softphone fetch the settings of an extension, once.
type Provisioning struct {
	Path  string    `json:"path" doc:"what the phone fetches, for after the address of the switch: who has it has the secret" example:"/api/v1/provisioning/…"`
	Until time.Time `json:"until"`
}

const provisioningPath = "/api/v1/provisioning"

// provisioningTime is for how long settings may be fetched: until somebody has
// taken up a phone.
const provisioningTime = 10 * time.Minute

// provisionings are the settings that wait to be fetched. They are not kept
// over a restart, and no more is kept of a code than its hash.
type provisionings struct {
	mu     sync.Mutex
	offers map[[sha256.Size]byte]provisioning
}

type provisioning struct {
	number, server string
	until          time.Time
}

// offer makes a code for an extension, in the place of one that it has.
func (p *provisionings) offer(number, server string) (code string, until time.Time) {
	now := time.Now()
	code, until = strings.ToLower(rand.Text()), now.Add(provisioningTime)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.offers == nil {
		p.offers = map[[sha256.Size]byte]provisioning{}
	}
	for key, o := range p.offers {
		if o.number == number || now.After(o.until) {
			delete(p.offers, key)
		}
	}
	p.offers[sha256.Sum256([]byte(code))] = provisioning{number, server, until}
	return code, until
}

// take is what a code stands for; false if there is none, or no more.
func (p *provisionings) take(code string) (provisioning, bool) {
	key := sha256.Sum256([]byte(code))
	p.mu.Lock()
	defer p.mu.Unlock()
	o, ok := p.offers[key]
	delete(p.offers, key)
	return o, ok && time.Now().Before(o.until)
}

// lpConfig is a configuration of Linphone as XML: its sections are those of
// linphonerc.
type lpConfig struct {
	XMLName  xml.Name    `xml:"http://www.linphone.org/xsds/lpconfig.xsd config"`
	Sections []lpSection `xml:"section"`
}

type lpSection struct {
	Name    string    `xml:"name,attr"`
	Entries []lpEntry `xml:"entry"`
}

type lpEntry struct {
	Name      string `xml:"name,attr"`
	Overwrite bool   `xml:"overwrite,attr"`
	Value     string `xml:",chardata"`
}

// linphone is an account as Linphone takes it.
func linphone(a Account, server string) ([]byte, error) {
	section := func(name string, pairs ...string) lpSection {
		s := lpSection{Name: name}
		for pair := range slices.Chunk(pairs, 2) {
			s.Entries = append(s.Entries, lpEntry{pair[0], true, pair[1]})
		}
		return s
	}
	identity := fmt.Sprintf("<sip:%s@%s>", a.Username, a.Domain)
	if a.Name != "" {
		identity = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(a.Name) + `" ` + identity // RFC 3261 §25.1
	}
	text, err := xml.MarshalIndent(lpConfig{Sections: []lpSection{
		section("misc", "config-uri", ""), // it is not fetched again at each start
		section("sip", "default_proxy", "0"),
		section("proxy_0", "reg_proxy", "<"+server+">", "reg_identity", identity, "realm", a.Domain, "reg_sendregister", "1", "reg_expires", "600"),
		section("auth_info_0", "username", a.Username, "passwd", a.Secret, "realm", a.Domain, "domain", a.Domain),
	}}, "", "  ")
	if err != nil {
		return nil, err
	}
	return slices.Concat([]byte(xml.Header), text, []byte("\n")), nil
}

// provisioningCode is what a phone fetches settings by.
type provisioningCode struct {
	Code string `path:"code" maxLength:"64"`
}

// Resolve implements [huma.Resolver]: who only looks, as a preview of a link does, takes
// nothing away.
func (*provisioningCode) Resolve(ctx huma.Context) []error {
	if ctx.Method() != http.MethodGet {
		return []error{huma.NewError(http.StatusMethodNotAllowed, "settings are fetched by GET")}
	}
	return nil
}

func (a *API) registerProvisioning(h huma.API) {
	const tag = "extensions"
	unknown := func(number string) error {
		return huma.Error404NotFound("there is no extension with the number " + number)
	}
	huma.Register(h, huma.Operation{
		OperationID: "provision-phone", Method: http.MethodPost, Path: "/api/v1/extensions/{number}/provisioning", Summary: "Let a softphone fetch its settings",
		Description: "The path is for one fetch within ten minutes, and without a sign-in: what is fetched holds the secret. Another one for the same extension takes its place. Linphone takes its address as that of its remote provisioning, or as a QR code.",
		Tags:        []string{tag}, MaxBodyBytes: 4 << 10, DefaultStatus: http.StatusCreated, Errors: []int{http.StatusNotFound, http.StatusUnprocessableEntity},
	}, func(_ context.Context, in *struct {
		Number string `path:"number" maxLength:"64"`
		Body   struct {
			Server string `json:"server,omitempty" maxLength:"256" doc:"one of the extension's servers, where the phone registers; else the first" example:"sip:192.0.2.1:5060;transport=udp"`
		}
	}) (*struct{ Body Provisioning }, error) {
		account, ok := a.opt.Account(in.Number)
		if !ok {
			return nil, unknown(in.Number)
		}
		server := in.Body.Server
		switch {
		case server == "" && len(account.Servers) > 0:
			server = account.Servers[0]
		case !slices.Contains(account.Servers, server):
			return nil, huma.Error422UnprocessableEntity(fmt.Sprintf("%q is none of the servers: %s", server, strings.Join(account.Servers, ", ")))
		}
		code, until := a.provisionings.offer(account.Number, server)
		return &struct{ Body Provisioning }{Provisioning{provisioningPath + "/" + code, until.UTC()}}, nil
	})

	type settings struct {
		ContentType  string `header:"Content-Type"`
		CacheControl string `header:"Cache-Control"`
		Body         []byte
	}
	huma.Register(h, huma.Operation{
		OperationID: "fetch-provisioning", Method: http.MethodGet, Path: provisioningPath + "/{code}", Summary: "Settings of a softphone, once",
		Description: "As XML, for Linphone: the account of an extension, with its secret.", Tags: []string{tag}, Security: []map[string][]string{}, Errors: []int{http.StatusNotFound},
		Responses: map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{"application/xml": {}}}},
	}, func(ctx context.Context, in *provisioningCode) (*settings, error) {
		o, ok := a.provisionings.take(in.Code)
		if !ok {
			return nil, huma.Error404NotFound("these settings were fetched already, or not in time: make another code")
		}
		account, ok := a.opt.Account(o.number)
		if !ok {
			return nil, unknown(o.number)
		}
		text, err := linphone(account, o.server)
		if err != nil {
			return nil, err
		}
		a.opt.Log.Info("a softphone has fetched the settings of an extension", "extension", o.number, "from", actor(ctx).Address)
		return &settings{"application/xml; charset=utf-8", "no-store", text}, nil
	})
}
