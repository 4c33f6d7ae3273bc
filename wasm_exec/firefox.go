package main

import (
	_ "embed"
	"os"
	"path/filepath"
)

// firefox is Firefox, or its extended support release.
type firefox struct{}

//go:embed firefox/user.js
var firefoxPrefs []byte

func (firefox) find() (string, error) {
	return lookUp("Firefox", "firefox-esr", "firefox-esr", "firefox")
}

func (firefox) prepare(dir string) error {
	return os.WriteFile(filepath.Join(dir, "user.js"), firefoxPrefs, 0o600)
}

func (firefox) command(path, dir, url string, _ *program) (argv, env []string) {
	return []string{path, "--headless", "--no-remote", "--profile", dir, url},
		[]string{"MOZ_CRASHREPORTER_DISABLE=1", "MOZ_DISABLE_CONTENT_SANDBOX=1"}
}
