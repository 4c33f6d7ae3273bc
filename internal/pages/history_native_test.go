//go:build !js

package pages

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// testHistory goes from a page with a connection to another and back. Where
// the browser has kept the page, because the connection was closed when it was
// left, it is the same one then, with its program still in memory.
func testHistory(t *testing.T, s *stage, browser string) {
	site := newSite(t, s.resident, map[string]string{"connected": "second.html", "second page": "back"})
	id := "history-" + browser
	visit(t, browser, site.URL+"/first.html?url="+url.QueryEscape(s.WS+"/ws/echo?id="+id))
	require.Equal(t, "connected", site.next(t))
	require.Equal(t, "second page", site.next(t))
	left := reportOf(t, s.WS+"/ws/report?id="+id)
	if browser == "firefox" { // decides before it tells the page, and never for one that is connected
		assert.Equal(t, report{Code: 1001, Messages: 1}, left)
		assert.Equal(t, "connected", site.next(t), "the page is loaded anew")
		return
	}
	assert.Equal(t, report{Code: 1005, Messages: 1}, left, "closed, without a code that pages may not send")
	both := []string{site.next(t), site.next(t)}
	assert.ElementsMatch(t, []string{"shown again", "connected"}, both, "the same page, connected again")
}

// A site has the pages of testdata/history and hears what they report.
type site struct {
	*httptest.Server
	reports chan string
}

// newSite answers the first report of each kind as answers says, and others
// with nothing.
func newSite(t *testing.T, program string, answers map[string]string) *site {
	s := &site{reports: make(chan string, 100)}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServer(http.Dir("testdata/history")))
	mux.HandleFunc("GET /wasm_exec.js", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	})
	mux.HandleFunc("GET /resident.wasm", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/wasm")
		http.ServeFile(w, r, program)
	})
	mux.HandleFunc("POST /report", func(w http.ResponseWriter, r *http.Request) {
		what, _ := io.ReadAll(r.Body) // a page that has gone has nothing to say
		io.WriteString(w, answers[string(what)])
		delete(answers, string(what)) // reports come one after the other
		s.reports <- string(what)
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// next returns the next report.
func (s *site) next(t *testing.T) string {
	t.Helper()
	select {
	case what := <-s.reports:
		return what
	case <-time.After(time.Minute):
		require.FailNow(t, "nothing was reported")
	}
	return ""
}

// starters return the command that opens a URL in a browser whose files are in
// dir.
var starters = map[string]func(t *testing.T, dir, url string) []string{
	"chromium": func(t *testing.T, dir, url string) []string {
		argv := []string{"chromium", "--headless", "--user-data-dir=" + dir, "--no-first-run", "--no-proxy-server",
			"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
			"--disable-gpu", "--disable-dev-shm-usage", "--password-store=basic"}
		if os.Getuid() == 0 {
			argv = append(argv, "--no-sandbox")
		}
		return append(argv, url)
	},
	"firefox": func(t *testing.T, dir, url string) []string {
		prefs, err := os.ReadFile("../../wasm_exec/firefox/user.js")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "user.js"), prefs, 0o600))
		return []string{"firefox-esr", "--headless", "--no-remote", "--profile", dir, url}
	},
	"webkit": func(t *testing.T, dir, url string) []string {
		found, err := filepath.Glob("/usr/lib*/*/webkit*/MiniBrowser")
		require.NoError(t, err)
		require.NotEmpty(t, found, "no MiniBrowser")
		return []string{"xvfb-run", "-a", "-s", "-screen 0 1024x768x24 -nolisten tcp", found[0], "--private", url}
	},
}

// visit opens a URL in a browser, which ends with the test.
func visit(t *testing.T, browser, url string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "pages") // t.TempDir is too long for the names of Chromium's sockets
	require.NoError(t, err)
	argv := starters[browser](t, dir, url)
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), "HOME="+dir, "TMPDIR="+dir, "MOZ_CRASHREPORTER_DISABLE=1", "MOZ_DISABLE_CONTENT_SANDBOX=1",
		"MOZ_REMOTE_SETTINGS_DEVTOOLS=1",
		"WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS=1", "WEBKIT_DISABLE_COMPOSITING_MODE=1", "WEBKIT_DISABLE_DMABUF_RENDERER=1",
		"NO_AT_BRIDGE=1", "GDK_BACKEND=x11", "LIBGL_ALWAYS_SOFTWARE=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		group := -cmd.Process.Pid
		syscall.Kill(group, syscall.SIGTERM)
		stubborn := time.AfterFunc(10*time.Second, func() { syscall.Kill(group, syscall.SIGKILL) })
		cmd.Wait()
		stubborn.Stop()
		syscall.Kill(group, syscall.SIGKILL) // whom the first process did not take along
		os.RemoveAll(dir)
	})
}
