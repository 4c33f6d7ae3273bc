//go:build js

package browser

// A table finds WebSockets by their numbers and never allocates. While an
// allocation waits for the collector other goroutines run, though there is one
// thread, and a map that two of them change ends the program.
type table [256]*arrival

func (t *table) find(id int32) *arrival {
	a := t[uint8(id)]
	for a != nil && a.id != id {
		a = a.next
	}
	return a
}

func (t *table) add(a *arrival) {
	first := &t[uint8(a.id)]
	a.next, *first = *first, a
}

// remove does nothing if a is not there.
func (t *table) remove(a *arrival) {
	for at := &t[uint8(a.id)]; *at != nil; at = &(*at).next {
		if *at == a {
			*at = a.next
			return
		}
	}
}
