package testserver

import (
	"bytes"
	"net/http"
	"strconv"
)

// prepareTypes names the last type "message", which is what an event without
// a type is: the field is left out.
func prepareTypes(_ *site, q *query) http.Handler {
	n := q.int("n", 3, 0, maxCount)
	return stream(func(w *EventWriter) {
		types := []string{"a", "b", "message"}
		for i := range n {
			if w.Send(Event{Type: types[i%len(types)], Data: strconv.Itoa(i)}) != nil {
				return
			}
		}
		w.hang()
	})
}

// prepareSlowLine serves what makes a receiver quadratic that looks at a
// whole line again for each piece of it.
func prepareSlowLine(_ *site, q *query) http.Handler {
	size := q.int("size", 1<<16, 0, 4*maxSize)
	step := q.int("step", 1<<10, 1, maxSize)
	delay := q.millis("delay", 0)
	return stream(func(w *EventWriter) {
		piece := bytes.Repeat([]byte{'.'}, step)
		err := w.write([]byte("data:"))
		for left := size; left > 0 && err == nil && w.wait(delay); left -= step {
			err = w.write(piece[:min(left, step)])
		}
		if err == nil && w.write([]byte("\n\n")) == nil {
			w.hang()
		}
	})
}
