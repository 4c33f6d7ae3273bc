package main

import "os"

// chromium is Chromium, or Chrome. Its headless mode is the whole browser
// without a window.
type chromium struct{}

func (chromium) find() (string, error) {
	return lookUp("Chromium", "chromium", "chromium", "chromium-browser", "google-chrome")
}

// prepare has nothing to do: flags say it all.
func (chromium) prepare(string) error { return nil }

func (chromium) command(path, dir, url string, p *program) (argv, env []string) {
	argv = []string{
		path, "--headless", "--user-data-dir=" + dir, "--no-first-run", "--no-default-browser-check",
		// A test wants no traffic but its own, and none through a proxy,
		"--no-proxy-server",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
		// no timers that wait because nobody looks at the page,
		"--disable-background-timer-throttling", "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows",
		// and nothing of the machine that a container may lack.
		"--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--password-store=basic",
	}
	if os.Getuid() == 0 {
		// Its sandbox refuses to run as root.
		argv = append(argv, "--no-sandbox")
	}
	if p.screenshot != "" {
		// Taken when the page is complete, see server.getEnd.
		argv = append(argv, "--hide-scrollbars", "--window-size=1024,768", "--screenshot="+under(p.cwd, p.screenshot))
	}
	return append(argv, url), nil
}
