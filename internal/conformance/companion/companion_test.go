package companion

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/leakcheck"
)

// TestMain is the server of TestServer, too: with the variable set, this test
// binary behaves as the variable says.
func TestMain(m *testing.M) {
	switch os.Getenv("COMPANION_TEST") {
	case "":
		leakcheck.Main(m)
	case "ends":
		os.Exit(3)
	case "babbles":
		_, _ = io.WriteString(os.Stdout, "hello\n")
		_, _ = io.Copy(io.Discard, os.Stdin)
	}
}

func TestURLs(t *testing.T) {
	read := func(text string) ([]string, error) { return urls(bufio.NewScanner(strings.NewReader(text))) }

	environ, err := read("http http://127.0.0.1:1\nws ws://127.0.0.1:1\nhttps https://127.0.0.1:2\n")
	require.NoError(t, err)
	assert.Equal(t, []string{"AMPHIWIRE_HTTP=http://127.0.0.1:1", "AMPHIWIRE_WS=ws://127.0.0.1:1"}, environ)

	for _, text := range []string{"", "http http://127.0.0.1:1\n", "ws ws://127.0.0.1:1\n", "listening on 127.0.0.1:1\n"} {
		_, err := read(text)
		assert.Error(t, err, text)
	}
}

func TestServer(t *testing.T) {
	s, err := Start()
	require.NoError(t, err)
	url, ok := strings.CutPrefix(s.Environ[0], "AMPHIWIRE_HTTP=")
	require.True(t, ok)
	resp, err := http.Get(url + "/healthz")
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	http.DefaultClient.CloseIdleConnections()
	assert.Equal(t, http.StatusOK, resp.StatusCode)

	require.NoError(t, s.Stop())
	assert.NoDirExists(t, s.dir)
	_, err = http.Get(url + "/healthz")
	assert.Error(t, err, "it is still there")
}

// A server that does not do as it should is an error, and leaves nothing.
func TestBadServer(t *testing.T) {
	for _, how := range []string{"ends", "babbles"} {
		t.Run(how, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "server")
			require.NoError(t, os.Mkdir(dir, 0o755))
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), "COMPANION_TEST="+how)
			s := &Server{dir: dir, cmd: cmd, rest: make(chan struct{})}
			require.Error(t, s.start())
			require.Error(t, s.Stop(), "its exit status is told")
			assert.NoDirExists(t, dir)
		})
	}
}
