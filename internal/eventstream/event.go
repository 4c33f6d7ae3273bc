package eventstream

import "unsafe"

// An Event is an event that owns its memory.
type Event struct {
	Type        string
	Data        string
	LastEventID string
}

// maxTypes bounds the types that are remembered, and maxTypeLen their length:
// a server chooses them.
const (
	maxTypes   = 64
	maxTypeLen = 64
)

// maxCopiedID is how long an ID may be to be copied for each event that repeats
// it. A server needs six bytes for such an event: were the ID of megabytes, a
// few kilobytes would take gigabytes.
const maxCopiedID = 1 << 10

// Types remembers the event types of a stream, of which there are few, so
// that each is allocated once, and an ID that is long. The zero value is ready
// for use.
type Types struct {
	last string
	seen map[string]string
	id   string // the last one over maxCopiedID
	ids  int    // the View's
}

// Intern returns typ as a string.
func (t *Types) Intern(typ []byte) string {
	if string(typ) == t.last {
		return t.last
	}
	s, ok := t.seen[string(typ)]
	if !ok {
		s = string(typ)
		t.remember(s)
	}
	t.last = s
	return s
}

// remember keeps s unless a server could make that cost much: what is long is
// not kept, and when there are too many all are forgotten.
func (t *Types) remember(s string) {
	if len(s) > maxTypeLen {
		return
	}
	if t.seen == nil || len(t.seen) >= maxTypes {
		t.seen = make(map[string]string)
	}
	t.seen[s] = s
}

// Own returns v as an Event. ID and data share one block of memory: one
// allocation an event. The ID is copied each time it is repeated, because a
// string that is shared with an earlier event would keep that one's data in
// memory. A long one has a block of its own, which all that repeat it share.
func (t *Types) Own(v *View) Event {
	typ := t.Intern(v.Type)
	if n := len(v.ID); n == 0 || n > maxCopiedID {
		return Event{typ, string(v.Data), t.long(v)}
	}
	block := join(v.ID, v.Data)
	return Event{typ, block[len(v.ID):], block[:len(v.ID)]}
}

// long returns an ID that is long, or empty.
func (t *Types) long(v *View) string {
	if len(t.id) != len(v.ID) || t.ids != v.IDs {
		t.id, t.ids = string(v.ID), v.IDs
	}
	return t.id
}

// join returns a followed by b in one allocation.
func join(a, b []byte) string {
	const few = 128
	if n := len(a) + len(b); n <= few { // copying twice costs less than a Builder
		var stack [few]byte
		copy(stack[copy(stack[:], a):], b)
		return string(stack[:n])
	}
	joined := append(append(make([]byte, 0, len(a)+len(b)), a...), b...)
	return unsafe.String(unsafe.SliceData(joined), len(joined)) // which nobody changes
}
