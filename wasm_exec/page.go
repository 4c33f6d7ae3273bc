package main

import (
	"embed"
	"html"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// hostFiles are the parts of the script that hosts a program in a page or in
// a Worker.
//
//go:embed page/*.js
var hostFiles embed.FS

// hostScript joins the parts in this order into one script with one scope, so
// that a page, and a Worker, loads a single file.
func hostScript() (string, error) {
	var b strings.Builder
	b.WriteString("(() => {\n")
	for _, name := range []string{"output.js", "tree.js", "files.js", "run.js"} {
		part, err := hostFiles.ReadFile("page/" + name)
		if err != nil {
			return "", err
		}
		b.Write(part)
	}
	b.WriteString("})();\n")
	return b.String(), nil
}

func (s *server) getHost(w http.ResponseWriter, r *http.Request) {
	script, err := hostScript()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", javaScript)
	io.WriteString(w, script)
}

const hostTag = `<script src="/wasm_exec/host.js"></script>`

func (s *server) getPage(w http.ResponseWriter, r *http.Request) {
	page := defaultPage(filepath.Base(s.p.wasm), s.p.serve || s.p.screenshot != "")
	if s.p.page != "" {
		data, err := os.ReadFile(s.p.page)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		page = withHost(string(data))
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	io.WriteString(w, page)
}

// defaultPage shows the program's output only if someone will look: without an
// element for it the script does not spend time on it.
func defaultPage(title string, show bool) string {
	page := "<!doctype html>\n<meta charset=\"utf-8\">\n<title>" + html.EscapeString(title) + "</title>\n" + hostTag + "\n"
	if show {
		page += "<pre id=\"wasm_exec-output\"></pre>\n"
	}
	return page
}

// headStart finds where the head of a page begins: behind its tag or, since
// that may be left out, behind the tags that come before it.
var headStart = regexp.MustCompile(`(?is)^(?:.*?<head(?:\s[^>]*)?>|\s*(?:<!doctype[^>]*>)?\s*(?:<html(?:\s[^>]*)?>)?)`)

// withHost puts the tag of host.js at the start of the head of a page that
// does not load it itself.
func withHost(page string) string {
	if strings.Contains(page, "/wasm_exec/host.js") {
		return page
	}
	at := headStart.FindStringIndex(page)[1] // it matches nothing, too
	return page[:at] + hostTag + page[at:]
}
