package testserver

import (
	"context"
	"sync"
)

// prepareChat serves rooms: what one member says is sent to all of them, the
// one who said it included, in the same order to each. Members are in the room
// before their handshake is answered, so that who is connected misses nothing.
func prepareChat(s *site, q *query, e *endpoint) {
	room, m, begin := q.text("room", ""), newMember(), e.quirk.begin
	e.quirk.begin = func() func(result) {
		end := func(result) {}
		if begin != nil {
			end = begin()
		}
		s.rooms.enter(room, m)
		return func(r result) {
			s.rooms.leave(room, m)
			end(r)
		}
	}
	e.serve = func(p *Peer) {
		var both sync.WaitGroup
		both.Go(func() { m.send(p) })
		both.Go(func() { m.watch(p) })
		for {
			said, err := p.Receive(context.Background())
			if err != nil {
				break
			}
			s.rooms.say(room, said)
		}
		s.rooms.leave(room, m)
		both.Wait()
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

// A member is somebody in a room.
type member struct {
	unsent chan Message  // closed when the member has left
	slow   chan struct{} // holds a value when there was no room in unsent; closed likewise
}

func newMember() *member {
	return &member{make(chan Message, maxUnsent), make(chan struct{}, 1)}
}

func (r *rooms) enter(room string, m *member) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.members == nil {
		r.members = map[string]map[*member]struct{}{}
	}
	if r.members[room] == nil {
		r.members[room] = map[*member]struct{}{}
	}
	r.members[room][m] = struct{}{}
}

// leave may be called again.
func (r *rooms) leave(room string, m *member) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.members[room][m]; !ok {
		return
	}
	delete(r.members[room], m)
	if len(r.members[room]) == 0 {
		delete(r.members, room)
	}
	close(m.unsent)
	close(m.slow)
}

// say has said sent to everybody. Holding the lock is what makes the order the
// same for all; nobody is waited for.
func (r *rooms) say(room string, said Message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for m := range r.members[room] {
		select {
		case m.unsent <- said:
			continue
		default:
		}
		select {
		case m.slow <- struct{}{}:
		default: // it is known
		}
	}
}

// send sends until the member has left. An error is told to Receive as well.
func (m *member) send(p *Peer) {
	for said := range m.unsent {
		if p.ended() == nil {
			_ = p.Send(p.req.Context(), said)
		}
	}
}

// watch closes the connection of a member who is too slow.
func (m *member) watch(p *Peer) {
	if _, slow := <-m.slow; slow {
		_ = p.Close(closeTryLater, "too slow")
	}
}
