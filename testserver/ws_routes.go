package testserver

import "net/http"

// webSocketRoutes returns the routes below /ws/. Each query shows all that the
// route's own prepare function reads, which a test compares.
func webSocketRoutes() []route {
	return []route{
		{"/ws/echo", "?fragment=0&limit=16777216",
			"echoes each message with its type, in fragments of so many bytes unless 0; limit is the server's limit for a message in bytes. Here compress=1 is the default.", ws(prepareEcho)},
		{"/ws/handshake", "",
			`first a text message, JSON {"method","target","host","header","subprotocols","selected"}; then it echoes.`, ws(prepareHandshake)},
		{"/ws/burst", "?n=10&size=0&type=text|binary&code=1000&reason=",
			"sends n messages back to back, the decimal number of each from 0, filled up with dots to size bytes; then a Close frame with code and reason. " +
				"code 0: a Close frame without a code; -1: FIN without a Close frame; -2: RST; -3: it stays open and echoes.", ws(prepareBurst)},
		{"/ws/close", "?after=0&code=1000&reason=",
			"echoes so many messages, then sends a Close frame; any code goes, 0 is none.", ws(prepareClose)},
		{"/ws/drop", "?after=0&how=fin|rst",
			"echoes so many messages, then drops the TCP connection without a Close frame.", ws(prepareDrop)},
		{"/ws/reject", "?status=401&body=rejected&header=Name:value",
			"an ordinary response with the field X-Reject: yes instead of 101.", prepareReject},
		{"/ws/redirect", "?status=302&to=/ws/echo", "redirects; to may be a path or a URL.", prepareWebSocketRedirect},
		{"/ws/slow", "?handshake=500&echo=0", "waits before the 101 and before each echo.", prepareSlow},
		{"/ws/hang", "", "reads the handshake and never answers.", prepareHang},
		{"/ws/silent", "?read=1",
			"completes the handshake and sends nothing more, no pong and no Close frame; read=0: reads nothing either, for a minute.", ws(prepareMute)},
		{"/ws/ping", "?n=1&payload=hello",
			`sends n pings with this payload (followed by 1, 2 and so on after the first), and for each pong the text "pong " and its payload; echoes.`, ws(preparePing)},
		{"/ws/raw", "?hex=&then=close|fin|rst|hang|echo&segment=0",
			"sends raw bytes, '-' separates writes 10 ms apart, segment=1 or one: in one TCP write with the 101. Then a closing handshake with 1000, FIN, RST, silence, or echoes.", ws(prepareRawFrames)},
		{"/ws/onclose", "?hex=&then=fin|hang",
			"echoes until the client's Close frame, then sends raw bytes instead of its own.", ws(prepareOnClose)},
		{"/ws/ignoreclose", "", "echoes, never answers a Close frame and leaves the TCP connection open.", ws(prepareIgnoreClose)},
		{"/ws/answer", "?accept=&upgrade=websocket&connection=Upgrade&subprotocol=&extensions=&header=Name:value",
			"101 with these fields as given (given but empty: omitted; accept=bad: a wrong value), then echoes.", ws(prepareAnswer)},
		{"/ws/fragments", "?n=3&text=fragmented&ping=0",
			"sends text as one message in n frames, with ping=1 a ping between them; then echoes.", ws(prepareFragments)},
		{"/ws/flood", "?kind=fragments|empty|ping&n=100000",
			"sends n frames of a message that never ends, of one byte or empty, or n pings; then echoes.", ws(prepareFlood)},
		{"/ws/proxy", "?cut=0&seed=0&delay=0&rate=0",
			`starts a TCP proxy in front of this server, for as long as the connection lasts, and sends JSON {"url","seed","cuts","accepted"} at first and in answer to each text: ` +
				"cut (RST to all), silence (nothing passes) and sound, refuse (RST to new ones) and accept. cut=n breaks each connection after a random number of bytes, n on average; " +
				"seed makes them repeatable (0: drawn); delay holds each piece back, rate is in bytes per second.", ws(prepareProxy)},
		{"/ws/replay", "?key=",
			`takes texts "k payload" numbered from 1 and sends each back; one that is not the next is ignored. The text "resume m" is answered with "have n", n being the last number taken ` +
				"on any connection with this key, and what came after m is sent again. A connection that was made before the one that resumed last is closed with 1008.", ws(prepareReplay)},
		{"/ws/chat", "?room=",
			"sends each message to all who are in the room, the one who sent it included, in the same order; who takes them too slowly is closed with 1013.", ws(prepareChat)},
		{"/ws/heartbeat", "?ping=ping&pong=pong&n=-1",
			"answers the text ping with pong, n times or (-1) always, and after that not at all; echoes the rest.", ws(preparePingPong)},
		{"/ws/flaky", "?times=1&key=&code=1012&reason=",
			"the first times connections with this key are closed at once with code and reason (0: without a code; -1: RST), later ones echo.", ws(prepareFlaky)},
		{"/ws/status", "?code=503&times=1&key=&body=&header=Name:value",
			"the first times handshakes with this key get the status code, later ones a connection that echoes.", prepareWebSocketStatus},
		{"/ws/token", "?token=secret&status=401&access_token=",
			"echoes for who brings the token: in Authorization: Bearer, in a subprotocol bearer. and base64url, or as access_token; others get the status.", ws(prepareToken)},
		{"/ws/report", "",
			`waits up to 10 s until the last connection with this id has ended, then sends one text message, JSON {"messages","bytes","pongs","code","reason","clean","eof"}: ` +
				"what was received, the client's close code (1005 without a code, 1006 without a Close frame) and reason, whether Close frames were exchanged, " +
				"and whether the client closed its side of TCP. 1013 if there is nothing to report.", ws(prepareReport)},
	}
}

// ws makes a route of a function that reads its own parameters and sets what
// the endpoint does. Those that all WebSocket routes take are read here.
func ws(prepare func(*site, *query, *endpoint)) func(*site, *query) http.Handler {
	return func(s *site, q *query) http.Handler {
		e := &endpoint{}
		e.opts.Subprotocols = q.list("protocols")
		e.opts.MaxMessageSize = s.opts.MaxMessageSize
		if id := q.text("id", ""); id != "" {
			e.quirk.begin = func() func(result) { return s.begin(id) }
		}
		e.opts.Compression = q.compression()
		prepare(s, q, e)
		if q.flag("await", false) {
			e.serve = awaiting(e.serve)
		}
		return e.init()
	}
}

// awaiting has serve begin when the client has sent a message. An engine may
// not tell its page that a connection was opened if it ends right after.
func awaiting(serve func(*Peer)) func(*Peer) {
	return func(p *Peer) {
		if p.echo(1, func(Message) error { return nil }) == nil {
			serve(p)
		}
	}
}

// compression reads what the server is to answer to an offer of
// permessage-deflate; nil: nothing. Either of the finer parameters implies
// that it is wanted.
func (q *query) compression() *Compression {
	alone, bits := q.flag("nocontext", false), q.int("windowbits", 0, 8, 15)
	mode := q.choice("compress", "0", "1", "all")
	if mode == "0" && !alone && bits == 0 {
		return nil
	}
	c := &Compression{
		ServerNoContextTakeover: alone, ClientNoContextTakeover: alone,
		ServerMaxWindowBits: bits, ClientMaxWindowBits: bits,
	}
	if mode == "all" {
		c.Threshold = -1
	}
	return c
}
