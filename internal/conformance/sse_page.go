package conformance

import (
	"context"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/amphiwire/amphiwire/sse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// onPage tells what only a browser does, which Node is not.
func onPage() bool { return onJS && os.Getenv("AMPHIWIRE_TARGET") != "node" }

// asCharacters is a fact about WebKit.
const asCharacters = "sends each byte of a field's value as if it were a character, in UTF-8"

// eventSource is the Source that is EventSource where there is one.
func (t *T) eventSource() sse.Source {
	if onPage() {
		return sse.SourceEventSource
	}
	return sse.SourceAuto
}

// keepsCookies tells what every platform does but Node.
func keepsCookies() bool { return !onJS || onPage() }

// originRows show that a page may receive from another origin than its own:
// that of the pages which run the rows is never the server's, so that all
// rows cross origins there. What these say is what the standards ask for
// then.
func originRows() []Row {
	return []Row{
		{Name: "cross origin/the server sees which origin asks", Run: func(t *T) {
			origin := strings.Join(t.sight(nil).Header["Origin"], "")
			assert.NotEqual(t, t.HTTP, origin)
			assert.Equal(t, onPage(), origin != "", "a page has an origin")
		}},
		{Name: "cross origin/fields that need permission are sent", Run: func(t *T) {
			// Fetch, section 2.2.2: a Last-Event-ID of more than 128 bytes, or with
			// bytes such as "<", is not CORS-safelisted, so a browser asks first.
			for _, id := range []string{strings.Repeat("x", 200), "a<b>"} {
				seen := t.sight(&sse.Options{LastEventID: id, Header: map[string][]string{"X-Own": {"1"}}})
				assert.Equal(t, []string{id}, seen.Header["Last-Event-Id"])
				assert.Equal(t, []string{"1"}, seen.Header["X-Own"])
			}
		}},
		{Name: "cross origin/a field beyond ASCII is sent in UTF-8", Except: map[string]string{"webkit": asCharacters}, Run: func(t *T) {
			assert.Equal(t, []string{"é"}, t.sight(&sse.Options{LastEventID: "é"}).Header["Last-Event-Id"])
		}},
		{Name: "cross origin/cookies come and go with WithCredentials", Run: func(t *T) {
			for _, types := range [][]string{nil, {"message"}} {
				name := "c" + unique()
				opts := withCookies(&sse.Options{WithCredentials: true, Types: types})
				t.setCookie(name, opts)
				cookies := strings.Join(t.sight(opts).Header["Cookie"], "; ")
				assert.Equal(t, keepsCookies(), strings.Contains(cookies, name+"=1"), cookies)
				assert.Empty(t, t.sight(&sse.Options{Types: types}).Header["Cookie"])
			}
		}},
		{Name: "cross origin/cookies that come without WithCredentials are not kept", Run: func(t *T) {
			for _, types := range [][]string{nil, {"message"}} {
				name := "c" + unique()
				t.setCookie(name, &sse.Options{Types: types})
				cookies := strings.Join(t.sight(withCookies(&sse.Options{WithCredentials: true, Types: types})).Header["Cookie"], "; ")
				assert.NotContains(t, cookies, name)
			}
		}},
		{Name: "cross origin/goes on although the server permits no Last-Event-ID", Run: func(t *T) {
			key := unique()
			query := []string{"permit", "0", "then", "request", "key", key, "c", soon + "id: 7\ndata: a\n\n"}
			byWhat := func(seen sight) {
				if onPage() {
					assert.NotContains(t, seen.Header, "Last-Event-Id")
					assert.Contains(t, seen.Target, "&lastEventId=7")
				} else {
					assert.Equal(t, []string{"7"}, seen.Header["Last-Event-Id"])
				}
			}
			byWhat(t.nextRequest(t.open(nil, "raw", query...)))
			t.event(t.open(nil, "raw", query...))
			byWhat(t.nextRequest(t.open(&sse.Options{LastEventID: "7"}, "raw", query...)))
		}},
		{Name: "cross origin/sends Last-Event-ID as long as the server permits it", Run: func(t *T) {
			opts := &sse.Options{Reconnect: sse.Reconnect{RetryStatus: []int{503}}}
			seen := t.afterA503(opts) // the answer of which shows that it was permitted
			assert.Equal(t, []string{"7"}, seen.Header["Last-Event-Id"])
			assert.NotContains(t, seen.Target, "lastEventId")
		}},
		{Name: "cross origin/a page is not told what it has no permission for", Run: func(t *T) {
			for _, types := range [][]string{nil, {"message"}} {
				for _, origin := range []string{"http://elsewhere.test", ""} {
					s, err := sse.Connect(t.ctx, t.sse("status", "code", "200", "times", "9", "key", unique(), "body", "data: a\n\n",
						"header", "Content-Type:text/event-stream", "header", "Access-Control-Allow-Origin:"+origin), &sse.Options{Types: types})
					if err == nil {
						require.NoError(t, s.Close())
					}
					assert.Equal(t, onPage(), err != nil)
				}
			}
		}},
	}
}

// setCookie asks a server that answers with a cookie, and with no stream.
func (t *T) setCookie(name string, opts *sse.Options) {
	t.Helper()
	refused := t.unopened(t.sse("status", "code", "404", "times", "9", "key", name, "header", "Set-Cookie:"+name+"=1; Path=/"), opts)
	assert.Equal(t, 404, refused.StatusCode)
}

// hostRows show what becomes of more streams to one host than a browser
// opens over HTTP/1.1, which is six: the next one waits, for no longer than
// its context, and goes on when there is room.
func hostRows() []Row {
	return []Row{
		{Name: "host/a seventh stream ends with its context or opens", Run: func(t *T) {
			six := make([]*sse.Stream, 6)
			for i := range six {
				six[i] = t.quiet(nil)
			}
			seventh, err := sse.Connect(t.within(500*time.Millisecond), t.sse("raw", silence...), nil)
			if err == nil {
				require.NoError(t, seventh.Close())
			} else {
				assert.ErrorContains(t, err, "six streams", "the error says what to look for")
			}
			assert.Equal(t, onPage(), err != nil)
			require.NoError(t, six[0].Close())
			t.quiet(nil)
		}},
	}
}

// pageRows show what becomes of a stream when something becomes of its page.
func pageRows() []Row {
	return slices.Concat(
		[]Row{{Name: "page/a stream that waits goes on at once when the network is back", Run: func(t *T) {
			opts := &sse.Options{Reconnect: sse.Reconnect{Delay: time.Hour, MaxDelay: time.Hour}}
			s := t.open(opts, "raw", "key", unique(), "c", "data: a\n\n", "again", "data: b\n\n")
			assert.Equal(t, "a", t.data(s))
			t.eventually("it waits", func() bool { return s.State() == sse.Connecting })
			if !dispatch("online") {
				_, err := s.Receive(t.within(100 * time.Millisecond))
				assert.ErrorIs(t, err, context.DeadlineExceeded, "no one tells this program of the network")
				return
			}
			assert.Equal(t, "b", t.data(s))
		}}},
		both("page/a stream goes on while its page is hidden", func(t *T, opts *sse.Options) {
			changes := make(chan sse.StateChange, 99)
			opts.OnState = func(c sse.StateChange) { changes <- c }
			s := t.open(opts, "count", "n", "100", "interval", "10", "then", "hang")
			t.event(s)
			show, hidden := hide()
			assert.Equal(t, onPage(), hidden)
			for _, want := range counted(2, 50) {
				require.Equal(t, want, t.event(s))
			}
			show()
			for _, want := range counted(51, 100) {
				require.Equal(t, want, t.event(s))
			}
			assert.Equal(t, sse.Open, await(t, changes).State)
			assert.Empty(t, changes, "there was one connection")
		}),
	)
}
