// Package browser binds the parts of a JavaScript environment that Amphiwire
// uses: WebSocket, EventSource and fetch. It is the only importer of
// syscall/js and decides nothing: it has no timers, limits or policies.
//
// A binding hands its events to an interface of the caller's. Its methods are
// called on the event loop, one at a time, and must not wait: whatever waits
// there stops every goroutine of the program. They may take a mutex only if
// nobody waits, or calls JavaScript, while holding it.
//
// Every binding holds callbacks that JavaScript can reach, and with them all
// that the callbacks refer to, until Release (or Close, where there is no
// Release) is called. There are no finalizers.
//
// What JavaScript throws arrives as *[Error], a global that does not exist as
// *[MissingError].
package browser
