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
// # Staying connected
//
// With [Options.Reconnect] a Conn outlives its connections: when one is lost,
// another is dialled after a random delay, Receive goes on with what the next
// one brings, and Send queues. What is lost with a connection stays lost, since
// neither side knows how much of what was on its way has arrived: a program
// for which that matters numbers its messages, and compares numbers when
// [Options.OnState] says that it is Connected again. What was still being
// handed over is reported, with an [*InDoubtError], and so is what left the
// queue for any reason.
//
// In a browser the page's events take part: a page that is left closes its
// connection, so that the browser can keep the page for the way back, and
// connects again when it is shown.
//
// # What a browser cannot do
//
// A browser sends no pings and no header fields of the program's choosing,
// tells no reason for a failed dial, and sends no close codes but 1000 and
// 3000 to 4999. What has no meaning there is either a field of
// [NativeOptions], which does not compile for js, or an error that wraps
// [errors.ErrUnsupported]. Only the user information of a URL is left out
// without a word, as browsers do.
package client
