package main

import (
	"flag"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFlagsEndAtTheProgram(t *testing.T) {
	o, err := parseOptions([]string{
		"-in", "chromium", "-env", "A, B", "-env=C", "-timeout", "3s", "-script", "one.js", "-script", "two.js",
		"prog.wasm", "-in", "x", "-v",
	}, &strings.Builder{})
	require.NoError(t, err)
	assert.Equal(t, &options{
		engine: "chromium", env: list{"A", "B", "C"}, timeout: 3 * time.Second, scripts: list{"one.js", "two.js"},
		argv: []string{"prog.wasm", "-in", "x", "-v"},
	}, o)
}

func TestNodeIsTheDefault(t *testing.T) {
	o, err := parseOptions([]string{"prog.wasm"}, &strings.Builder{})
	require.NoError(t, err)
	assert.Equal(t, &options{engine: "node", argv: []string{"prog.wasm"}}, o)
}

func TestWhatCannotWorkIsRefused(t *testing.T) {
	for args, want := range map[string]string{
		"":                           "no program given",
		"-in chromium":               "no program given",
		"-in lynx p":                 `unknown engine "lynx"; there are chromium, firefox, node, webkit`,
		"-worker p":                  "-worker needs a browser",
		"-page x.html p":             "-page needs a browser",
		"-csp x p":                   "-csp needs a browser",
		"-v p":                       "-v needs a browser",
		"-screenshot x p":            "-screenshot needs -in chromium",
		"-in webkit -screenshot x p": "-screenshot needs -in chromium",
		"-in chromium -serve -screenshot x.png p": "-screenshot needs -in chromium",
		"-timeout soon p":                         "invalid value",
		"-nonsense p":                             "not defined",
	} {
		_, err := parseOptions(strings.Fields(args), &strings.Builder{})
		assert.ErrorContains(t, err, want, args)
	}
}

func TestServingNeedsNoEngine(t *testing.T) {
	_, err := parseOptions(strings.Fields("-serve -worker -page x.html -csp y p"), &strings.Builder{})
	assert.NoError(t, err)
}

func TestHelpNamesEveryFlag(t *testing.T) {
	var help strings.Builder
	_, err := parseOptions([]string{"-h"}, &help)
	require.ErrorIs(t, err, flag.ErrHelp)
	for _, name := range []string{"-in", "-env", "-timeout", "-script", "-plain", "-worker", "-page", "-csp", "-serve", "-screenshot", "-v"} {
		assert.Regexp(t, `\n  `+name+`\b`, help.String())
	}
	assert.Contains(t, help.String(), "usage: wasm_exec [flags] prog.wasm [arguments]")
}
