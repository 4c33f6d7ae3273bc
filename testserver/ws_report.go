package testserver

import (
	"encoding/json"
	"time"
)

// reportTime is how long /ws/report waits for a connection to end.
const reportTime = 10 * time.Second

// A result is what /ws/report tells of a connection that has ended. Messages,
// bytes and pongs are those received. Code and Reason are those of the
// client's Close frame: 1005 if it had no code, 1006 if there was none. Clean:
// Close frames were exchanged. EOF: the client closed its side of the TCP
// connection, rather than reset it or leave it open.
type result struct {
	Messages int64  `json:"messages"`
	Bytes    int64  `json:"bytes"`
	Pongs    int64  `json:"pongs"`
	Code     uint16 `json:"code"`
	Reason   string `json:"reason"`
	Clean    bool   `json:"clean"`
	EOF      bool   `json:"eof"`
}

// result sums up the connection.
func (p *Peer) result() result {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.tale
	r := result{
		Messages: t.messages, Bytes: t.bytes, Pongs: t.pongs,
		Code: closeAbnormal, Clean: t.answered, EOF: t.eof,
	}
	if p.got != nil {
		r.Code, r.Reason = p.got.Code, p.got.Reason
	}
	return r
}

// A report is what is known of the last connection with an id.
type report struct {
	begun  bool          // there is such a connection
	ended  chan struct{} // closed when it has ended and result is set
	result result
}

// newReport returns the entry of an id that is new, with a connection or
// without.
func newReport(begun bool) *report { return &report{begun: begun, ended: make(chan struct{})} }

// begin notes that a connection with this id begins, and returns what is to
// be called when it has ended. Who asked before it came waits for it too; who
// asked about an earlier one still gets the answer about that.
func (s *site) begin(id string) (end func(result)) {
	r := s.reports.update(id, func(r *report) *report {
		if r == nil || r.begun {
			return newReport(true)
		}
		r.begun = true
		return r
	})
	return func(res result) {
		r.result = res
		close(r.ended)
	}
}

// report returns the last connection with this id, or the one to come.
func (s *site) report(id string) *report {
	return s.reports.update(id, func(r *report) *report {
		if r == nil {
			return newReport(false)
		}
		return r
	})
}

// prepareReport answers over WebSocket so that a page reads it with the API
// under test and without CORS. Here id is another connection's.
func prepareReport(s *site, q *query, e *endpoint) {
	id := q.text("id", "")
	e.quirk.begin = nil
	e.serve = func(p *Peer) {
		timer := time.NewTimer(reportTime)
		defer timer.Stop()
		r := s.report(id)
		select {
		case <-r.ended:
			p.tellResult(r.result)
		case <-timer.C:
			_ = p.Close(closeTryLater, "no connection with this id has ended")
		case <-p.req.Context().Done():
		}
	}
}

// tellResult sends a result. The close with 1000 is what follows every serve
// function.
func (p *Peer) tellResult(r result) {
	if text, err := json.Marshal(r); err == nil {
		_ = p.Send(p.req.Context(), Message{TextMessage, text})
	}
}
