// Command chat talks to everybody in a room of the companion server, in a
// terminal or in a page. It survives a server that is restarted: what is typed
// while there is no connection is sent when there is one again.
//
//	go run ./examples/chat 'ws://127.0.0.1:8080/ws/chat?room=lobby' ann
//	GOOS=js GOARCH=wasm go build -o chat.wasm ./examples/chat
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/amphiwire/amphiwire/client"
)

// A screen is where a person reads and writes: a terminal, or a page.
type screen interface {
	// lines are what the person types; it is closed when there is no more.
	lines() <-chan string
	// show shows what somebody said; mine is true for what this person said.
	show(who, text string, mine bool)
	// status shows how the connection is.
	status(state client.State, text string)
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: chat ws://host/path name")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1], os.Args[2], newScreen()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run talks until the person has no more to say, or says /quit.
func run(ctx context.Context, url, name string, s screen) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer func() { s.status(client.Closed, ending(err)) }()
	s.status(client.Connecting, "Connecting…")
	conn, err := client.Connect(ctx, url, options(s))
	if err != nil {
		return err
	}
	heard := make(chan error, 1)
	go func() { heard <- listen(ctx, conn, name, s) }()
	if err := talk(ctx, conn, name, s, heard); err != nil {
		conn.Close()
		return err
	}
	return conn.Close() // which sends what still waits
}

func ending(err error) string {
	if err != nil {
		return "Disconnected: " + err.Error()
	}
	return "Disconnected"
}

// options make the connection one that survives, and the person see how it is.
func options(s screen) *client.Options {
	return &client.Options{
		// A person waits: the first dial is made within a second.
		Reconnect: &client.Reconnect{FirstDelay: time.Second, MaxDelay: 5 * time.Second},
		SendQueue: client.SendQueue{OnDrop: func(m client.Message, err error) {
			s.show("", "Not sent: "+string(m.Data)+" ("+err.Error()+")", false)
		}},
		OnState: func(c client.StateChange) { s.status(c.To, describe(c.To)) },
	}
}

// describe says what a state means to a person.
func describe(s client.State) string {
	switch s {
	case client.Connected:
		return "Connected"
	case client.Reconnecting:
		return "The connection was lost. What you write is kept and sent later."
	}
	return ""
}

// talk sends what the person types.
func talk(ctx context.Context, conn *client.Conn, name string, s screen, heard <-chan error) error {
	for {
		select {
		case err := <-heard:
			return err
		case line, ok := <-s.lines():
			if !ok || line == "/quit" {
				return nil
			}
			var doubt *client.InDoubtError
			err := conn.Send(ctx, client.Text(name+": "+line))
			if errors.As(err, &doubt) {
				s.show("", "This may not have arrived: "+line, false)
			} else if err != nil {
				return err
			}
		}
	}
}

// listen shows what is said in the room.
func listen(ctx context.Context, conn *client.Conn, name string, s screen) error {
	for m, err := range conn.Messages(ctx) {
		if err != nil {
			return err
		}
		who, text, _ := strings.Cut(string(m.Data), ": ")
		s.show(who, text, who == name)
	}
	return nil
}
