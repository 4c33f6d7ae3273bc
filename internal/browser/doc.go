// Package browser binds the parts of a JavaScript environment that Amphiwire
// uses: WebSocket, EventSource and fetch. It is the only importer of
// syscall/js and decides nothing: it has no timers, limits or policies.
//
// A binding hands its events to an interface of the caller's. Its methods are
// called on the event loop, one at a time, and must not wait: whatever waits
// there stops every goroutine of the program. They may take a mutex only if
// nobody waits, or calls JavaScript, while holding it.
//
// Messages of WebSockets travel on one of two roads. The glue is a script,
// amphiwire.js in the folder wasm_exec, that a page loads between wasm_exec.js
// and the program: it writes what arrives into memory that Go has allocated,
// by calling functions that this package exports, reads what is sent out of
// the program's memory, and has Go woken once for all messages that have
// arrived together. Without the script, or with a wasm_exec.js that it does not
// know, messages take the plain road: see [Plain]. There a small WebAssembly
// module, made of mailbox.wat, collects what arrives.
//
// Every binding holds callbacks that JavaScript can reach, and with them all
// that the callbacks refer to, until Release (or Close, where there is no
// Release) is called. There are no finalizers.
//
// What JavaScript throws arrives as *[Error], a global that does not exist as
// *[MissingError].
package browser

//go:generate wat2wasm --enable-exceptions mailbox.wat -o mailbox.wasm
