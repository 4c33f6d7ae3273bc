package sse

// A permission is what a page knows of whether it may send Last-Event-ID to
// another origin, for which the server has to permit it (Fetch, section 4.8,
// "CORS-preflight fetch"). Many do not know of that, because a platform's
// EventSource may send it unasked: a stream by fetch would open, and never
// again once it had an ID. The page is not told; it looks as if nobody had
// answered.
type permission struct {
	asking  bool // the last attempt needed a permission that may not be there
	granted bool
	byQuery bool // the ID goes in the query
	trial   bool // for the first time
}

// learn is told how an attempt has ended. It reports whether the next one is
// to be made at once, with the ID in the query. If that is not answered
// either, the reason was another one.
func (p *permission) learn(err error) (again bool) {
	status, _ := answerOf(err)
	answered := err == nil || status != 0
	switch {
	case p.asking && answered:
		p.granted = true
	case p.asking:
		p.byQuery, p.trial = true, true
		return true
	case p.trial:
		p.byQuery, p.trial = answered, false
	}
	return false
}
