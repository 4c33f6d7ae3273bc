//go:build !js

package main

import (
	"bufio"
	"context"
	"flag"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/amphiwire/amphiwire/internal/companion"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var picture = flag.String("screenshot", "", "write a picture of the page to this `file`")

// strict lets a page load its own files, compile WebAssembly and connect, and
// no more.
const strict = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self' ws://127.0.0.1:*; base-uri 'none'; form-action 'none'"

// browse opens the chat's page in Chromium, with a person at it, and returns
// what she tells line by line. The channel is closed when the program has ended
// well.
func browse(t *testing.T, dir, url string) <-chan string {
	t.Helper()
	wasm, err := companion.Build(dir, "examples/chat", "GOOS=js", "GOARCH=wasm")
	require.NoError(t, err)
	runner, err := companion.Build(dir, "wasm_exec")
	require.NoError(t, err)
	args := []string{"-in", "chromium", "-page", "index.html", "-script", "testdata/person.js", "-csp", strict, "-timeout", "3m"}
	if *picture != "" { // for which an image holds the page back until the program has ended
		args = append(args, "-csp", strict+"; img-src 'self'", "-screenshot", *picture)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, runner, append(args, wasm, url, "ann")...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	told, ended := make(chan string, 100), make(chan struct{})
	go func() {
		defer close(ended)
		defer close(told)
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			told <- lines.Text()
		}
		assert.NoError(t, cmd.Wait())
	}()
	t.Cleanup(func() { cancel(); <-ended })
	return told
}

// until returns what is told up to a line that begins with end.
func until(t *testing.T, told <-chan string, end string) (lines []string) {
	t.Helper()
	for {
		select {
		case line, ok := <-told:
			require.True(t, ok, "the program has ended; want %q after %q", end, lines)
			lines = append(lines, line)
			if strings.HasPrefix(line, end) {
				return lines
			}
		case <-time.After(2 * time.Minute):
			require.FailNow(t, "nothing more is told", "want %q after %q", end, lines)
		}
	}
}

func TestThePageSurvivesAServerThatIsRestarted(t *testing.T) {
	dir := t.TempDir()
	file, err := companion.Build(dir, "testserver/cmd/testserver")
	require.NoError(t, err)
	server, err := companion.Start(file, "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Stop() })
	url := server.WS + "/ws/chat?room=lobby"
	told := browse(t, dir, url)
	lines := until(t, told, "mine: ")
	assert.Equal(t, []string{"loaded", "state connecting: Connecting…", "state connected: Connected", "mine: ann hello"}, lines)

	server.Kill()
	assert.Equal(t, []string{"state reconnecting: " + describe(client.Reconnecting), `typed; the box holds ""`}, until(t, told, "typed"))

	require.Eventually(t, func() bool { // somebody else's connection may have got the port for a while
		again, err := companion.Start(file, server.Addr())
		if err == nil {
			server = again
		}
		return err == nil
	}, time.Minute, 50*time.Millisecond)
	lines = until(t, told, "mine: ann two")
	assert.ElementsMatch(t, []string{"state connected: Connected", "mine: ann one, while it is down", "mine: ann two <b>not bold</b>"}, lines)

	bob := join(t, url, "bob")
	bob.types("welcome back, and goodbye")
	until(t, told, "theirs: bob welcome back, and goodbye")
	for line := range told {
		assert.Equal(t, "state closed: Disconnected", line, "the page was not loaded again")
	}
	bob.quits()
}
