// Command program is what the tests of the glue run: it has messages echoed
// and prints by which road they travelled.
//
//	program url tag
//
// The tag is in every message, so that two programs in one page would notice
// a message of the other.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/amphiwire/amphiwire/client"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: program url tag")
		os.Exit(2)
	}
	if err := run(ctx, os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, os.Args[2]+":", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, url, tag string) error {
	road := "the glue"
	conn, err := client.Connect(ctx, url, &client.Options{
		MaxMessageSize: 4 << 20,
		Trace:          &client.Trace{Fallback: func(why string) { road = "the plain road: " + why }},
	})
	if err != nil {
		return err
	}
	defer conn.Close()
	// Each has another length, and some need more memory than there was.
	for _, n := range []int{0, 1, 100, 70_000, 2 << 20, 10, 1 << 20} {
		if err := echo(ctx, conn, strings.Repeat(tag+"é€🐸", n/12)); err != nil {
			return fmt.Errorf("of about %d bytes: %w", n, err)
		}
	}
	fmt.Println(tag, "took", road)
	return conn.Close()
}

// echo sends s as a text and as bytes, and wants it back.
func echo(ctx context.Context, conn *client.Conn, s string) error {
	for _, m := range []client.Message{client.Text(s), client.Binary([]byte(s))} {
		if err := conn.Send(ctx, m); err != nil {
			return err
		}
		back, err := conn.Receive(ctx)
		if err != nil {
			return err
		}
		if back.Type != m.Type || !bytes.Equal(back.Data, m.Data) {
			return errors.New("something else came back")
		}
	}
	return nil
}
