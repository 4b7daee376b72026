package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/plugboard/plugboard/core/call"
)

// What is done for an agent of a queue.
const (
	AgentLogin  = "login"
	AgentLogout = "logout"
	AgentPause  = "pause"
	AgentResume = "resume"
)

const queuesPath = "/api/v1/queues"

// registerQueues serves the queues, and what is done for their agents.
func (a *API) registerQueues(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "list-queues", Method: http.MethodGet, Path: queuesPath, Summary: "Queues: who waits, and how their agents stand", Tags: []string{"queues"},
	}, func(_ context.Context, in *paging) (*list[call.QueueInfo], error) {
		return page(queuesPath, *in, orEmpty(a.opt.Queues()), func(q call.QueueInfo) string { return q.Name }), nil
	})

	type one struct{ Body call.QueueInfo }
	huma.Register(h, huma.Operation{
		OperationID: "get-queue", Method: http.MethodGet, Path: queuesPath + "/{name}", Summary: "One queue", Tags: []string{"queues"},
		Errors: []int{http.StatusNotFound},
	}, func(_ context.Context, in *struct {
		Name string `path:"name" maxLength:"64" doc:"as the configuration names it"`
	}) (*one, error) {
		for _, q := range a.opt.Queues() {
			if q.Name == in.Name {
				return &one{q}, nil
			}
		}
		return nil, huma.Error404NotFound("there is no queue " + in.Name)
	})

	for _, act := range []struct{ word, summary, description string }{
		{AgentLogin, "Log an agent in to a queue", "As by the code queue_login."},
		{AgentLogout, "Log an agent out of a queue", "If it was the last one, who waits goes to the queue's unavailable, if there is one."},
		{AgentPause, "Give an agent a break", "From all queues that they are in. A call that rings there is offered to the next one."},
		{AgentResume, "End an agent's break", ""},
	} {
		huma.Register(h, huma.Operation{
			OperationID: act.word + "-agent", Method: http.MethodPost, Path: queuesPath + "/{name}/agents/{number}/" + act.word, Summary: act.summary,
			Description: act.description, Tags: []string{"queues"}, DefaultStatus: http.StatusNoContent, Errors: []int{http.StatusNotFound},
		}, func(ctx context.Context, in *struct {
			Name   string `path:"name" maxLength:"64" doc:"of the queue, as the configuration names it"`
			Number string `path:"number" maxLength:"64" doc:"of the agent's extension"`
		}) (*struct{}, error) {
			if err := a.opt.Agent(in.Name, in.Number, act.word, actor(ctx)); err != nil {
				return nil, refused(err)
			}
			return nil, nil
		})
	}
}
