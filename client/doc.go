// Package client is a WebSocket client (RFC 6455) whose API and behaviour are
// the same in a native program and in a js/wasm program in a browser.
//
//	conn, err := client.Connect(ctx, "wss://example.com/feed", nil)
//	if err != nil {
//		return err
//	}
//	defer conn.Close()
//	if err := conn.Send(ctx, client.Text("hello")); err != nil {
//		return err
//	}
//	m, err := conn.Receive(ctx)
//
// A native build dials TCP or TLS itself and does its own framing; a build
// with GOOS=js GOARCH=wasm uses the browser's WebSocket. Package net/http is
// not part of the js build.
//
// # Concurrency and cancellation
//
// All methods of [Conn] may be called concurrently. A context passed to
// [Connect] bounds the dialling alone. Cancelling a Receive leaves the
// connection usable and loses nothing. Cancelling a Send leaves the connection
// usable until the message's first byte is on its way; after that the
// connection is broken, because half a message cannot be taken back.
//
// A connection lives whether or not a Receive is running: pings are answered,
// keepalive runs and the end of the connection is noticed. What arrives
// meanwhile is kept, up to [Options.MaxBuffered].
//
// # Order and close
//
// Everything that the peer sent before its Close frame is delivered first.
// After that Receive returns the same [*CloseError] for ever. After Close or
// CloseWith every method returns an error for which
// errors.Is(err, net.ErrClosed) holds.
//
// # What a browser cannot do
//
// A browser sends no pings and no header fields of the program's choosing,
// tells no reason for a failed dial, and sends no close codes but 1000 and
// 3000 to 4999. What has no meaning there is either a field of
// [NativeOptions], which does not compile for js, or an error that wraps
// [errors.ErrUnsupported]. Nothing is silently ignored.
package client
