//go:build !js

package interop

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// supervisor runs a program until its own input ends, which is when this
// process closes it or dies, whatever it dies of. Nothing of the peers is worth
// an orderly end, so they get none. If the program ends by itself, its status
// is the supervisor's.
const supervisor = `exec 3<&0
"$@" </dev/null 3<&- & program=$!
{ read -r _ <&3; kill -9 "$program"; } & watch=$!
wait "$program"; status=$?
kill "$watch"
exit "$status"`

// A process is a program that runs under the supervisor.
type process struct {
	argv  []string
	log   string        // the file with all that it prints
	ended chan struct{} // closed when it has ended by itself or been stopped
	stop  func()
}

// start runs a program until t ends or stop is called.
func start(t *testing.T, argv ...string) *process {
	t.Helper()
	out, err := os.Create(filepath.Join(t.TempDir(), "log"))
	require.NoError(t, err)
	defer out.Close() // the child has it
	cmd := exec.Command("sh", append([]string{"-c", supervisor, "sh"}, argv...)...)
	cmd.Stdout, cmd.Stderr = out, out
	input, err := cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	p := &process{argv: argv, log: out.Name(), ended: make(chan struct{})}
	go func() {
		defer close(p.ended)
		_ = cmd.Wait() // it was killed
	}()
	p.stop = func() {
		_ = input.Close()
		<-p.ended
	}
	t.Cleanup(p.stop)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s printed:\n%s", argv[0], p.printed())
		}
	})
	return p
}

// printed is the end of what the program has printed.
func (p *process) printed() string {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-4<<10):])
}

// listens waits until somebody accepts connections at addr.
func (p *process) listens(addr string) error {
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		if c, err := net.Dial("tcp", addr); err == nil {
			return c.Close()
		}
		select {
		case <-again.C:
		case <-p.ended:
			return fmt.Errorf("%q ended:\n%s", p.argv, p.printed())
		case <-late.C:
			return fmt.Errorf("%q does not listen at %s:\n%s", p.argv, addr, p.printed())
		}
	}
}

// serve runs a program that listens on n free ports, and returns host and port
// of each. command makes its command line.
//
// Nothing keeps a free port free until the program has it, so that is tried
// more than once.
func serve(t *testing.T, n int, command func(ports ...string) []string) (addrs []string) {
	t.Helper()
	_, addrs = serveProcess(t, n, command)
	return addrs
}

// serveProcess is serve for who has to stop the program.
func serveProcess(t *testing.T, n int, command func(ports ...string) []string) (p *process, addrs []string) {
	t.Helper()
	var err error
	for range 3 {
		ports := freePorts(t, n)
		p, addrs = start(t, command(ports...)...), nil
		for _, port := range ports {
			addrs = append(addrs, loopback(port))
			if err = p.listens(loopback(port)); err != nil {
				break
			}
		}
		if err == nil {
			return p, addrs
		}
		p.stop()
	}
	require.NoError(t, err)
	return nil, nil
}

// again returns what kills a process and starts it again, until t ends and not
// only a row of it.
func again(t *testing.T, p *process, addr string) (restart func() error) {
	return func() error {
		p.stop()
		p = start(t, p.argv...)
		return p.listens(addr)
	}
}

func loopback(port string) string { return net.JoinHostPort("127.0.0.1", port) }

// freePorts asks for all of them before it gives one back: they differ.
func freePorts(t *testing.T, n int) (ports []string) {
	t.Helper()
	for range n {
		l, err := net.Listen("tcp", loopback("0"))
		require.NoError(t, err)
		defer l.Close()
		_, port, err := net.SplitHostPort(l.Addr().String())
		require.NoError(t, err)
		ports = append(ports, port)
	}
	return ports
}

// refusing is an address where nobody listens.
func refusing(t *testing.T) (addr string) {
	t.Helper()
	return loopback(freePorts(t, 1)[0])
}
