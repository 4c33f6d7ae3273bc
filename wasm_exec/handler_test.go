package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// site is a server for tests, with the folder that its program works in.
type site struct {
	*server
	dir            string
	stdout, stderr strings.Builder
}

// newSite makes a server of a program in a new folder that holds these files.
func newSite(t *testing.T, files map[string]string, change ...func(*program)) *site {
	t.Helper()
	s := &site{dir: t.TempDir()}
	for name, content := range files {
		path := filepath.Join(s.dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	}
	p := &program{
		options: &options{argv: []string{"p.wasm", "arg"}}, wasm: filepath.Join(s.dir, "p.wasm"), env: map[string]string{"GO": "1"},
		cwd: s.dir, tmp: "/tmp", goroot: t.TempDir(), glue: filepath.Join(s.dir, "glue.js"),
		outputs: outputs{Files: []string{filepath.Join(s.dir, "c.out")}, Dirs: []string{filepath.Join(s.dir, "cover")}},
	}
	for _, f := range change {
		f(p)
	}
	var err error
	s.server, err = newServer(p, &s.stdout, &s.stderr)
	require.NoError(t, err)
	t.Cleanup(s.files.close)
	return s
}

// do sends a request; of the path, TOKEN becomes the token.
func (s *site) do(method, path, body string) *http.Response {
	r := httptest.NewRequest(method, strings.ReplaceAll(path, "TOKEN", s.token), strings.NewReader(body))
	w := httptest.NewRecorder()
	s.handler().ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	data, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	return string(data)
}

func (s *site) file(name string) string {
	return "/wasm_exec/run/TOKEN/file?path=" + url.QueryEscape(filepath.Join(s.dir, name))
}

func TestEndpointsNeedTheToken(t *testing.T) {
	s := newSite(t, map[string]string{"x": "content"})
	for _, token := range []string{"wrong", s.token[:10], s.token + "x", "TOKEN%20"} {
		for _, endpoint := range []string{"config", "alive", "end", "file?path=" + filepath.Join(s.dir, "x")} {
			assert.Equal(t, http.StatusNotFound, s.do("GET", "/wasm_exec/run/"+token+"/"+endpoint, "").StatusCode, endpoint)
		}
		for _, endpoint := range []string{"out?fd=1", "exit?code=0", "file?path=" + filepath.Join(s.dir, "c.out")} {
			assert.Equal(t, http.StatusNotFound, s.do("POST", "/wasm_exec/run/"+token+"/"+endpoint, "x").StatusCode, endpoint)
		}
	}
	assert.Empty(t, s.stdout.String())
	assert.Empty(t, s.exit)
	assert.NoFileExists(t, filepath.Join(s.dir, "c.out"))
}

func TestTokensAreUnguessable(t *testing.T) {
	a, b := newSite(t, nil), newSite(t, nil)
	assert.NotEqual(t, a.token, b.token)
	assert.GreaterOrEqual(t, len(a.token), 26, "128 bits in base 32")
}

func TestTheProgramAndItsGlueAreServed(t *testing.T) {
	s := newSite(t, map[string]string{"p.wasm": "\x00asm", "glue.js": "class Go", "extra.js": "extra"}, func(p *program) {
		p.scripts = list{filepath.Join(p.cwd, "extra.js")}
	})
	for path, want := range map[string][2]string{
		"/main.wasm":          {"application/wasm", "\x00asm"},
		"/wasm_exec.js":       {javaScript, "class Go"},
		"/wasm_exec/script/0": {javaScript, "extra"},
	} {
		r := s.do("GET", path, "")
		assert.Equal(t, want, [2]string{r.Header.Get("Content-Type"), body(t, r)}, path)
		assert.Equal(t, "no-store", r.Header.Get("Cache-Control"), "a rebuilt program is another")
	}
	for _, path := range []string{"/wasm_exec/script/1", "/wasm_exec/script/-1", "/wasm_exec/script/x", "/p.wasm", "/extra.js", "/index.html"} {
		assert.Equal(t, http.StatusNotFound, s.do("GET", path, "").StatusCode, path)
	}
	require.NoError(t, os.Remove(s.p.wasm))
	assert.Equal(t, http.StatusNotFound, s.do("GET", "/main.wasm", "").StatusCode)
}

func TestThePolicyIsSentWithPagesAndScripts(t *testing.T) {
	s := newSite(t, nil, func(p *program) { p.csp = "default-src 'self'" })
	for _, path := range []string{"/", "/wasm_exec/host.js"} { // a Worker takes that of its script
		assert.Equal(t, "default-src 'self'", s.do("GET", path, "").Header.Get("Content-Security-Policy"))
	}
	assert.Empty(t, newSite(t, nil).do("GET", "/", "").Header.Get("Content-Security-Policy"))
}

func TestConfiguration(t *testing.T) {
	s := newSite(t, nil, func(p *program) {
		p.worker, p.plain = true, true
		p.scripts = list{"a", "b"}
	})
	var got pageConfig
	require.NoError(t, json.Unmarshal([]byte(body(t, s.do("GET", "/wasm_exec/run/TOKEN/config", ""))), &got))
	assert.Equal(t, pageConfig{
		Argv: []string{"p.wasm", "arg"}, Env: map[string]string{"GO": "1"}, Cwd: s.dir, Tmp: "/tmp",
		Mounts: []string{s.dir, s.p.goroot}, Outputs: s.p.outputs, Plain: true, Scripts: 2, Worker: true,
	}, got)
}

func TestOutputGoesToItsStream(t *testing.T) {
	s := newSite(t, nil)
	for _, post := range [][2]string{{"1", "a"}, {"2", "b"}, {"1", "c"}} {
		assert.Equal(t, http.StatusOK, s.do("POST", "/wasm_exec/run/TOKEN/out?fd="+post[0], post[1]).StatusCode)
	}
	assert.Equal(t, "ac", s.stdout.String())
	assert.Equal(t, "b", s.stderr.String())
}

func TestExitCode(t *testing.T) {
	s := newSite(t, nil)
	assert.Equal(t, http.StatusBadRequest, s.do("POST", "/wasm_exec/run/TOKEN/exit?code=x", "").StatusCode)
	assert.Equal(t, http.StatusOK, s.do("POST", "/wasm_exec/run/TOKEN/exit?code=3", "").StatusCode)
	assert.Equal(t, http.StatusOK, s.do("POST", "/wasm_exec/run/TOKEN/exit?code=4", "").StatusCode, "a second one must not block")
	assert.Equal(t, 3, <-s.exit)
}

func TestFilesAreDescribedAndRead(t *testing.T) {
	s := newSite(t, map[string]string{"testdata/a": "content", "testdata/b": ""})
	when := time.UnixMilli(1700000000123)
	require.NoError(t, os.Chtimes(filepath.Join(s.dir, "testdata", "a"), when, when))

	r := s.do("HEAD", s.file("testdata/a"), "")
	assert.Equal(t, []string{"7", "420", "1700000000123", ""},
		[]string{r.Header.Get("X-Size"), r.Header.Get("X-Mode"), r.Header.Get("X-Mtime"), r.Header.Get("X-Dir")})
	assert.Equal(t, "content", body(t, s.do("GET", s.file("testdata/a"), "")))

	r = s.do("GET", s.file("testdata"), "")
	assert.Equal(t, "1", r.Header.Get("X-Dir"))
	var names []string
	require.NoError(t, json.Unmarshal([]byte(body(t, r)), &names))
	assert.ElementsMatch(t, []string{"a", "b"}, names)

	require.NoError(t, os.Mkdir(filepath.Join(s.dir, "empty"), 0o777))
	assert.JSONEq(t, "[]", body(t, s.do("GET", s.file("empty"), "")), "a list, not null")
}

func TestFilesThatAreNotThere(t *testing.T) {
	s := newSite(t, nil)
	for _, name := range []string{"missing", "../other", "/etc/passwd"} {
		assert.Equal(t, http.StatusNotFound, s.do("GET", s.file(name), "").StatusCode, name)
	}
	assert.Equal(t, http.StatusNotFound, s.do("GET", "/wasm_exec/run/TOKEN/file", "").StatusCode)
	require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(s.dir, "link")))
	assert.Equal(t, http.StatusForbidden, s.do("GET", s.file("link"), "").StatusCode)
}

func TestOnlyOutputsAreWritten(t *testing.T) {
	s := newSite(t, map[string]string{"source.go": "old"})
	for name, want := range map[string]int{
		"c.out":             http.StatusOK,
		"cover/sub/counter": http.StatusOK,
		"source.go":         http.StatusForbidden,
		"new":               http.StatusForbidden,
		"cover":             http.StatusForbidden,
	} {
		assert.Equal(t, want, s.do("POST", s.file(name), "written").StatusCode, name)
		data, err := os.ReadFile(filepath.Join(s.dir, name))
		assert.Equal(t, want == http.StatusOK, err == nil && string(data) == "written", name)
	}
	require.NoError(t, os.RemoveAll(filepath.Join(s.dir, "cover")))
	require.NoError(t, os.WriteFile(filepath.Join(s.dir, "cover"), nil, 0o666))
	r := s.do("POST", s.file("cover/x"), "")
	assert.Equal(t, http.StatusInternalServerError, r.StatusCode, "a file is in the way")
}

// listening is a site that is reached over the network.
func listening(t *testing.T, change ...func(*program)) *site {
	t.Helper()
	s := newSite(t, nil, change...)
	srv := httptest.NewUnstartedServer(nil)
	s.ln = srv.Listener
	srv.Config.Handler = s.handler()
	srv.Start()
	t.Cleanup(srv.Close)
	return s
}

func TestOtherHostNamesAreRefused(t *testing.T) {
	s := listening(t)
	for host, want := range map[string]int{
		s.ln.Addr().String(): http.StatusOK,
		"evil.example":       http.StatusForbidden,
		"localhost":          http.StatusForbidden,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		s.handler().ServeHTTP(w, r)
		assert.Equal(t, want, w.Code, host)
	}
}

func TestThePageIsAskedForStacksWhileItLives(t *testing.T) {
	s := listening(t)
	ctx, leave := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "GET", "http://"+s.ln.Addr().String()+"/wasm_exec/run/"+s.token+"/alive", nil)
	require.NoError(t, err)
	answer, err := http.DefaultTransport.RoundTrip(r)
	require.NoError(t, err)
	defer answer.Body.Close()

	s.askStacks()
	line, err := bufio.NewReader(answer.Body).ReadString('\n')
	require.NoError(t, err)
	assert.Equal(t, "stacks\n", line)
	assert.Contains(t, s.stderr.String(), "made to panic")

	leave()
	<-s.gone
}

func TestThePageIsHeldUntilItMayEnd(t *testing.T) {
	s := newSite(t, nil, func(p *program) { p.screenshot = "x.png" })
	answered := make(chan int)
	go func() { answered <- s.do("GET", "/wasm_exec/run/TOKEN/end", "").StatusCode }()
	select {
	case <-answered:
		require.Fail(t, "it did not wait")
	default:
	}
	close(s.mayEnd)
	assert.Equal(t, http.StatusOK, <-answered)
}

func TestTheAddressNamesTheToken(t *testing.T) {
	s := listening(t)
	assert.Equal(t, "http://"+s.ln.Addr().String()+"/?wasm_exec="+s.token, s.url())
	s.p.screenshot = "x.png"
	assert.Equal(t, "http://"+s.ln.Addr().String()+"/?wasm_exec="+s.token+"&hold", s.url())
}
