// Package conformance holds tables of behaviour that hold on every target:
// natively, in Node, and in browsers.
//
// A row is a name, which reads like a sentence of the specification, and a
// function that shows the behaviour. Rows use the public API of packages
// client and sse alone, and reach the companion server by its URL alone, so
// that the same function runs where no server can. Every row must pass on
// every target; where a fact about a platform rules one out, the row names
// the platform and the fact in Except, and nothing else may be skipped.
//
// Rows are grouped by topic, a topic a file: websocket_close.go,
// sse_resume.go and so on. A new behaviour is a new row first: it fails on
// all targets, then passes on all.
//
//	go test ./internal/conformance                 # natively, with a server of its own
//	go run ./internal/targets -in native,node,chromium+glue
//
// The server is named by AMPHIWIRE_HTTP (http://host:port) and AMPHIWIRE_WS
// (ws://host:port). AMPHIWIRE_TARGET says where the rows run: native, node,
// chromium, firefox or webkit; AMPHIWIRE_ROAD, if it is set, that messages have
// to travel by the glue of amphiwire.js or by the plain road.
package conformance
