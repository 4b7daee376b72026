package trunk

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/miekg/dns"
)

// Names asks the name servers of the machine: by the standard library, and for
// NAPTR, which that does not know, the servers of a resolv.conf.
type Names struct {
	net.Resolver
	// File is a resolv.conf(5); "": /etc/resolv.conf.
	File string
	port string // of the servers, "": the usual one
}

// oneServer is how long one name server may take for an answer.
const oneServer = 2 * time.Second

// LookupNAPTR implements [Resolver].
func (n *Names) LookupNAPTR(ctx context.Context, name string) ([]NAPTR, error) {
	file := n.File
	if file == "" {
		file = "/etc/resolv.conf"
	}
	conf, err := dns.ClientConfigFromFile(file)
	if err != nil || len(conf.Servers) == 0 { // as resolv.conf(5) says
		conf = &dns.ClientConfig{Servers: []string{"127.0.0.1"}, Port: "53"}
	}
	if n.port != "" {
		conf.Port = n.port
	}
	q := new(dns.Msg)
	q.SetQuestion(dns.Fqdn(name), dns.TypeNAPTR)
	q.SetEdns0(dns.DefaultMsgSize, false)
	for _, server := range conf.Servers {
		var answer *dns.Msg
		if answer, err = exchange(ctx, q, net.JoinHostPort(server, conf.Port)); err != nil {
			err = fmt.Errorf("NAPTR of %s from %s: %w", name, server, err)
			continue
		}
		switch answer.Rcode {
		case dns.RcodeSuccess:
			return naptrs(answer), nil
		case dns.RcodeNameError:
			return nil, nil
		}
		err = fmt.Errorf("NAPTR of %s from %s: %s", name, server, dns.RcodeToString[answer.Rcode])
	}
	return nil, err
}

// exchange asks one server, and again by TCP if the answer did not fit.
func exchange(ctx context.Context, q *dns.Msg, server string) (*dns.Msg, error) {
	for _, network := range []string{"udp", "tcp"} {
		c := dns.Client{Net: network, Timeout: oneServer}
		answer, _, err := c.ExchangeContext(ctx, q, server)
		if err != nil || !answer.Truncated {
			return answer, err
		}
	}
	return nil, errors.New("the answer does not fit")
}

func naptrs(m *dns.Msg) (list []NAPTR) {
	for _, rr := range m.Answer {
		if n, ok := rr.(*dns.NAPTR); ok {
			list = append(list, NAPTR{Order: n.Order, Preference: n.Preference, Flags: n.Flags, Service: n.Service, Replacement: n.Replacement})
		}
	}
	return list
}
