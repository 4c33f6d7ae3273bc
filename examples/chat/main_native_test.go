//go:build !js

package main

import (
	"bufio"
	"io"
	"strings"
	"testing"

	"github.com/amphiwire/amphiwire/testserver"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A person is somebody at a terminal.
type person struct {
	t    *testing.T
	in   *io.PipeWriter
	out  *bufio.Scanner
	done chan error
}

// join lets somebody enter the room at url.
func join(t *testing.T, url, name string) *person {
	t.Helper()
	typed, in := io.Pipe()
	out, printed := io.Pipe()
	p := &person{t: t, in: in, out: bufio.NewScanner(out), done: make(chan error, 1)}
	go func() {
		err := run(t.Context(), url, name, newTerminal(typed, printed))
		printed.Close()
		p.done <- err
	}()
	p.sees("* Connecting…")
	p.sees("* Connected")
	return p
}

func (p *person) types(line string) {
	p.t.Helper()
	_, err := io.WriteString(p.in, line+"\n")
	require.NoError(p.t, err)
}

func (p *person) sees(line string) {
	p.t.Helper()
	require.True(p.t, p.out.Scan(), "nothing more comes; want %q", line)
	require.Equal(p.t, line, p.out.Text())
}

func (p *person) quits() {
	p.t.Helper()
	p.types("/quit")
	p.sees("* Disconnected")
	require.NoError(p.t, <-p.done)
	p.in.Close()
}

const lost = "* The connection was lost. What you write is kept and sent later."

func TestAChatSurvivesLostConnections(t *testing.T) {
	server := testserver.New(t)
	url := server.WSURL() + "/ws/chat?room=" + t.Name()
	ann := join(t, url, "ann")
	bob := join(t, url, "bob")
	bob.types("hello") // what he says himself stands on his terminal already
	ann.sees("bob: hello")
	server.DropAll()
	ann.sees(lost)
	bob.sees(lost)
	ann.types("are you there?")
	ann.sees("* Connected")
	bob.sees("* Connected")
	ann.types("and now?")
	for _, line := range []string{"ann: are you there?", "ann: and now?"} {
		if bob.out.Scan(); bob.out.Text() == line {
			continue
		}
		assert.Equal(t, "ann: and now?", bob.out.Text(), "he may have come back after the first")
		break
	}
	ann.quits()
	bob.quits()
}

func TestAChatThatCannotBegin(t *testing.T) {
	var out strings.Builder
	err := run(t.Context(), testserver.New(t).WSURL()+"/ws/reject?status=403", "ann", newTerminal(strings.NewReader(""), &out))
	require.Error(t, err)
	assert.Equal(t, "* Connecting…\n* Disconnected: "+err.Error()+"\n", out.String())
}
