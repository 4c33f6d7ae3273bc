// Command ticker follows a stream of numbered events and prints each. It
// survives lost connections and restarts of the server: every tick is printed
// once, in order. This one file builds unchanged for a native program and for
// a browser:
//
//	go run ./examples/ticker 'http://127.0.0.1:8080/sse/count?n=10&interval=500'
//	GOOS=js GOARCH=wasm go build -o ticker.wasm ./examples/ticker
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/amphiwire/amphiwire/sse"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: ticker http://host/path")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, url string, out io.Writer) error {
	stream, err := sse.Connect(ctx, url, &sse.Options{OnState: report})
	if err != nil {
		return err
	}
	defer stream.Close()
	for {
		event, err := stream.Receive(ctx)
		if errors.Is(err, io.EOF) {
			fmt.Fprintln(out, "the server has no more; the last was", stream.LastEventID())
			return nil
		}
		if err != nil {
			return err
		}
		fmt.Fprintln(out, "tick", event.Data)
	}
}

// report tells on stderr what becomes of the connection; how often it has to be
// tried again is a matter of luck.
func report(change sse.StateChange) {
	if change.Err != nil && change.State == sse.Connecting {
		fmt.Fprintf(os.Stderr, "connecting again in %v: %v\n", change.Delay, change.Err)
	}
}
