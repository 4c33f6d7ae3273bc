package conformance

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"testing"

	"github.com/amphiwire/amphiwire/internal/companion"
	"github.com/amphiwire/amphiwire/internal/leakcheck"
)

// TestMain runs the rows against the server that the environment names. If it
// names none, natively this process starts one and runs itself again as a
// child: whatever becomes of the rows, a panic or the test's timeout
// included, the server is stopped.
func TestMain(m *testing.M) {
	if os.Getenv("AMPHIWIRE_HTTP") != "" && os.Getenv("AMPHIWIRE_WS") != "" {
		checkRoad()
		leakcheck.Main(m)
	}
	if runtime.GOOS == "js" {
		fmt.Fprintln(os.Stderr, "conformance: set AMPHIWIRE_HTTP and AMPHIWIRE_WS to the URLs that testserver/cmd/testserver prints")
		os.Exit(2)
	}
	if err := withServer(); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

// checkRoad ends the run if messages do not travel by the road that
// AMPHIWIRE_ROAD names: rows would pass without showing anything about it.
func checkRoad() {
	if want := os.Getenv("AMPHIWIRE_ROAD"); runtime.GOOS == "js" && want != "" && want != road() {
		fmt.Fprintln(os.Stderr, "conformance: the road is "+road()+", and AMPHIWIRE_ROAD is "+want)
		os.Exit(2)
	}
}

// withServer runs this test binary again, with a server of its own.
func withServer() error {
	dir, err := os.MkdirTemp("", "conformance")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file, err := companion.Build(dir, "testserver/cmd/testserver")
	if err != nil {
		return err
	}
	s, err := companion.Start(file, "127.0.0.1:0")
	if err != nil {
		return err
	}
	cmd := exec.Command(os.Args[0], os.Args[1:]...)
	cmd.Env = append(os.Environ(), "AMPHIWIRE_TARGET=native", "AMPHIWIRE_HTTP="+s.HTTP, "AMPHIWIRE_WS="+s.WS)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return errors.Join(cmd.Run(), s.Stop())
}
