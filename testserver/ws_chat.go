package testserver

import (
	"context"
	"sync"
)

// prepareChat serves rooms: what one member says is sent to all of them, the
// one who said it included, in the same order to each.
func prepareChat(s *site, q *query, e *endpoint) {
	room := q.text("room", "")
	e.serve = func(p *Peer) {
		m := s.rooms.enter(room, p)
		defer s.rooms.leave(room, m)
		for {
			said, err := p.Receive(context.Background())
			if err != nil {
				return
			}
			s.rooms.say(room, said)
		}
	}
}

// maxUnsent is how many messages may wait for one member. Who takes them more
// slowly than the others talk is closed rather than waited for.
const maxUnsent = 256

// rooms are the members of each room. The zero value is ready.
type rooms struct {
	mu      sync.Mutex
	members map[string]map[*member]struct{}
}

// A member has a goroutine that sends what is said.
type member struct {
	peer   *Peer
	unsent chan Message // closed when the member has left
	left   chan struct{}
}

func (r *rooms) enter(room string, p *Peer) *member {
	m := &member{peer: p, unsent: make(chan Message, maxUnsent), left: make(chan struct{})}
	go m.send()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.members == nil {
		r.members = map[string]map[*member]struct{}{}
	}
	if r.members[room] == nil {
		r.members[room] = map[*member]struct{}{}
	}
	r.members[room][m] = struct{}{}
	return m
}

// leave returns when nothing of m is left.
func (r *rooms) leave(room string, m *member) {
	r.mu.Lock()
	delete(r.members[room], m)
	if len(r.members[room]) == 0 {
		delete(r.members, room)
	}
	close(m.unsent)
	r.mu.Unlock()
	<-m.left
}

// say has said sent to everybody. Holding the lock is what makes the order the
// same for all; nobody is waited for.
func (r *rooms) say(room string, said Message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for m := range r.members[room] {
		select {
		case m.unsent <- said:
		default:
			go func() { _ = m.peer.Close(closeTryLater, "too slow") }()
		}
	}
}

// send sends until the member has left. An error is told to Receive as well.
func (m *member) send() {
	defer close(m.left)
	for said := range m.unsent {
		if m.peer.ended() == nil {
			_ = m.peer.Send(m.peer.req.Context(), said)
		}
	}
}
