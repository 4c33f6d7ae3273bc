//go:build !js

package main

import (
	"bufio"
	"fmt"
	"io"
	"os"

	"github.com/amphiwire/amphiwire/client"
)

// A terminal shows the connection's state among the messages.
type terminal struct {
	out   io.Writer
	typed chan string
}

func newScreen() screen { return newTerminal(os.Stdin, os.Stdout) }

func newTerminal(in io.Reader, out io.Writer) *terminal {
	t := &terminal{out: out, typed: make(chan string)}
	go func() {
		defer close(t.typed)
		for lines := bufio.NewScanner(in); lines.Scan(); {
			t.typed <- lines.Text()
		}
	}()
	return t
}

func (t *terminal) lines() <-chan string { return t.typed }

func (t *terminal) show(who, text string, mine bool) {
	switch {
	case who == "":
		fmt.Fprintln(t.out, "!", text)
	case !mine: // what was typed stands there already
		fmt.Fprintf(t.out, "%s: %s\n", who, text)
	}
}

func (t *terminal) status(_ client.State, text string) {
	if text != "" {
		fmt.Fprintln(t.out, "*", text)
	}
}
