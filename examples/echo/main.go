// Command echo sends messages to an echo server over a WebSocket and prints
// what comes back. This one file builds unchanged for a native program and for
// a browser:
//
//	go run ./examples/echo ws://127.0.0.1:8080/ws/echo
//	GOOS=js GOARCH=wasm go build -o echo.wasm ./examples/echo
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/amphiwire/amphiwire/client"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: echo ws://host/path")
		os.Exit(2)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := run(ctx, os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, url string, out io.Writer) error {
	conn, err := client.Connect(ctx, url, nil)
	if err != nil {
		return err
	}
	defer conn.Close()
	for _, m := range []client.Message{
		client.Text("hello, wire"),
		client.Text("grüße, 世界 🐸"),
		client.Binary([]byte{0, 1, 127, 128, 255}),
		client.Binary(make([]byte, 100_000)),
		client.Text(""),
	} {
		if err := echo(ctx, conn, m, out); err != nil {
			return err
		}
	}
	return conn.Close()
}

func echo(ctx context.Context, conn *client.Conn, m client.Message, out io.Writer) error {
	if err := conn.Send(ctx, m); err != nil {
		return err
	}
	back, err := conn.Receive(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, describe(m), "→", describe(back))
	return err
}

func describe(m client.Message) string {
	if m.Type == client.TextMessage {
		return fmt.Sprintf("text %q", m.Data)
	}
	if len(m.Data) > 16 {
		return fmt.Sprintf("binary of %d bytes", len(m.Data))
	}
	return fmt.Sprintf("binary % x", m.Data)
}
