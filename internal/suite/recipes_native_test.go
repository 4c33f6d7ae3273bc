//go:build !js

package suite

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/client"
	"github.com/amphiwire/amphiwire/testserver"
)

// A meeting is the real client and one of the recipes.
type meeting struct {
	*testing.T
	c *client.Conn
	// told returns the code of the Close frame that the server got: 1005 for
	// one without a code, 1006 for none.
	told func() client.CloseCode
}

// recipes say how the client survives what the companion server's package
// comment offers under the heading Recipes.
var recipes = map[string]func(m *meeting){
	"a frame after the Close frame":    func(m *meeting) { m.closed(1000, true); m.wantTold(1000) },
	"no frame for an answer to Close":  (*meeting).noAnswer,
	"messages, and Close behind them":  func(m *meeting) { m.receives(100); m.closed(4001, true); m.wantTold(4001) },
	"a masked frame":                   func(m *meeting) { m.closed(1002, false); m.wantTold(1002) },
	"reserved bits":                    func(m *meeting) { m.closed(1002, false); m.wantTold(1002) },
	"a length of 2^63-1":               (*meeting).tooBig,
	"a length with its top bit set":    func(m *meeting) { m.closed(1002, false); m.wantTold(1002) },
	"a deflate bomb":                   (*meeting).tooBig,
	"that, with context takeover":      (*meeting).tooBig,
	"a flood of fragments":             func(m *meeting) { m.closed(1008, false); m.wantTold(1008) },
	"a stall inside a header":          (*meeting).stall,
	"a stall inside a frame":           (*meeting).stall,
	"a reset inside a frame":           func(m *meeting) { assert.ErrorIs(m, m.closed(1006, true), syscall.ECONNRESET) },
	"the 101 and a frame in one piece": func(m *meeting) { assert.Equal(m, "a", m.text()); m.echoes() },
	"a server that does not read":      (*meeting).deaf,
	"a redirect":                       (*meeting).echoes,
}

func TestRecipes(t *testing.T) {
	s := testserver.New(t)
	urls := recipeURLs(t)
	require.Len(t, urls, len(recipes))
	for name, url := range urls {
		t.Run(name, func(t *testing.T) {
			survives, ok := recipes[name]
			require.True(t, ok, "nothing says what a client does")
			id := "id=" + strings.ReplaceAll(name, " ", "-")
			separator := "?"
			if strings.Contains(url, "?") {
				separator = "&"
			}
			c, err := client.Connect(t.Context(), s.WSURL()+url+separator+id, &client.Options{CloseTimeout: 500 * time.Millisecond})
			require.NoError(t, err)
			t.Cleanup(func() { _ = c.Close() })
			survives(&meeting{t, c, func() client.CloseCode { return reported(t, s.WSURL()+"/ws/report?"+id) }})
		})
	}
}

// recipeURLs reads the package comment: what is promised there is what runs.
func recipeURLs(t *testing.T) map[string]string {
	t.Helper()
	source, err := os.ReadFile("../../testserver/doc.go")
	require.NoError(t, err)
	_, text, ok := strings.Cut(string(source), "// # Recipes\n")
	require.True(t, ok)
	text, _, ok = strings.Cut(text, "// # Routes\n")
	require.True(t, ok)
	urls := make(map[string]string)
	for line := range strings.Lines(text) {
		if name, url, ok := strings.Cut(strings.TrimPrefix(line, "//\t"), "/ws/"); ok {
			urls[strings.TrimSpace(name)] = "/ws/" + strings.TrimSpace(url)
		}
	}
	return urls
}

// reported asks the server how a connection went.
func reported(t *testing.T, url string) client.CloseCode {
	t.Helper()
	c, err := client.Connect(t.Context(), url, nil)
	require.NoError(t, err)
	defer c.Close()
	m, err := c.Receive(t.Context())
	require.NoError(t, err)
	var report struct{ Code client.CloseCode }
	require.NoError(t, json.Unmarshal(m.Data, &report))
	return report.Code
}

// soon is a context for what is expected not to come.
func (m *meeting) soon() context.Context {
	ctx, cancel := context.WithTimeout(m.Context(), 100*time.Millisecond)
	m.Cleanup(cancel)
	return ctx
}

func (m *meeting) wantTold(code client.CloseCode) {
	m.Helper()
	assert.Equal(m, code, m.told(), "the server is told")
}

func (m *meeting) text() string {
	m.Helper()
	got, err := m.c.Receive(m.Context())
	require.NoError(m, err)
	return string(got.Data)
}

func (m *meeting) receives(n int) {
	m.Helper()
	for range n {
		m.text()
	}
}

// closed requires the end with this code, which remote says the server gave.
func (m *meeting) closed(code client.CloseCode, remote bool) error {
	m.Helper()
	_, err := m.c.Receive(m.Context())
	var closed *client.CloseError
	require.ErrorAs(m, err, &closed)
	assert.Equal(m, code, closed.Code)
	assert.Equal(m, remote, closed.Remote)
	_, again := m.c.Receive(m.Context())
	assert.Same(m, err, again, "it is the end for ever")
	assert.Error(m, m.c.Send(m.Context(), client.Text("late")))
	return err
}

func (m *meeting) tooBig() {
	_, err := m.c.Receive(m.Context())
	var tooBig *client.MessageTooBigError
	require.ErrorAs(m, err, &tooBig)
	assert.EqualValues(m, 1<<20, tooBig.Limit)
	assert.Greater(m, tooBig.Size, tooBig.Limit)
	m.wantTold(1009)
}

func (m *meeting) noAnswer() {
	m.echo("before")
	err := m.c.Close()
	assert.ErrorContains(m, err, "reserved opcode")
	_, err = m.c.Receive(m.Context())
	assert.ErrorIs(m, err, client.ErrClosed)
	m.wantTold(1000)
}

// stall shows that a message which does not come keeps nothing from working.
func (m *meeting) stall() {
	_, err := m.c.Receive(m.soon())
	require.ErrorIs(m, err, context.DeadlineExceeded)
	assert.Equal(m, client.Connected, m.c.State())
	assert.NoError(m, m.c.Send(m.Context(), client.Text("still here")))
	_, err = m.c.Ping(m.soon())
	assert.ErrorIs(m, err, context.DeadlineExceeded)
	assert.ErrorIs(m, m.c.Close(), context.DeadlineExceeded, "the server does not answer")
	assert.Equal(m, client.Closed, m.c.State())
	m.wantTold(1000)
}

func (m *meeting) echo(s string) {
	m.Helper()
	require.NoError(m, m.c.Send(m.Context(), client.Text(s)))
	assert.Equal(m, s, m.text())
}

func (m *meeting) echoes() {
	m.echo("after")
	assert.NoError(m, m.c.Close())
}

// deaf fills what lies between this side and a server that does not read. Send
// and Close end all the same.
func (m *meeting) deaf() {
	ctx := m.soon()
	var err error
	for n := 0; err == nil; n++ {
		require.Less(m, n, 1<<10, "everything is accepted")
		err = m.c.Send(ctx, client.Binary(make([]byte, 1<<20)))
	}
	require.ErrorIs(m, err, context.DeadlineExceeded)
	_ = m.c.Close() // an error if Send was ended before its first byte
	assert.Equal(m, client.Closed, m.c.State())
	_, err = m.c.Receive(m.Context())
	assert.ErrorIs(m, err, client.ErrClosed)
}
