package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAMissingEngineSaysWhatToInstall(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	p := &program{options: &options{argv: []string{"p.wasm"}}}
	for name, want := range map[string]string{
		"node":     "Node.js is not installed (looked for node, nodejs); on Debian and Ubuntu: apt-get install nodejs npm",
		"chromium": "Chromium is not installed (looked for chromium, chromium-browser, google-chrome); on Debian and Ubuntu: apt-get install chromium",
		"firefox":  "Firefox is not installed (looked for firefox-esr, firefox); on Debian and Ubuntu: apt-get install firefox-esr",
		"webkit":   "on Debian and Ubuntu: apt-get install webkit2gtk-driver xvfb xauth",
	} {
		t.Run(name, func(t *testing.T) {
			code, err := engines[name].run(p, nil)
			var missing *missingError
			require.ErrorAs(t, err, &missing)
			assert.ErrorContains(t, err, want)
			assert.Equal(t, 1, code)
		})
	}
}

func TestEnginesAreListedInOrder(t *testing.T) {
	assert.Equal(t, []string{"chromium", "firefox", "node", "webkit"}, engineNames())
}
