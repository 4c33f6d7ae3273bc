package main

import (
	_ "embed"
	"io"
	"net/http"
)

// amphiwire is the script that joins WebSockets to Go programs; see its own
// first lines and internal/browser.
//
//go:embed amphiwire.js
var amphiwire string

// amphiwire is the text of the script for the program, empty if it is to run
// without.
func (p *program) amphiwire() string {
	if p.plain {
		return ""
	}
	return amphiwire
}

func getAmphiwire(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", javaScript)
	io.WriteString(w, amphiwire)
}
