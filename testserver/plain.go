package testserver

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"strings"
)

// plainRoutes returns the routes that are neither WebSocket nor event stream.
func plainRoutes() []route {
	return []route{
		{"/", "", "a page that lists the routes", preparePage},
		{"/healthz", "", `200 "ok"`, prepareHealth},
	}
}

// prepareHealth serves what a script polls that has started the server.
func prepareHealth(*site, *query) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") })
}

// preparePage serves the table to people: whoever opens the server's URL
// learns what can be asked of it.
func preparePage(*site, *query) http.Handler {
	page := indexPage()
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, page)
	})
}

// pageHead is the page down to the table. It fits a phone, and needs nothing
// from any other server.
const pageHead = `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Amphiwire companion server</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em }
code { background: #8882; border-radius: 3px; padding: 0 .3em; overflow-wrap: anywhere }
dd { margin: 0 0 .8em 2em }
</style>
<h1>Amphiwire companion server</h1>
<p>Each route behaves, or misbehaves, as its URL asks. Durations are whole milliseconds.
Every <code>/ws/</code> route also takes <code>protocols=a,b</code> (the subprotocols that the server
supports, best first), <code>id=X</code> (see <code>/ws/report</code>),
<code>await=1</code> (nothing happens before the client has sent a message), <code>compress=1</code> or
<code>all</code> (permessage-deflate), <code>nocontext=1</code> and <code>windowbits=8</code> to <code>15</code>.</p>
<dl>
`

// indexPage renders the table.
func indexPage() string {
	var b strings.Builder
	b.WriteString(pageHead)
	for _, r := range table() {
		fmt.Fprintf(&b, "<dt><code>%s</code></dt>\n<dd>%s</dd>\n", html.EscapeString(r.path+r.query), html.EscapeString(r.text))
	}
	b.WriteString("</dl>\n</html>\n")
	return b.String()
}
