package main

import (
	"os"
	"os/exec"
	"path/filepath"
)

// webkit is WebKitGTK by way of MiniBrowser, the browser that comes with the
// library. It has no headless mode, so it gets an X server without a screen.
type webkit struct{}

// miniBrowsers are the places of the program, which is never on PATH.
var miniBrowsers = []string{
	"/usr/lib/*/webkit2gtk-4.1/MiniBrowser",
	"/usr/lib/*/webkitgtk-6.0/MiniBrowser",
	"/usr/lib/*/webkit2gtk-4.0/MiniBrowser",
	"/usr/libexec/webkit2gtk-4.1/MiniBrowser",
	"/usr/libexec/webkitgtk-6.0/MiniBrowser",
}

const webkitPackages = "webkit2gtk-driver xvfb xauth"

// find looks for the X server first: without it the browser is of no use.
func (webkit) find() (string, error) {
	for _, program := range []string{"xvfb-run", "xauth"} {
		if _, err := lookUp(program+", which WebKit needs,", webkitPackages, program); err != nil {
			return "", err
		}
	}
	for _, pattern := range miniBrowsers {
		// The patterns are well-formed, the only thing Glob complains about.
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return found[0], nil
		}
	}
	if path, err := exec.LookPath("MiniBrowser"); err == nil {
		return path, nil
	}
	return "", &missingError{What: "WebKit's MiniBrowser", Programs: miniBrowsers, Packages: webkitPackages}
}

// prepare has nothing to do: a private window has no profile.
func (webkit) prepare(string) error { return nil }

func (webkit) command(path, dir, url string, _ *program) (argv, env []string) {
	argv = []string{
		// -a: a free display number, since several may run at a time.
		xvfbRun(), "-a", "-s", "-screen 0 1024x768x24 -nolisten tcp", path, "--private", url,
	}
	env = []string{
		// No accessibility bus, no graphics card.
		"NO_AT_BRIDGE=1", "GTK_A11Y=none", "GDK_BACKEND=x11", "LIBGL_ALWAYS_SOFTWARE=1",
		"WEBKIT_DISABLE_COMPOSITING_MODE=1", "WEBKIT_DISABLE_DMABUF_RENDERER=1",
	}
	if os.Getuid() == 0 {
		// Its sandbox refuses to run as root.
		env = append(env, "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS=1")
	}
	return argv, env
}

// xvfbRun is the path of the program that find has found.
func xvfbRun() string {
	path, err := exec.LookPath("xvfb-run")
	if err != nil {
		return "xvfb-run" // starting it will say what is wrong
	}
	return path
}
