package testserver

import (
	"context"
	"strconv"
	"strings"
)

// prepareReplay serves a protocol that survives lost connections: each side
// numbers what it says.
func prepareReplay(s *site, q *query, e *endpoint) {
	key := q.text("key", "")
	e.serve = func(p *Peer) {
		log := s.replays.update(key, func(r *replay) *replay {
			if r == nil {
				r = &replay{turn: make(chan struct{}, 1)}
			}
			return r
		})
		for {
			m, err := p.Receive(context.Background())
			if err != nil || !log.take(p, string(m.Data)) {
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
	told  int   // how many lines it was told
}

// take deals with one message; false ends the connection.
func (r *replay) take(p *Peer, text string) bool {
	r.turn <- struct{}{}
	defer func() { <-r.turn }()
	rest, isResume := strings.CutPrefix(text, "resume ")
	digits, _, _ := strings.Cut(rest, " ")
	number, err := strconv.Atoi(digits)
	if err != nil || number < 0 {
		_ = p.Close(closePolicy, "want a number, a space and a payload, or resume and a number")
		return false
	}
	if isResume {
		r.owner, r.told = p, min(number, len(r.lines))
		if p.Send(p.req.Context(), Message{TextMessage, []byte("have " + strconv.Itoa(len(r.lines)))}) != nil {
			return false
		}
	} else if number == len(r.lines)+1 && r.bytes+len(text) <= maxReplay {
		r.lines, r.bytes = append(r.lines, text), r.bytes+len(text)
	}
	for r.owner == p && r.told < len(r.lines) {
		if p.Send(p.req.Context(), Message{TextMessage, []byte(r.lines[r.told])}) != nil {
			return false
		}
		r.told++
	}
	return true
}
