package testserver

import (
	"context"
	"errors"
	"strconv"
	"strings"
)

// prepareReplay serves a protocol that survives lost connections: each side
// numbers what it says.
func prepareReplay(s *site, q *query, e *endpoint) {
	key := q.text("key", "")
	order := s.resumable.Add(1) // before the handshake is answered: a client that dials again comes later
	e.serve = func(p *Peer) {
		log := s.replays.update(key, func(r *replay) *replay {
			if r == nil {
				r = &replay{turn: make(chan struct{}, 1)}
			}
			return r
		})
		for {
			m, err := p.Receive(context.Background())
			if err != nil {
				return
			}
			if err := log.take(p, order, string(m.Data)); err != nil {
				_ = p.Close(closePolicy, err.Error()) // after its turn, which a client that is gone would hold up
				return
			}
		}
	}
}

// maxReplay limits what is kept for one key, in bytes.
const maxReplay = 4 << 20

// A replay is the memory of one client of /ws/replay.
type replay struct {
	turn  chan struct{} // holds a value while somebody owns what follows
	lines []string      // line k is "k+1 payload"
	bytes int
	owner *Peer // the connection that resumed last
	order int64 // its number among the connections
	told  int   // how many lines it was told
}

// take deals with one message; an error ends the connection. What a connection
// carried may be read after the client has lost it and come back by another:
// an earlier connection than the owner has nothing to say any more, or it would
// take over and the client would never hear of anything again.
func (r *replay) take(p *Peer, order int64, text string) error {
	r.turn <- struct{}{}
	defer func() { <-r.turn }()
	if order < r.order {
		return errors.New("a later connection has resumed")
	}
	rest, isResume := strings.CutPrefix(text, "resume ")
	digits, _, _ := strings.Cut(rest, " ")
	number, err := strconv.Atoi(digits)
	if err != nil || number < 0 {
		return errors.New("want a number, a space and a payload, or resume and a number")
	}
	if isResume {
		r.owner, r.order, r.told = p, order, min(number, len(r.lines))
		if err := p.Send(p.req.Context(), Message{TextMessage, []byte("have " + strconv.Itoa(len(r.lines)))}); err != nil {
			return err
		}
	} else if number == len(r.lines)+1 && r.bytes+len(text) <= maxReplay {
		r.lines, r.bytes = append(r.lines, text), r.bytes+len(text)
	}
	return r.tell(p)
}

// tell tells the owner what it was not told, if it is p.
func (r *replay) tell(p *Peer) error {
	for r.owner == p && r.told < len(r.lines) {
		if err := p.Send(p.req.Context(), Message{TextMessage, []byte(r.lines[r.told])}); err != nil {
			return err
		}
		r.told++
	}
	return nil
}
