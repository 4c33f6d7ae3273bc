package testserver

// A ring holds the last events, each under its number: the first event there
// ever was is number 0.
type ring struct {
	keep, limit int   // events for replay, and in all
	maxBytes    int64 // of all; negative: no limit

	entries []entry
	first   uint64 // number of entries[0]
	bytes   int64
	dropped string            // the ID of the event before entries[0]
	byID    map[string]uint64 // of entries
}

// An entry is an event as it goes over the wire.
type entry struct {
	id   string
	wire []byte
}

// entryOverhead is what an entry takes besides its text.
const entryOverhead = 128

func newRing(keep, limit int, maxBytes int64) ring {
	return ring{keep: keep, limit: limit, maxBytes: maxBytes, byID: map[string]uint64{}}
}

// end is the number that the next event will have.
func (r *ring) end() uint64 { return r.first + uint64(len(r.entries)) }

// size is what e counts for.
func (e *entry) size() int64 { return int64(len(e.id)+len(e.wire)) + entryOverhead }

// add appends an event, at the cost of the oldest ones.
func (r *ring) add(id string, wire []byte) {
	e := entry{id, wire}
	r.byID[id] = r.end()
	r.entries = append(r.entries, e)
	r.bytes += e.size()
	for len(r.entries) > r.limit || r.maxBytes >= 0 && r.bytes > r.maxBytes && len(r.entries) > 1 {
		r.dropFirst()
	}
}

func (r *ring) dropFirst() {
	e := &r.entries[0]
	r.bytes -= e.size()
	r.dropped = e.id
	if r.byID[e.id] == r.first { // a later event may have the same ID
		delete(r.byID, e.id)
	}
	*e = entry{}
	r.entries = r.entries[1:] // append moves what is left when the memory ends
	r.first++
}

// oldest is the number of the first event that is replayed.
func (r *ring) oldest() uint64 {
	if n := len(r.entries); n > r.keep {
		return r.end() - uint64(r.keep)
	}
	return r.first
}

// after returns the number of the event that follows the one with this ID.
// known is false if that one, or one that followed it, is no longer kept: then
// next is the oldest that is.
func (r *ring) after(id string) (next uint64, known bool) {
	oldest := r.oldest()
	if n, ok := r.byID[id]; ok && n+1 >= oldest {
		return n + 1, true
	}
	if r.first > 0 && oldest == r.first && id == r.dropped {
		return oldest, true // it has seen all but what is kept
	}
	return oldest, false
}

// at is the event with number n, which is in the ring.
func (r *ring) at(n uint64) *entry { return &r.entries[n-r.first] }

// idBefore is the ID of the event before number n, "" if that is forgotten.
func (r *ring) idBefore(n uint64) string {
	switch {
	case n > r.first && n <= r.end():
		return r.at(n - 1).id
	case n == r.first:
		return r.dropped
	}
	return ""
}
