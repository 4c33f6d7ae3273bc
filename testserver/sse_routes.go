package testserver

import (
	"net/http"
	"time"
)

// eventStreamRoutes returns the routes below /sse/. Each query shows all that
// the route reads, which a test compares.
func eventStreamRoutes() []route {
	return []route{
		{"/sse/count", "?from=1&n=10&interval=0&retry=&drop=0&type=&key=&then=204|hang|eof",
			"n events with ids and data from, from+1 and so on, interval apart, going on after Last-Event-ID (or the query's lastEventId). " +
				"retry=ms is sent first. drop=k cuts the connection after every k events. Once the last event is sent, 204 ends the body and answers " +
				"the next request (by its id, or else by key) with 204, eof ends the body, hang keeps it open.", prepareCount},
		{"/sse/status", "?code=503&times=1&key=&body=&header=Name:value",
			`the first times requests with this key get the status code (0: the connection is cut without an answer), later ones one event with id 1 and data "ok" on a stream that stays open.`, prepareStatus},
		{"/sse/type", "?content-type=text/html&body=",
			"200 with that content type (empty: none) and body, by default one event.", prepareType},
		{"/sse/raw", "?c=&c=&delay=10&then=eof|hang|drop|request&again=&again=&status=&key=&gzip=0|1&permit=1|0",
			"the bytes of each c (percent-escaped), flushed, delay apart; then the body ends, hangs, or the connection is cut. With eof every second request " +
				"with this key (default: the whole query) gets the bytes of each again and stays open, or 204 if there is none, so that a receiver comes to an end; " +
				"with request it gets what /sse/request answers. With status the second request gets that (0: its connection is cut off) and all later ones the rest. gzip=1 compresses for those who take that. " +
				"permit=0 does not let a page of another origin send fields that need permission.", prepareRaw},
		{"/sse/request", "?key=&then=hang|eof",
			`one event whose data is JSON {"method","target","header","body","n"}, n counting the requests with this key; then it hangs or ends.`, prepareRequest},
		{"/sse/redirect", "?status=302&to=/sse/count", "redirects; to may be a path or a URL.", prepareRedirect},
		{"/sse/silent", "", "the header of a stream and nothing more.", prepareSilent},
		{"/sse/hang", "", "no header, ever.", prepareHang},
		{"/sse/heartbeat", "?interval=100", "comments only, interval apart.", prepareHeartbeat},
		{"/sse/types", "?n=3", "n events of types a, b and message in turn, with data 0, 1 and so on; then it hangs.", prepareTypes},
		{"/sse/slowline", "?size=65536&step=1024&delay=0",
			"one event whose data is size dots on one line, step bytes in each write, delay apart; then it hangs.", prepareSlowLine},
		{"/sse/log", "?key=&keep=10&queue=100&policy=drop|disconnect|block&fromstart=0|1&before=0&after=0&size=0&interval=0&listen=1|0",
			"the EventLog with this key, made as its first request asks: it keeps so many events, lets so many wait for a receiver, and drops the oldest, " +
				"disconnects or blocks then. The request publishes events before and after it joins, the latter interval apart, whose ids and data count from 1, " +
				"filled up with dots to size. It goes on after Last-Event-ID, with an event of type gap if that is not kept. listen=0: it publishes only, and gets 204.", prepareLog},
	}
}

// stream answers with an event stream without a heartbeat: a route sends what
// its query says and nothing else.
func stream(serve func(*EventWriter)) http.Handler {
	return EventStream(serve, &EventStreamOptions{Heartbeat: -1})
}

// prepareSilent serves what a receiver cannot tell from a quiet hour.
func prepareSilent(*site, *query) http.Handler { return stream((*EventWriter).hang) }

// prepareHang serves both /sse/hang and /ws/hang: what never gets an answer is
// neither.
func prepareHang(*site, *query) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body{w, r}.hang()
		// Returning would send an empty 200 to a client that is still there.
		body{w, r}.drop()
	})
}

// prepareHeartbeat serves comments alone, which show that a connection lives
// but are no events.
func prepareHeartbeat(_ *site, q *query) http.Handler {
	interval := max(q.millis("interval", 100*time.Millisecond), time.Millisecond)
	return EventStream((*EventWriter).hang, &EventStreamOptions{Heartbeat: interval})
}

// prepareRedirect redirects to a stream unless told otherwise.
func prepareRedirect(_ *site, q *query) http.Handler {
	status, to := q.int("status", http.StatusFound, 300, 399), q.field("to", "/sse/count")
	return redirect(status, to)
}

// redirect answers with a Location field exactly as it was asked for, where
// http.Redirect would clean the path.
func redirect(status int, to string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if to != "" {
			w.Header().Set("Location", to)
		}
		w.WriteHeader(status)
	})
}
