package testserver

import (
	"cmp"
	"net/http"
	"strings"
	"sync/atomic"
)

// Options configures [Handler], [Listen] and [ListenTLS]. The zero value is
// the default.
type Options struct {
	// MaxMessageSize limits a message that a WebSocket route receives, in
	// bytes; 0: 16 MiB; negative: none.
	MaxMessageSize int64
	// Handler answers the paths that are not in the table; nil: 404. It is
	// the place for endpoints of your own made by [WebSocket] and
	// [EventStream], and must return when the request's context ends.
	Handler http.Handler
	// Logf is called with one line for each request, from which the value of
	// access_token is left out; nil: no log. It must be safe for concurrent
	// use, as [testing.TB]'s Logf is.
	Logf func(format string, args ...any)
}

// A site is what the routes of one Handler share. Its memories are bounded and
// have locks of their own.
type site struct {
	opts    Options
	routes  map[string]route
	visits  memory[int]     // requests for each key
	ended   memory[bool]    // streams of which the next request gets 204
	reports memory[*report] // WebSocket connections by their id
	replays memory[*replay] // what /ws/replay has taken, by key
	logs    memory[*EventLog]
	rooms   rooms // of /ws/chat

	resumable atomic.Int64 // connections to /ws/replay so far
}

// Handler returns every route of the package comment, for any [http.Server].
// The server must speak HTTP/1.1 where WebSockets are used: offer no "h2" by
// ALPN. Connections end when the request's context does, which is when the
// server's base context does. opts may be nil.
//
// What routes remember between requests (keys, ids) belongs to the returned
// handler: two of them know nothing of each other.
func Handler(opts *Options) http.Handler {
	s := &site{routes: map[string]route{}}
	if opts != nil {
		s.opts = *opts
	}
	s.opts.MaxMessageSize = cmp.Or(s.opts.MaxMessageSize, maxSize)
	for _, r := range table() {
		s.routes[r.path] = r
	}
	return s
}

// ServeHTTP finds the route, reads its parameters, and serves the request
// unless one of them is refused. Paths are compared as they are: what a
// ServeMux would redirect is a mistake in a test.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.opts.Logf != nil {
		s.opts.Logf("%s %s %s", r.RemoteAddr, r.Method, withoutToken(r.URL.RequestURI()))
	}
	route, ok := s.routes[r.URL.Path]
	switch {
	case ok:
		s.serve(route, w, r)
	case s.opts.Handler != nil:
		s.opts.Handler.ServeHTTP(w, r)
	default:
		allowOrigin(w, r)
		http.Error(w, "no such route: see /", http.StatusNotFound)
	}
}

// withoutToken leaves out the token of a client that cannot send a header. A
// log outlives the test, and is passed around.
func withoutToken(uri string) string {
	path, query, _ := strings.Cut(uri, "?")
	parts := strings.Split(query, "&")
	for i, part := range parts {
		if name, _, ok := strings.Cut(part, "="); ok && name == "access_token" {
			parts[i] = name + "=…"
		}
	}
	if query == "" {
		return uri
	}
	return path + "?" + strings.Join(parts, "&")
}

// serve reads the parameters before anything is answered, so that 400 is still
// possible.
func (s *site) serve(route route, w http.ResponseWriter, r *http.Request) {
	allowOrigin(w, r)
	if r.Method == http.MethodOptions {
		w.WriteHeader(permission(r))
		return
	}
	q := parseQuery(r.URL.RawQuery)
	h := route.prepare(s, q)
	if q.err != nil {
		http.Error(w, q.err.Error(), http.StatusBadRequest)
		return
	}
	h.ServeHTTP(w, r)
}

// permission is the status of the answer to a page that asks what it may send
// (Fetch, section 4.8, "CORS-preflight fetch"). Most servers of event streams
// know of no such question: with permit=0 neither does this one.
func permission(r *http.Request) int {
	if r.URL.Query().Get("permit") == "0" {
		return http.StatusMethodNotAllowed
	}
	return http.StatusNoContent
}

// allowOrigin lets any page read the response and send any header: the page
// of a test is served from another port than this server's.
//
// With credentials a browser takes "*" for a name like any other, so the
// origin is repeated and the fields that routes send are named.
func allowOrigin(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	if origin := r.Header.Get("Origin"); origin != "" {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Allow-Credentials", "true")
		h.Set("Vary", "Origin")
	}
	h.Set("Access-Control-Expose-Headers", "*, Location, Retry-After, X-Reject")
	if method := r.Header.Get("Access-Control-Request-Method"); method != "" {
		h.Set("Access-Control-Allow-Methods", method)
	}
	if fields := r.Header.Get("Access-Control-Request-Headers"); fields != "" {
		h.Set("Access-Control-Allow-Headers", fields)
	}
}
