// Package interop joins client, sse and the companion server with programs
// that other people wrote: the WebSocket peers ws (Node) and websockets
// (Python), nginx, haproxy, Apache and Caddy in front of the companion server,
// tinyproxy, squid and microsocks as proxies. Whatever both ends of this module misread in the same
// way shows here. It has nothing but tests.
//
// What needs Node alone always runs, where Node is installed. The rest runs if
// the variable AMPHIWIRE_INTEROP is "all", and then a program that is missing
// is a failure.
//
// Every program is a child process on a free port of the loopback interface,
// with its files in a temporary folder. It ends with the test, also if that
// crashes.
//
// # Foreign servers
//
// testdata/node/server.cjs and testdata/python/server.py take their
// instructions from the URL. Any route may have protocols=a,b (what the server
// supports, best first), id=X (a name to ask for a report by), deflate (the
// server accepts permessage-deflate and compresses every message) with
// serverBits=n, clientBits=n, serverNoTakeover and clientNoTakeover, and
// status=401&body=text (the handshake is refused).
//
//	/echo?fragment=n         echoes, in fragments of n bytes
//	/close?code=1000&reason= closes when a message has arrived; code 0: none
//	/drop                    ends TCP when a message has arrived
//	/ping?n=3&payload=p      sends pings p0, p1 …, and the text "pong p0" …
//	/pinged                  sends the text "ping" for each ping
//	/send?size=n             sends a binary message of zeros
//	/burst?n=100             sends the texts 0, 1 …, and closes
//	/report?id=X             waits until the connection of this id has ended,
//	                         and sends JSON {"code","reason","extensions","read"}
//
// # Foreign clients
//
// testdata/node/client.cjs and testdata/python/client.py read jobs, one JSON
// object on a line: {"url","protocols","deflate","ca","steps"}. For each they
// connect, perform the steps and write what happened as one line of JSON:
// {"error","status","protocol","extensions","texts","code","reason"}.
//
//	["echo", payload, n]     sends a payload in n fragments, wants it back
//	["receive"]              adds the next message to texts
//	["ping", text]           sends a ping and waits for its pong
//	["send", payload]        sends without waiting
//	["close", code, reason]  begins the closing handshake; code 0: none
//	["closed"]               waits for the end, whose code and reason it was
package interop
