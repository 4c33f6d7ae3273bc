// Package testserver is the companion server: a WebSocket and event stream
// server for tests that behaves, and misbehaves, as the URL asks. A page in a
// browser can therefore ask for anything that a Go test can.
//
// [New] starts it in a test, [Listen] and the command in cmd/testserver run
// it otherwise, and [Handler] puts its routes into any [net/http] server.
// [WebSocket] and [EventStream] make endpoints of one's own.
//
// # In a test
//
// A test has a server of its own, which is gone when the test ends:
//
//	s := testserver.New(t)
//	c, err := client.Connect(ctx, s.WSURL()+"/ws/burst?n=3&code=4000", nil)
//	// … three messages, then a CloseError with code 4000
//	s.DropAll() // every connection breaks; the next one is welcome
//
// # Endpoints of one's own
//
// A [Peer] is the server's end of a WebSocket, an [EventWriter] that of an
// event stream. Both are ordinary handlers, so whatever authenticates, logs or
// routes requests goes in front of them:
//
//	mux.Handle("/chat", testserver.WebSocket(func(p *testserver.Peer) {
//		for {
//			m, err := p.Receive(ctx)
//			if err != nil || p.Send(ctx, m) != nil {
//				return
//			}
//		}
//	}, &testserver.WebSocketOptions{Subprotocols: []string{"chat"}}))
//
// # A bad network
//
// [NewProxy] stands between any TCP client and server and does what networks
// do: it breaks connections with RST, all of them at once ([Proxy].Cut) or each
// after a random number of bytes (CutAfter), which is in the middle of a
// handshake or a frame now and then; it lets them go silent without an end, as
// one does whose router has forgotten it (Silence); it refuses new ones
// (Refuse); it delays and throttles (Delay, BytesPerSecond). A test that fails
// prints the seed, and [ProxyOptions].Seed repeats the random numbers. A page
// has the same by way of /ws/proxy, and a program by [ListenProxy].
//
// # Recipes
//
// What a client must survive, as URLs of the routes below:
//
//	a frame after the Close frame     /ws/raw?hex=880203e8-810161&then=hang
//	no frame for an answer to Close   /ws/onclose?hex=83
//	messages, and Close behind them   /ws/burst?n=100&code=4001
//	a masked frame                    /ws/raw?hex=818537fa213d7f9f4d5158&then=hang
//	reserved bits                     /ws/raw?hex=f10161&then=hang
//	a length of 2^63-1                /ws/raw?hex=827f7fffffffffffffff&then=hang
//	a length with its top bit set     /ws/raw?hex=827f8000000000000000&then=hang
//	a deflate bomb                    /ws/burst?n=1&size=16777216&compress=all&nocontext=1
//	that, with context takeover       /ws/burst?n=9&size=16777216&compress=all
//	a flood of fragments              /ws/flood?kind=empty&n=1000000
//	a stall inside a header           /ws/raw?hex=81&then=hang
//	a stall inside a frame            /ws/raw?hex=810a61&then=hang
//	a reset inside a frame            /ws/raw?hex=810a61&then=rst
//	the 101 and a frame in one piece  /ws/raw?hex=810161&segment=1&then=echo
//	a server that does not read       /ws/silent?read=0
//	a redirect                        /ws/redirect?to=/ws/echo
//
// The way through a proxy has helpers of its own, [NewConnectProxy] and
// [NewSOCKSProxy].
//
// # Routes
//
// The table below shows each parameter with its default; of alternatives
// (a|b) the first is the default, and an empty value means none. Durations
// are whole milliseconds, at most 60000. A value that cannot be honoured is
// answered with 400 and its limit: a million messages, events or frames (ten
// for floods), 16 MiB for a message, 4 GiB for a burst. Unknown parameters are
// ignored. Every response lets every page read it (CORS), and OPTIONS is
// answered with 204.
//
// What is remembered for a key or an id is lost when 4096 others came after
// it. Two targets of one test should not share a key.
//
// # WebSocket
//
// All but reject, redirect and hang also take:
//   - protocols=a,b: the subprotocols that the server supports, best first.
//     The first that the client offers is selected.
//   - id=X: a name for the connection, to ask /ws/report about.
//   - await=1: nothing happens before the client has sent a message, which is
//     taken and not answered.
//   - compress=0|1|all: permessage-deflate, if the client offers it, for
//     messages of 128 bytes and more, or all (raw frames are left alone);
//     nocontext=1: without context takeover; windowbits=8 to 15: with smaller
//     windows; both for both directions, and either implies compress=1.
//     (/ws/burst?n=1&size=16777216&compress=1 is a deflate bomb.)
//
// Messages are limited to 16 MiB. A closing handshake is answered unless the
// text says otherwise.
//
//	/ws/echo?fragment=0&limit=16777216
//	    echoes each message with its type, in fragments of so many bytes unless
//	    0; limit is the server's limit for a message in bytes. Here compress=1
//	    is the default.
//	/ws/handshake
//	    first a text message, JSON
//	    {"method","target","host","header","subprotocols","selected"}; then it
//	    echoes.
//	/ws/burst?n=10&size=0&type=text|binary&code=1000&reason=
//	    sends n messages back to back, the decimal number of each from 0,
//	    filled up with dots to size bytes; then a Close frame with code and
//	    reason. code 0: a Close frame without a code; -1: FIN without a Close
//	    frame; -2: RST; -3: it stays open and echoes.
//	/ws/close?after=0&code=1000&reason=
//	    echoes so many messages, then sends a Close frame; any code goes, 0 is
//	    none.
//	/ws/drop?after=0&how=fin|rst
//	    echoes so many messages, then drops the TCP connection without a Close
//	    frame.
//	/ws/reject?status=401&body=rejected&header=Name:value
//	    an ordinary response with the field X-Reject: yes instead of 101.
//	/ws/redirect?status=302&to=/ws/echo
//	    redirects; to may be a path or a URL.
//	/ws/slow?handshake=500&echo=0
//	    waits before the 101 and before each echo.
//	/ws/hang
//	    reads the handshake and never answers.
//	/ws/silent?read=1
//	    completes the handshake and sends nothing more, no pong and no Close
//	    frame; read=0: reads nothing either, for a minute.
//	/ws/ping?n=1&payload=hello
//	    sends n pings with this payload (followed by 1, 2 and so on after the
//	    first), and for each pong the text "pong " and its payload; echoes.
//	/ws/raw?hex=&then=close|fin|rst|hang|echo&segment=0
//	    sends raw bytes, '-' separates writes 10 ms apart, segment=1 or one: in
//	    one TCP write with the 101. Then a closing handshake with 1000, FIN,
//	    RST, silence, or echoes.
//	/ws/onclose?hex=&then=fin|hang
//	    echoes until the client's Close frame, then sends raw bytes instead of
//	    its own.
//	/ws/ignoreclose
//	    echoes, never answers a Close frame and leaves the TCP connection open.
//	/ws/answer?accept=&upgrade=websocket&connection=Upgrade&subprotocol=&extensions=&header=Name:value
//	    101 with these fields as given (given but empty: omitted; accept=bad: a
//	    wrong value), then echoes.
//	/ws/fragments?n=3&text=fragmented&ping=0
//	    sends text as one message in n frames, with ping=1 a ping between them;
//	    then echoes.
//	/ws/flood?kind=fragments|empty|ping&n=100000
//	    sends n frames of a message that never ends, of one byte or empty, or n
//	    pings; then echoes.
//	/ws/proxy?cut=0&seed=0&delay=0&rate=0
//	    starts a TCP proxy in front of this server, for as long as the
//	    connection lasts, and sends JSON {"url","seed","cuts","accepted"} at
//	    first and in answer to each text: cut (RST to all), silence (nothing
//	    passes) and sound, refuse (RST to new ones) and accept. cut=n breaks
//	    each connection after a random number of bytes, n on average; seed makes
//	    them repeatable (0: drawn); delay holds each piece back, rate is in
//	    bytes per second.
//	/ws/replay?key=
//	    takes texts "k payload" numbered from 1 and sends each back; one that is
//	    not the next is ignored. The text "resume m" is answered with "have n",
//	    n being the last number taken on any connection with this key, and what
//	    came after m is sent again. A connection that was made before the one
//	    that resumed last is closed with 1008.
//	/ws/chat?room=
//	    sends each message to all who are in the room, the one who sent it
//	    included, in the same order; who takes them too slowly is closed with
//	    1013.
//	/ws/heartbeat?ping=ping&pong=pong&n=-1
//	    answers the text ping with pong, n times or (-1) always, and after that
//	    not at all; echoes the rest.
//	/ws/flaky?times=1&key=&code=1012&reason=
//	    the first times connections with this key are closed at once with code
//	    and reason (0: without a code; -1: RST), later ones echo.
//	/ws/status?code=503&times=1&key=&body=&header=Name:value
//	    the first times handshakes with this key get the status code, later ones
//	    a connection that echoes.
//	/ws/token?token=secret&status=401&access_token=
//	    echoes for who brings the token: in Authorization: Bearer, in a
//	    subprotocol bearer. and base64url, or as access_token; others get the
//	    status.
//	/ws/report
//	    waits up to 10 s until the last connection with this id has ended, then
//	    sends one text message, JSON
//	    {"messages","bytes","pongs","code","reason","clean","eof"}: what was
//	    received, the client's close code (1005 without a code, 1006 without a
//	    Close frame) and reason, whether Close frames were exchanged, and
//	    whether the client closed its side of TCP. 1013 if there is nothing to
//	    report.
//
// # Event streams
//
//	/sse/count?from=1&n=10&interval=0&retry=&drop=0&type=&key=&then=204|hang|eof
//	    n events with ids and data from, from+1 and so on, interval apart,
//	    going on after Last-Event-ID (or the query's lastEventId). retry=ms is
//	    sent first. drop=k cuts the connection after every k events. Once the
//	    last event is sent, 204 ends the body and answers the next request (by
//	    its id, or else by key) with 204, eof ends the body, hang keeps it
//	    open.
//	/sse/status?code=503&times=1&key=&body=&header=Name:value
//	    the first times requests with this key get the status code (0: the
//	    connection is cut without an answer), later ones one event with id 1 and
//	    data "ok" on a stream that stays open.
//	/sse/type?content-type=text/html&body=
//	    200 with that content type (empty: none) and body, by default one
//	    event.
//	/sse/raw?c=&c=&delay=10&then=eof|hang|drop|request&again=&again=&status=&key=&gzip=0|1&permit=1|0
//	    the bytes of each c (percent-escaped), flushed, delay apart; then the
//	    body ends, hangs, or the connection is cut. With eof every second
//	    request with this key (default: the whole query) gets the bytes of each
//	    again and stays open, or 204 if there is none, so that a receiver comes
//	    to an end; with request it gets what /sse/request answers. With status
//	    the second request gets that (0: its connection is cut off) and all
//	    later ones the rest. gzip=1 compresses for those who take that.
//	    permit=0 does not let a page of another origin send fields that need
//	    permission.
//	/sse/request?key=&then=hang|eof
//	    one event whose data is JSON {"method","target","header","body","n"}, n
//	    counting the requests with this key; then it hangs or ends.
//	/sse/redirect?status=302&to=/sse/count
//	    redirects; to may be a path or a URL.
//	/sse/silent
//	    the header of a stream and nothing more.
//	/sse/hang
//	    no header, ever.
//	/sse/heartbeat?interval=100
//	    comments only, interval apart.
//	/sse/types?n=3
//	    n events of types a, b and message in turn, with data 0, 1 and so on;
//	    then it hangs.
//	/sse/slowline?size=65536&step=1024&delay=0
//	    one event whose data is size dots on one line, step bytes in each
//	    write, delay apart; then it hangs.
//	/sse/log?key=&keep=10&queue=100&policy=drop|disconnect|block&fromstart=0|1&before=0&after=0&size=0&interval=0&listen=1|0
//	    the EventLog with this key, made as its first request asks: it keeps
//	    so many events, lets so many wait for a receiver, and drops the oldest,
//	    disconnects or blocks then. The request publishes events before and
//	    after it joins, the latter interval apart, whose ids and data count
//	    from 1, filled up with dots to size. It goes on after Last-Event-ID,
//	    with an event of type gap if that is not kept. listen=0: it publishes
//	    only, and gets 204.
//
// # Others
//
//	/
//	    a page that lists the routes
//	/healthz
//	    200 "ok"
package testserver
