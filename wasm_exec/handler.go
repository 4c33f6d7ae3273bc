package main

import (
	"crypto/subtle"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// handler routes the page's requests. Those under /wasm_exec/run/{token}/ reach
// the program's configuration, output and files.
func (s *server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.getPage)
	mux.HandleFunc("GET /main.wasm", func(w http.ResponseWriter, r *http.Request) { serveFile(w, r, s.p.wasm, "application/wasm") })
	mux.HandleFunc("GET /wasm_exec.js", func(w http.ResponseWriter, r *http.Request) { serveFile(w, r, s.p.glue, javaScript) })
	mux.HandleFunc("GET /amphiwire.js", getAmphiwire)
	mux.HandleFunc("GET /wasm_exec/host.js", s.getHost)
	mux.HandleFunc("GET /wasm_exec/script/{n}", s.getScript)
	mux.Handle("GET /wasm_exec/run/{token}/config", s.guard(s.getConfig))
	mux.Handle("GET /wasm_exec/run/{token}/alive", s.guard(s.getAlive))
	mux.Handle("GET /wasm_exec/run/{token}/end", s.guard(s.getEnd))
	mux.Handle("GET /wasm_exec/run/{token}/file", s.guard(s.getFile))
	mux.Handle("POST /wasm_exec/run/{token}/file", s.guard(s.postFile))
	mux.Handle("POST /wasm_exec/run/{token}/out", s.guard(s.postOut))
	mux.Handle("POST /wasm_exec/run/{token}/exit", s.guard(s.postExit))
	if s.p.page != "" {
		mux.Handle("GET /", http.FileServer(http.Dir(filepath.Dir(s.p.page))))
	}
	return s.common(mux)
}

// common does what holds for every answer. Nothing here sends CORS headers:
// pages from elsewhere can neither read nor, without the token, write.
func (s *server) common(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// A foreign page whose host name was made to resolve to this machine
		// sends that name.
		if s.ln != nil && r.Host != s.ln.Addr().String() {
			http.Error(w, "this server is "+s.ln.Addr().String(), http.StatusForbidden)
			return
		}
		// On scripts too: a Worker takes the policy of its own script.
		if s.p.csp != "" {
			w.Header().Set("Content-Security-Policy", s.p.csp)
		}
		w.Header().Set("Cache-Control", "no-store") // a rebuilt program is a new one
		next.ServeHTTP(w, r)
	})
}

// guard answers as if nothing were there unless the path has the token.
func (s *server) guard(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.PathValue("token")), []byte(s.token)) != 1 {
			http.NotFound(w, r)
			return
		}
		next(w, r)
	})
}

// pageConfig is what page/run.js is told.
type pageConfig struct {
	Argv    []string          `json:"argv"`
	Env     map[string]string `json:"env"`
	Cwd     string            `json:"cwd"`
	Tmp     string            `json:"tmp"`
	Mounts  []string          `json:"mounts"` // folders it may read
	Outputs outputs           `json:"outputs"`
	Plain   bool              `json:"plain"` // without amphiwire.js
	Scripts int               `json:"scripts"`
	Worker  bool              `json:"worker"`
}

// getConfig tells the page what to run and how.
func (s *server) getConfig(w http.ResponseWriter, r *http.Request) {
	p := s.p
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(pageConfig{
		Argv: p.options.argv, Env: p.env, Cwd: p.cwd, Tmp: p.tmp, Mounts: []string{p.cwd, p.goroot}, Outputs: p.outputs,
		Plain: p.plain, Scripts: len(p.scripts), Worker: p.worker,
	})
}

// getAlive answers for as long as the page is there. A line in the answer
// asks for goroutine stacks.
func (s *server) getAlive(w http.ResponseWriter, r *http.Request) {
	s.pageCame()
	defer s.pageLeft()
	flush := http.NewResponseController(w).Flush
	w.WriteHeader(http.StatusOK)
	flush()
	select {
	case <-s.stacks:
		io.WriteString(w, "stacks\n")
		flush()
		<-r.Context().Done()
	case <-r.Context().Done():
	}
}

// getEnd answers when the page may end. An image with this address keeps a
// page from being loaded completely, for which Chromium waits before it takes
// a screenshot.
func (s *server) getEnd(w http.ResponseWriter, r *http.Request) {
	select {
	case <-s.mayEnd:
	case <-r.Context().Done():
	}
}

// postOut receives a piece of stdout or stderr. The page sends the next one
// when this one has been answered, so order is kept.
func (s *server) postOut(w http.ResponseWriter, r *http.Request) {
	if err := s.write(r.URL.Query().Get("fd"), r.Body); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// postExit receives the exit code, the last thing that a page sends: output
// and files came before it.
func (s *server) postExit(w http.ResponseWriter, r *http.Request) {
	code, err := strconv.Atoi(r.URL.Query().Get("code"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.ended(code)
}

// getScript serves the nth file that -script named.
func (s *server) getScript(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 0 || n >= len(s.p.scripts) {
		http.NotFound(w, r)
		return
	}
	serveFile(w, r, s.p.scripts[n], javaScript)
}

const javaScript = "text/javascript; charset=utf-8"

// serveFile serves one file of ours under a type that does not depend on the
// machine's tables.
func serveFile(w http.ResponseWriter, r *http.Request, path, contentType string) {
	f, err := os.Open(path)
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	defer f.Close()
	w.Header().Set("Content-Type", contentType)
	http.ServeContent(w, r, "", time.Time{}, f)
}
