package testserver

import "testing"

// A pong that comes first shows that nothing else has begun.
func TestEveryRouteWaitsForTheClientIfItIsAskedTo(t *testing.T) {
	s := New(t)
	for target, end := range map[string]func(*client){
		"/ws/close?code=4000&await=1":             func(c *client) { c.want(closing, code(4000, "")); c.send(closing, ""); c.wantEnd() },
		"/ws/burst?n=1&code=-1&await=1":           func(c *client) { c.want(text, "0"); c.wantEnd() },
		"/ws/drop?how=rst&await=1":                (*client).wantReset,
		"/ws/raw?hex=f703616263&then=fin&await=1": func(c *client) { c.want(0xf7, "abc"); c.wantEnd() },
	} {
		t.Run(target, func(t *testing.T) {
			c := open(t, s, target)
			c.send(ping, "first")
			c.want(pong, "first")
			c.send(text, "go")
			end(c)
		})
	}
}
