package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// MailTried is what became of a test.
type MailTried struct {
	Server string `json:"server" doc:"that it was sent by" example:"smtp://mail.example.net:587"`
	Answer string `json:"answer" doc:"what the server said when it took it"`
}

// MailStats are the counters of mail since the start, and how much waits.
type MailStats struct {
	Sent, GivenUp, Refused int64
	Waiting                int
}

// mailTime is how long a test may take: less than a request.
const mailTime = 25 * time.Second

type mailTestInput struct {
	Body struct {
		To string `json:"to" maxLength:"254" doc:"an address" example:"anna@example.net"`
	}
}

func (a *API) registerMail(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "test-mail", Method: http.MethodPost, Path: "/api/v1/mail/test", Summary: "Send a test by the mail server of the configuration",
		Description: "It is sent while you wait, past the mail that waits. If the server does not take it, the answer says why.",
		Tags:        []string{"mail"}, DefaultStatus: http.StatusOK, Errors: []int{http.StatusBadGateway},
	}, func(ctx context.Context, in *mailTestInput) (*struct{ Body MailTried }, error) {
		ctx, cancel := context.WithTimeout(ctx, mailTime)
		defer cancel()
		tried, err := a.opt.TryMail(ctx, in.Body.To)
		if err != nil {
			return nil, huma.Error502BadGateway("the test is not sent: " + err.Error())
		}
		return &struct{ Body MailTried }{tried}, nil
	})
}
