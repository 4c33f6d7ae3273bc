package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheHostIsPutIntoPages(t *testing.T) {
	for name, test := range map[string]struct{ page, want string }{
		"at the start of the head":           {"<!doctype html><html><head><title>x</title>", "<!doctype html><html><head>HOST<title>x</title>"},
		"of a head in capitals, with a name": {"<HTML><HEAD LANG=en>\n<title>", "<HTML><HEAD LANG=en>HOST\n<title>"},
		"where the head is left out":         {"<!DOCTYPE html>\n<title>x</title>", "<!DOCTYPE html>\nHOST<title>x</title>"},
		"and the html tag is not":            {"<!doctype html>\n<html lang=en><p>x", "<!doctype html>\n<html lang=en>HOST<p>x"},
		"not at a header":                    {"<p><header>x</header>", "HOST<p><header>x</header>"},
		"in an empty page":                   {"", "HOST"},
		"not twice":                          {"<p><script src='/wasm_exec/host.js' defer></script>", "<p><script src='/wasm_exec/host.js' defer></script>"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, strings.ReplaceAll(test.want, "HOST", hostTag), withHost(test.page))
		})
	}
}

func TestTheUsersPageAndItsFolder(t *testing.T) {
	s := newSite(t, map[string]string{"page/own.html": "<head></head>", "page/style.css": "p {}", "outside": "x"}, func(p *program) {
		p.page = filepath.Join(p.cwd, "page", "own.html")
	})
	r := s.do("GET", "/?wasm_exec=TOKEN", "")
	assert.Equal(t, "text/html; charset=utf-8", r.Header.Get("Content-Type"))
	assert.Equal(t, "<head>"+hostTag+"</head>", body(t, r))

	r = s.do("GET", "/style.css", "")
	assert.Equal(t, "p {}", body(t, r))
	assert.Contains(t, r.Header.Get("Content-Type"), "text/css")
	assert.NotEqual(t, "x", body(t, s.do("GET", "/../outside", "")))

	require.NoError(t, os.Remove(s.p.page))
	assert.Equal(t, http.StatusInternalServerError, s.do("GET", "/", "").StatusCode)
}

func TestThePageOfOursShowsOutputToPersons(t *testing.T) {
	plain := body(t, newSite(t, nil).do("GET", "/", ""))
	assert.Contains(t, plain, hostTag)
	assert.NotContains(t, plain, "wasm_exec-output")
	for _, change := range []func(*program){
		func(p *program) { p.serve = true },
		func(p *program) { p.screenshot = "x.png" },
	} {
		assert.Contains(t, body(t, newSite(t, nil, change).do("GET", "/", "")), `<pre id="wasm_exec-output">`)
	}
	assert.Contains(t, defaultPage("<&>.wasm", false), "<title>&lt;&amp;&gt;.wasm</title>")
}

func TestTheHostIsOneScript(t *testing.T) {
	script := body(t, newSite(t, nil).do("GET", "/wasm_exec/host.js", ""))
	assert.True(t, strings.HasPrefix(script, "(() => {\n\"use strict\";\n"))
	parts, err := hostFiles.ReadDir("page")
	require.NoError(t, err)
	for _, part := range parts {
		source, err := hostFiles.ReadFile("page/" + part.Name())
		require.NoError(t, err)
		assert.Equal(t, 1, strings.Count(script, string(source)), part.Name())
	}
}
