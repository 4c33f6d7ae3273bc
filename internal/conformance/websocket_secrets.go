package conformance

import (
	"context"
	"encoding/base64"
	"errors"
	"sync"
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// secret is a token that looks the same in a query and in a header.
const secret = "s3cret-t0ken"

// A log is what a program might write down: everything that a Conn says in
// words.
type log struct {
	mu    sync.Mutex
	lines []string
}

func (l *log) add(lines ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, lines...)
}

// err adds err, and every error that it wraps.
func (l *log) err(err error) {
	for ; err != nil; err = errors.Unwrap(err) {
		l.add(err.Error())
		var refused *client.ConnectError
		if errors.As(err, &refused) {
			l.add(refused.URL)
		}
	}
}

// keep has all that o can tell written down.
func (l *log) keep(o *client.Options) {
	o.OnState = func(c client.StateChange) { l.err(c.Err) }
	o.Trace = &client.Trace{
		Dial:      func(d client.TraceDial) { l.add(d.URL) },
		Handshake: func(h client.TraceHandshake) { l.add(h.URL, h.Subprotocol); l.err(h.Err) },
		Retry:     func(err error, _ time.Duration) { l.err(err) },
	}
}

// check looks for the token, and that something was written.
func (l *log) check(t *T) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	assert.NotEmpty(t, l.lines)
	for _, line := range l.lines {
		for _, s := range []string{secret, base64.RawURLEncoding.EncodeToString([]byte(secret))} {
			assert.NotContains(t, line, s)
		}
	}
}

// carriers are those that the platform has.
func carriers() map[string]client.Carrier {
	all := map[string]client.Carrier{"query": client.BearerQuery, "subprotocol": client.BearerSubprotocol}
	if !onJS {
		all["header"] = client.BearerHeader
	}
	return all
}

// secretRows show that a token reaches nothing that a program may log, whatever
// carries it and whatever goes wrong.
func secretRows() (rows []Row) {
	encoded := base64.RawURLEncoding.EncodeToString([]byte(secret))
	for _, end := range []struct {
		name string
		url  func(t *T) string
	}{
		{"a refusal", func(t *T) string { return t.ws("reject", "status", "403") }},
		{"a subprotocol that was not offered", func(t *T) string { return t.ws("answer", "subprotocol", "other") }},
		{"all subprotocols selected", func(t *T) string { return t.ws("answer", "subprotocol", "chat, bearer."+encoded) }},
		{"an answer that is none", func(t *T) string { return t.ws("answer", "accept", "bad") }},
		{"a redirect to what is no URL", func(t *T) string { return t.ws("redirect", "to", "ws://%zz/?access_token="+secret) }},
		{"a redirect to where nobody listens", func(t *T) string { return t.ws("redirect", "to", "ws://127.0.0.1:2/?access_token="+secret) }},
		{"nobody who listens", func(t *T) string { return "ws://127.0.0.1:2/" }},
		{"an address that only some platforms take", func(t *T) string { return "ws://[::1%25zone]:2/" }},
		{"a number that is no address", func(t *T) string { return "ws://0x100000000:2/" }},
		{"a name that is none", func(t *T) string { return "ws://xn--a.invalid:2/" }},
		{"a scheme that is none", func(t *T) string { return "gopher://127.0.0.1/" }},
	} {
		rows = append(rows, Row{Name: "secrets/not told of after " + end.name, Run: func(t *T) {
			for _, by := range carriers() {
				l, o := &log{}, &client.Options{Subprotocols: []string{"chat"}}
				o.Prepare = func(_ context.Context, a *client.Attempt) error { return a.SetBearer(secret, by) }
				l.keep(o)
				l.err(t.refused(end.url(t), o))
				l.check(t)
			}
		}})
	}
	return append(rows,
		Row{Name: "secrets/not told of by a connection that is lost", Run: func(t *T) {
			for _, by := range carriers() {
				l, o := &log{}, impatiently()
				o.Subprotocols = []string{"chat"}
				o.Prepare = func(_ context.Context, a *client.Attempt) error { return a.SetBearer(secret, by) }
				l.keep(o)
				c := t.dialWith(o, "flaky", "key", unique(), "protocols", "chat")
				t.survives(c)
				require.NoError(t, c.Close())
				l.err(second(c.Receive(t.ctx)))
				l.check(t)
			}
		}},
		Row{Name: "secrets/not told of by what Prepare makes that cannot be sent", Run: func(t *T) {
			for name, change := range map[string]func(*client.Attempt){
				"a subprotocol":     func(a *client.Attempt) { a.Subprotocols = []string{"bearer." + secret + " "} },
				"one that is twice": func(a *client.Attempt) { a.Subprotocols = []string{"bearer." + secret, "bearer." + secret} },
				"a URL":             func(a *client.Attempt) { a.URL += "?access_token=" + secret + " " },
				"a header":          func(a *client.Attempt) { a.Header["Authorization"] = []string{secret + "\r\n"} },
				"a header's name":   func(a *client.Attempt) { a.Header["Bearer "+secret] = []string{""} },
			} {
				l, o := &log{}, &client.Options{}
				o.Prepare = func(_ context.Context, a *client.Attempt) error { change(a); return nil }
				l.keep(o)
				err := t.refused(t.ws("echo"), o)
				l.err(err)
				l.check(t)
				assert.NotContains(t, err.Error(), secret, name)
			}
		}},
		Row{Name: "prepare/a token that has expired is asked for anew", Run: func(t *T) {
			p, o, tokens := t.proxy(), impatiently(), make(chan string, 3)
			for _, token := range []string{secret, "expired", secret} {
				tokens <- token
			}
			o.Prepare = func(_ context.Context, a *client.Attempt) error { return a.SetBearer(<-tokens, client.BearerQuery) }
			c := t.through(p, o, "token", "token", secret)
			p.command("cut")
			t.survives(c)
			assert.Empty(t, tokens)
		}},
	)
}

// second is the error of a call that returns something else first.
func second[V any](_ V, err error) error { return err }
