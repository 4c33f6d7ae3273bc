package main

import (
	_ "embed"
	"os"
	"path/filepath"
)

// firefox is Firefox, or its extended support release. What it must not do on
// its own account, such as looking for updates, only preferences can tell it.
type firefox struct{}

//go:embed firefox/user.js
var firefoxPrefs []byte

func (firefox) find() (string, error) {
	return lookUp("Firefox", "firefox-esr", "firefox-esr", "firefox")
}

func (firefox) prepare(dir string) error {
	return os.WriteFile(filepath.Join(dir, "user.js"), firefoxPrefs, 0o600)
}

// command leaves out the sandbox of its content processes, which a container
// may not allow, and the crash reporter, which would outlive it. A release of
// Firefox asks the services of its settings that its preferences name only
// with MOZ_REMOTE_SETTINGS_DEVTOOLS.
func (firefox) command(path, dir, url string, _ *program) (argv, env []string) {
	return []string{path, "--headless", "--no-remote", "--profile", dir, url},
		[]string{"MOZ_CRASHREPORTER_DISABLE=1", "MOZ_DISABLE_CONTENT_SANDBOX=1", "MOZ_REMOTE_SETTINGS_DEVTOOLS=1"}
}
