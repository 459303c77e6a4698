package runner

import (
	"context"

	"github.com/goplay/goplay/agent"
	"github.com/goplay/goplay/modules"
	"github.com/goplay/goplay/templating/value"
)

// Series runs module calls one after the other, and sends them ahead of the answers: in a lane of the agent's that breaks at the first call
// which is no plain success, so that behind a failure nothing is done. The items of a loop that are sent ahead have a lane already, in which a
// failure stops nobody: there each call waits for the one before it.
func (r *remote) Series(ctx context.Context, next func() (*modules.Request, error), take func(*value.Dict) error) error {
	ahead := window
	if r.x.turn != nil || windows(r.way.target) {
		ahead = 1
	}
	s := &series{remote: r, way: convoy{lane: lanes.Add(1)}}
	defer s.way.recall()
	var last error
	for more := true; more || len(s.queue) > 0; {
		for more && len(s.queue) < ahead {
			var request *modules.Request
			if request, last = next(); request == nil {
				more = false
				break
			}
			s.queue = append(s.queue, s.send(ctx, request, ahead > 1))
		}
		if len(s.queue) == 0 {
			break
		}
		d, err := s.answer(ctx)
		if err == nil {
			err = take(d)
		}
		if err != nil {
			return err
		}
	}
	return last
}

// series are the calls of an action that are under way, in their order.
type series struct {
	*remote
	way   convoy
	queue []*serial
}

// serial is one of them. It has an answer that is waited for, or none yet.
type serial struct {
	request *modules.Request
	call    *agent.Call
	early   *earlyCall
}

// send sends a call ahead, where that is possible: what cannot be sent fails when it is its turn.
func (s *series) send(ctx context.Context, request *modules.Request, ahead bool) *serial {
	c := &serial{request: request}
	if !ahead {
		return c
	}
	session, err := s.session(ctx)
	if err != nil {
		return c
	}
	if c.call, err = s.remote.request(request.Name, request.Args, request.Files); err != nil {
		return c
	}
	s.way.session = session
	c.early = s.way.launch(ctx, s.x.t, c.call)
	s.way.calls = append(s.way.calls, c.early)
	c.early.underWay()
	return c
}

// answer gives the result of the first call. One that the agent has not begun, behind what is no plain success, runs now.
func (s *series) answer(ctx context.Context) (*value.Dict, error) {
	c := s.queue[0]
	s.queue = s.queue[1:]
	if c.early == nil {
		return s.Module(ctx, c.request.Name, c.request.Args, c.request.Files...)
	}
	s.way.calls = s.way.calls[1:]
	<-c.early.done
	switch reply, err := c.early.reply, c.early.err; {
	case err != nil:
		return s.noSession(err)
	case reply.Dropped:
		return s.Module(ctx, c.request.Name, c.request.Args, c.request.Files...)
	default:
		return s.read(c.request.Name, s.way.session, c.call, reply)
	}
}
