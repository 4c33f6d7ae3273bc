package conformance

import (
	"net/url"
	"slices"
	"strings"

	"github.com/amphiwire/amphiwire/sse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// answerRows show which answers are event streams, and where redirects lead:
// HTML standard, section 9.2.3, "process response".
func answerRows() []Row {
	return slices.Concat(statusRows(), contentTypeRows(), codingRows(), forwardRows())
}

// statusRows: "if res's status is not 200 […] then fail the connection". A
// status that redirects does not unless there is a Location.
func statusRows() []Row {
	var rows []Row
	for _, code := range []int{
		201, 202, 203, 205, 206, 210, 226, 299, 300, 301, 302, 303, 304, 305, 306, 307, 308, 400, 401, 403, 404, 410, 429, 451, 500, 502, 503, 504, 599,
	} {
		rows = append(rows, both("answer/status "+itoa(code)+" is none", func(t *T, opts *sse.Options) {
			url := t.sse("status", "code", itoa(code), "key", unique(), "times", "9", "header", "Content-Type:text/event-stream")
			assert.Equal(t, code, t.unopened(url, opts).StatusCode)
		})...)
	}
	return rows
}

// contentTypeRows: "if res's `Content-Type` is not `text/event-stream`, then
// fail the connection", in whatever way its parameters are written. That the
// body is UTF-8 no parameter changes.
func contentTypeRows() []Row {
	var rows []Row
	for typ, good := range map[string]bool{
		"text/event-stream":                          true,
		"text/event-stream;":                         true,
		"TEXT/EVENT-STREAM":                          true,
		"Text/Event-Stream; Charset=UTF-8":           true,
		"text/event-stream;charset=windows-1252":     true,
		"text/event-stream; charset=utf-16":          true,
		"text/event-stream; charset=nonsense":        true,
		"text/event-stream; x=bogus":                 true,
		"text/event-stream; x":                       true,
		"text/event-stream;charset=utf-8;charset=x ": true,
		"text/event-streamx":                         false,
		"text/event":                                 false,
		"xtext/event-stream":                         false,
		"text/x-event-stream":                        false,
		"text/plain; text/event-stream":              false,
		"text/html":                                  false,
		"application/json":                           false,
		"bogus":                                      false,
		"":                                           false,
	} {
		name := "answer/content type \"" + typ + "\" is "
		if good {
			rows = append(rows, both(name+"one", func(t *T, opts *sse.Options) {
				s := t.open(opts, "type", "content-type", typ, "body", "data: ok…\n\n")
				assert.Equal(t, "ok…", t.data(s))
			})...)
			continue
		}
		rows = append(rows, both(name+"none", func(t *T, opts *sse.Options) {
			err := t.unopened(t.sse("type", "content-type", typ, "body", "data: ok\n\n"), opts)
			assert.Equal(t, 200, err.StatusCode)
			assert.Equal(t, "data: ok\n\n", string(err.Body))
		})...)
	}
	slices.SortFunc(rows, func(a, b Row) int { return strings.Compare(a.Name, b.Name) })
	return rows
}

// codingRows: Fetch, section 2.2.4, "handle content codings": "If codings are not
// supported, then return bytes." There is no coding of the name none: servers
// send it so that no proxy compresses the stream.
func codingRows() []Row {
	var rows []Row
	for _, coding := range []string{"none", "identity", "utf-8"} {
		rows = append(rows, both("answer/content encoding "+coding+" is left as it is", func(t *T, opts *sse.Options) {
			s := t.open(opts, "status", "code", "200", "times", "9", "key", unique(), "body", "data: ok\n\n",
				"header", "Content-Type:text/event-stream", "header", "Content-Encoding:"+coding)
			assert.Equal(t, "ok", t.data(s))
		})...)
	}
	return rows
}

// forwardRows show that a request is sent on, as often as the Fetch standard
// allows (section 4.4, "HTTP-redirect fetch").
func forwardRows() []Row {
	rows := slices.Concat(
		both("redirect/one after another", func(t *T, opts *sse.Options) {
			assert.Equal(t, "1", t.data(t.open(opts, "redirect", "status", "301", "to", through("302", through("303", through("307", through("308", onward)))))))
		}),
		both("redirect/twenty of them", func(t *T, opts *sse.Options) {
			assert.Equal(t, "1", t.data(t.open(opts, "redirect", "to", throughMany(19))))
		}),
		both("redirect/not more", func(t *T, opts *sse.Options) {
			assert.Zero(t, t.unopened(t.sse("redirect", "to", throughMany(20)), opts).StatusCode)
		}),
		both("redirect/to what is no event stream", func(t *T, opts *sse.Options) {
			assert.Equal(t, 404, t.unopened(t.sse("redirect", "to", "/sse/status?times=9&code=404&key="+unique()), opts).StatusCode)
		}),
		[]Row{
			{Name: "redirect/OnState tells where it led", Run: func(t *T) {
				told := make(chan sse.StateChange, 10)
				t.open(&sse.Options{OnState: func(c sse.StateChange) { told <- c }}, "redirect", "to", onward)
				assert.Equal(t, t.HTTP+onward, await(t, told).URL)
			}},
			{Name: "redirect/the header goes along", Run: func(t *T) {
				seen := t.sightOf(&sse.Options{OneShot: true, LastEventID: "7", Header: map[string][]string{"Authorization": {"Bearer x"}, "X-Own": {"1"}}}, "redirect", "to", shown)
				assert.Equal(t, []string{"text/event-stream"}, seen.Header["Accept"])
				assert.Equal(t, []string{"no-cache"}, seen.Header["Cache-Control"])
				assert.Equal(t, []string{"7"}, seen.Header["Last-Event-Id"])
				assert.Equal(t, []string{"Bearer x"}, seen.Header["Authorization"])
				assert.Equal(t, []string{"1"}, seen.Header["X-Own"])
			}},
			{Name: "redirect/credentials do not go along to another origin", Run: func(t *T) {
				seen := t.sightOf(&sse.Options{OneShot: true, LastEventID: "7", Header: map[string][]string{"Authorization": {"Bearer x"}, "X-Own": {"1"}}}, "redirect", "to", t.elsewhere()+shown)
				assert.NotContains(t, seen.Header, "Authorization")
				assert.Equal(t, []string{"7"}, seen.Header["Last-Event-Id"])
				assert.Equal(t, []string{"1"}, seen.Header["X-Own"])
			}},
		},
	)
	for status, method := range map[string]string{"301": "GET", "302": "GET", "303": "GET", "307": "POST", "308": "POST"} {
		rows = append(rows, Row{Name: "redirect/" + status + " makes a POST a " + method, Run: func(t *T) {
			seen := t.sightOf(&sse.Options{OneShot: true, Body: body("question")}, "redirect", "status", status, "to", shown)
			assert.Equal(t, method, seen.Method)
			assert.Equal(t, map[string]string{"GET": "", "POST": "question"}[method], seen.Body)
		}})
	}
	slices.SortFunc(rows, func(a, b Row) int { return strings.Compare(a.Name, b.Name) })
	return rows
}

// shown is where redirects lead that are to be seen, to a stream that ends by
// itself: see onward.
const shown = "/sse/request?then=eof"

// through is where a redirect with this status leads that leads to to.
func through(status, to string) string {
	return "/sse/redirect?status=" + status + "&to=" + url.QueryEscape(to)
}

// throughMany is the first of n redirects.
func throughMany(n int) string {
	to := onward
	for range n {
		to = through("302", to)
	}
	return to
}

// elsewhere is the companion server at another origin: it is the host's name
// that counts, not where it leads.
func (t *T) elsewhere() string {
	t.Helper()
	other := strings.Replace(t.HTTP, "127.0.0.1", "localhost", 1)
	require.NotEqual(t, t.HTTP, other)
	return other
}
