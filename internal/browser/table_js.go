//go:build js

package browser

// A table finds WebSockets by their numbers and never allocates. While an
// allocation waits for the collector other goroutines run, though there is one
// thread, and a map that two of them change ends the program.
type table [256]*glued

func (t *table) find(id int32) *glued {
	g := t[uint8(id)]
	for g != nil && g.id != id {
		g = g.next
	}
	return g
}

func (t *table) add(g *glued) {
	first := &t[uint8(g.id)]
	g.next, *first = *first, g
}

// remove does nothing if g is not there.
func (t *table) remove(g *glued) {
	for at := &t[uint8(g.id)]; *at != nil; at = &(*at).next {
		if *at == g {
			*at = g.next
			return
		}
	}
}
