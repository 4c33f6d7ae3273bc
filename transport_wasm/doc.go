// Package wasm is the transport for programs that run in a browser or in
// Node: the platform's own WebSocket behind the seam of internal/transport.
//
// What the platform does not let a program do, it says:
//
//   - Ping returns an error that wraps [errors.ErrUnsupported]. The platform
//     answers the server's pings by itself.
//   - Of close codes only 1000 and 3000 to 4999 can be sent. For any other
//     code the connection is closed without a code, and the server sees 1005.
//   - Why a connection could not be opened, or was lost, is hidden from
//     programs.
//   - Nothing can be held back on the wire: a server that sends more than is
//     received, beyond a limit, loses the connection.
//
// Messages take one of two roads, which differ in speed alone: the glue, where
// the page has loaded amphiwire.js, and the plain one; see internal/browser.
//
// The logic is the same on every target and tested natively; only the files
// that end in _js.go touch the platform.
package wasm
