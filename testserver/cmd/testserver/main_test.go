package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/leakcheck"
	"github.com/amphiwire/amphiwire/testserver"
)

func TestMain(m *testing.M) { leakcheck.Main(m) }

// program runs the command until stop is called, which returns its error.
type program struct {
	lines *bufio.Scanner
	stop  func() error
}

func start(t *testing.T, stderr io.Writer, args ...string) *program {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, args, w, stderr)
		w.CloseWithError(io.EOF)
		ended <- err
	}()
	t.Cleanup(cancel)
	return &program{bufio.NewScanner(r), func() error { cancel(); return <-ended }}
}

// value reads the next line, which must have this name.
func (p *program) value(t *testing.T, name string) string {
	t.Helper()
	require.True(t, p.lines.Scan(), "no line %s", name)
	got, value, _ := strings.Cut(p.lines.Text(), " ")
	require.Equal(t, name, got)
	return value
}

func TestItPrintsItsURLsAndServes(t *testing.T) {
	p := start(t, io.Discard)
	url := p.value(t, "http")
	assert.Equal(t, "ws"+strings.TrimPrefix(url, "http"), p.value(t, "ws"))
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	wantOK(t, client, url)
	assert.NoError(t, p.stop())
}

func wantOK(t *testing.T, client *http.Client, url string) {
	t.Helper()
	resp, err := client.Get(url + "/healthz")
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Equal(t, "ok", string(body))
}

func TestItServesWithTLSToo(t *testing.T) {
	p := start(t, io.Discard, "-tls")
	p.value(t, "http")
	p.value(t, "ws")
	url, _, file := p.value(t, "https"), p.value(t, "wss"), p.value(t, "ca")
	pem, err := os.ReadFile(file)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(pem))
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	defer client.CloseIdleConnections()
	wantOK(t, client, url)
	assert.NoError(t, p.stop())
	assert.NoFileExists(t, file, "a temporary file is removed")
	assert.NoDirExists(t, filepath.Dir(file))
}

func TestItWritesTheRootWhereItIsTold(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ca.pem")
	p := start(t, io.Discard, "-tls", "-cert-out", file)
	for _, name := range []string{"http", "ws", "https", "wss"} {
		p.value(t, name)
	}
	assert.Equal(t, file, p.value(t, "ca"))
	assert.NoError(t, p.stop())
	assert.FileExists(t, file, "it was asked for")
}

func TestItLogsRequestsIfAsked(t *testing.T) {
	for _, args := range [][]string{{"-log"}, {}} {
		var stderr bytes.Buffer
		p := start(t, &stderr, args...)
		client := &http.Client{Transport: &http.Transport{}}
		wantOK(t, client, p.value(t, "http"))
		p.value(t, "ws")
		client.CloseIdleConnections()
		assert.NoError(t, p.stop())
		assert.Equal(t, len(args) > 0, strings.Contains(stderr.String(), "GET /healthz"))
	}
}

func TestItSaysWhatIsWrong(t *testing.T) {
	taken := strings.TrimPrefix(testserver.New(t).URL(), "http://")
	for name, tc := range map[string]struct {
		args []string
		want string
	}{
		"a port that is taken":     {[]string{"-addr", taken}, taken},
		"a TLS port that is taken": {[]string{"-tls", "-tls-addr", taken}, taken},
		"no address":               {[]string{"-addr", "nonsense"}, "nonsense"},
		"an unknown flag":          {[]string{"-nonsense"}, "-nonsense"},
		"an argument":              {[]string{"nonsense"}, "nonsense"},
		"a file that cannot be":    {[]string{"-tls", "-cert-out", "/nonsense/ca.pem"}, "/nonsense/ca.pem"},
		"TLS options without TLS":  {[]string{"-cert-out", "ca.pem"}, "-tls"},
	} {
		t.Run(name, func(t *testing.T) {
			err := run(context.Background(), tc.args, io.Discard, io.Discard)
			assert.ErrorContains(t, err, tc.want)
		})
	}
}

func TestHelpIsNoFailure(t *testing.T) {
	var stderr bytes.Buffer
	err := run(context.Background(), []string{"-h"}, io.Discard, &stderr)
	assert.ErrorIs(t, err, flag.ErrHelp)
	for _, name := range []string{"-addr", "-tls", "-cert-out", "-log"} {
		assert.Contains(t, stderr.String(), name)
	}
}
