package main

import (
	"context"

	"github.com/amphiwire/amphiwire/client"
	"github.com/amphiwire/amphiwire/sse"
)

// The echo client, and an event stream.
func main() {
	ctx := context.Background()
	conn, err := client.Connect(ctx, "ws://127.0.0.1:8080/ws/echo", &client.Options{Reconnect: &client.Reconnect{}})
	if err != nil {
		println(err.Error())
		return
	}
	defer conn.Close()
	stream, err := sse.Connect(ctx, "http://127.0.0.1:8080/sse/count", nil)
	if err != nil {
		println(err.Error())
		return
	}
	defer stream.Close()
	e, err := stream.Receive(ctx)
	if err != nil {
		println(err.Error())
		return
	}
	if err := conn.Send(ctx, client.Text(e.Data)); err != nil {
		println(err.Error())
		return
	}
	m, err := conn.Receive(ctx)
	if err != nil {
		println(err.Error())
		return
	}
	println(string(m.Data))
}
