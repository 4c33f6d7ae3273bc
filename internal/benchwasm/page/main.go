// Command page is the Go side of the benchmark: it does the work that the
// program above asks for, as page.js does in JavaScript, in the same page.
//
//	page control-url server-url
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/amphiwire/amphiwire/client"
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: page control-url server-url")
		os.Exit(2)
	}
	if err := serve(ctx, os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "page:", err)
		os.Exit(1)
	}
}

// serve does the work that is asked for until nobody asks any more.
func serve(ctx context.Context, control, server string) error {
	conn, err := client.Connect(ctx, control+"?who=go", nil)
	if err != nil {
		return err
	}
	defer conn.Close()
	for {
		m, err := conn.Receive(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := conn.Send(ctx, client.Text(answer(ctx, server, string(m.Data)))); err != nil {
			return err
		}
	}
}

// answer is how many milliseconds the work took, or why it failed.
func answer(ctx context.Context, server, order string) string {
	var w work
	if _, err := fmt.Sscan(order, &w.kind, &w.typ, &w.size, &w.window, &w.n); err != nil {
		return "error " + err.Error()
	}
	took, err := w.do(ctx, server)
	if err != nil {
		return "error " + err.Error()
	}
	return strconv.FormatFloat(float64(took)/float64(time.Millisecond), 'f', 3, 64)
}

// work is an order: n messages of a size, echoed with so many on their way, or
// received in a burst.
type work struct {
	kind, typ       string
	size, window, n int
}

func (w *work) do(ctx context.Context, server string) (time.Duration, error) {
	start := time.Now()
	url := server + "/ws/echo"
	if w.kind == "burst" {
		url = fmt.Sprintf("%s/ws/burst?n=%d&size=%d&type=%s&code=-3", server, w.n, w.size, w.typ)
	}
	conn, err := client.Connect(ctx, url, &client.Options{MaxMessageSize: -1, MaxBuffered: 1 << 30})
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	if w.kind == "burst" {
		return w.burst(ctx, conn, start)
	}
	return w.echo(ctx, conn)
}

// burst measures from the dial to the last message. When the first one came it
// cannot know: others may have come with it.
func (w *work) burst(ctx context.Context, conn *client.Conn, start time.Time) (time.Duration, error) {
	for range w.n {
		m, err := conn.Receive(ctx)
		if err == nil && len(m.Data) != w.size {
			err = fmt.Errorf("message of %d bytes", len(m.Data))
		}
		if err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}

// echo keeps window messages on their way.
func (w *work) echo(ctx context.Context, conn *client.Conn) (time.Duration, error) {
	message := client.Binary(bytes.Repeat([]byte("x"), w.size))
	if w.typ == "text" {
		message.Type = client.TextMessage
	}
	start := time.Now()
	sent := 0
	for ; sent < w.window; sent++ {
		if err := conn.Send(ctx, message); err != nil {
			return 0, err
		}
	}
	for range w.n {
		m, err := conn.Receive(ctx)
		if err == nil && len(m.Data) != w.size {
			err = fmt.Errorf("message of %d bytes", len(m.Data))
		}
		if err != nil {
			return 0, err
		}
		if sent < w.n {
			if err := conn.Send(ctx, message); err != nil {
				return 0, err
			}
			sent++
		}
	}
	return time.Since(start), nil
}
