package main

import (
	"context"

	"github.com/amphiwire/amphiwire/client"
)

func main() {
	ctx := context.Background()
	conn, err := client.Connect(ctx, "ws://127.0.0.1:8080/ws/echo", &client.Options{Reconnect: &client.Reconnect{}})
	if err != nil {
		println(err.Error())
		return
	}
	defer conn.Close()
	if err := conn.Send(ctx, client.Text("hello")); err != nil {
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
