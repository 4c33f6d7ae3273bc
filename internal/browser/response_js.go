//go:build js

package browser

import (
	"context"
	"io"
	"syscall/js"
)

// A Response is the answer to a Fetch. Close it: what it holds is not
// released before.
type Response struct {
	// Status is the HTTP status code.
	Status int
	// Header holds the fields that the platform shows. Names are in lower
	// case, and several fields of a name have become one.
	Header map[string]string
	// URL is where the answer came from.
	URL string

	wait *waiter
	next js.Value // reader.read, bound; undefined where there is no body
	rest []byte   // what the last chunk had more than Read was asked for
	buf  []byte   // behind rest
	err  error
}

// read takes everything but the body's bytes from a Response.
func (r *Response) read(v js.Value) {
	r.Status, r.URL = number(v.Get("status")), text(v.Get("url"))
	r.Header = make(map[string]string)
	fields := js.Global().Get("Array").Call("from", v.Get("headers"))
	for i := range fields.Length() {
		field := fields.Index(i)
		r.Header[text(field.Index(0))] = fromByteString(text(field.Index(1)))
	}
	if body := v.Get("body"); body.Truthy() {
		r.next = bind(body.Call("getReader"), "read")
	}
}

// Read waits until the next piece of the body arrives, and returns what fits
// into p. At the end of a complete body the error is io.EOF, after Close
// [ErrClosed], otherwise an *[Error]. It is called by one goroutine at a time.
func (r *Response) Read(p []byte) (int, error) {
	if r.wait.isStopped() {
		return 0, ErrClosed
	}
	for len(r.rest) == 0 && r.err == nil && len(p) > 0 {
		n, err := r.chunk(p)
		r.err = err
		if n > 0 {
			return n, nil
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	if n == 0 && len(p) > 0 {
		return 0, r.err
	}
	return n, nil
}

// chunk reads the next chunk: into p if it fits, otherwise into rest. It is
// not asked for before it is wanted, so a server that is too fast has to wait.
//
// Chunks that are queued when the connection breaks are lost: an error empties
// the queue of a ReadableStream (Streams, section 4.9.4).
func (r *Response) chunk(p []byte) (n int, err error) {
	if r.next.IsUndefined() {
		return 0, io.EOF
	}
	r.wait.start(func() js.Value { return r.next.Invoke() })
	result, err := r.wait.settled(context.Background())
	if err != nil {
		return 0, err
	}
	if result.Get("done").Truthy() {
		return 0, io.EOF
	}
	err = try(func() { n = r.take(p, result.Get("value")) })
	return n, err
}

// take copies a chunk, which is at the engine's choice anything from a byte to
// some hundred KiB.
func (r *Response) take(p []byte, chunk js.Value) int {
	size := chunk.Length()
	if size <= len(p) {
		return js.CopyBytesToGo(p, chunk)
	}
	if cap(r.buf) < size {
		r.buf = make([]byte, size)
	}
	r.rest = r.buf[:js.CopyBytesToGo(r.buf[:size], chunk)]
	return 0
}

// Close ends the connection if the body is not complete, ends a Read that
// waits, and releases everything. It may be called at any time, by any
// goroutine, more than once. The error is always nil.
//
// Firefox keeps the connection of a fetch that was redirected until the server
// next sends something, whatever a program does: six of them to one host over
// HTTP/1.1, and it opens no other. A heartbeat ends that.
func (r *Response) Close() error {
	r.wait.stop()
	return nil
}
