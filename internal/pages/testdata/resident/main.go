// Command resident connects to the echo server that its first argument names,
// sends a message and receives it, and tells the page's or Worker's function
// report of what happens. Its second argument says how it goes on: "end",
// "leave" the page, or "stay" connected.
package main

import (
	"context"
	"os"
	"syscall/js"
	"time"

	"github.com/amphiwire/amphiwire/client"
)

func main() {
	options := &client.Options{}
	how := os.Args[2]
	if how == "stay" {
		options.Reconnect = &client.Reconnect{}
		options.OnState = func(s client.StateChange) { // fetch from a page that is hidden would keep it out of the cache
			if s.To == client.Connected {
				report("connected")
			}
		}
	}
	if err := run(options, how); err != nil {
		report(err.Error())
	}
}

func run(options *client.Options, how string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := client.Connect(ctx, os.Args[1], options)
	if err != nil {
		return err
	}
	if err := conn.Send(ctx, client.Text("echoed")); err != nil {
		return err
	}
	m, err := conn.Receive(ctx)
	if err != nil {
		return err
	}
	switch how {
	case "leave":
		js.Global().Get("location").Set("href", "about:blank")
	case "end":
		if err := conn.Close(); err != nil {
			return err
		}
		report(string(m.Data))
		return nil
	}
	<-make(chan bool)
	return nil
}

func report(what string) { js.Global().Call("report", what) }
