//go:build !js

package interop

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A foreignClient is a process that connects where it is told to, and says how
// that went. It ends with its input, so it needs no supervisor.
type foreignClient struct {
	jobs    *json.Encoder
	results *bufio.Scanner
	kill    func()
}

func newForeignClient(t *testing.T, program, script string) *foreignClient {
	t.Helper()
	cmd := exec.Command(program, script, payloadFolder(t))
	cmd.Stderr = os.Stderr
	input, err := cmd.StdinPipe()
	require.NoError(t, err)
	output, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = input.Close()
		assert.NoError(t, cmd.Wait())
	})
	results := bufio.NewScanner(output)
	results.Buffer(nil, 1<<20)
	return &foreignClient{json.NewEncoder(input), results, func() { _ = cmd.Process.Kill() }}
}

// A job is one connection of a foreign client.
type job struct {
	URL       string   `json:"url"`
	Protocols []string `json:"protocols,omitempty"`
	Deflate   *deflate `json:"deflate,omitempty"` // nil: not offered
	CA        string   `json:"ca,omitempty"`      // the file with what to trust
	Steps     []step   `json:"steps"`
}

// deflate is an offer.
type deflate struct {
	ServerNoContextTakeover bool `json:"serverNoContextTakeover,omitempty"`
	ClientNoContextTakeover bool `json:"clientNoContextTakeover,omitempty"`
	ServerMaxWindowBits     int  `json:"serverMaxWindowBits,omitempty"`
	ClientMaxWindowBits     int  `json:"clientMaxWindowBits,omitempty"`
}

// A step is what to do, followed by its arguments.
type step []any

// A result is what became of a job.
type result struct {
	Error      string   `json:"error"`
	Status     int      `json:"status"`
	Protocol   string   `json:"protocol"`
	Extensions string   `json:"extensions"`
	Texts      []string `json:"texts"`
	Code       int      `json:"code"`
	Reason     string   `json:"reason"`
}

// try runs a job.
func (f *foreignClient) try(t *testing.T, j job) (r result) {
	t.Helper()
	if j.Steps == nil {
		j.Steps = []step{}
	}
	late := context.AfterFunc(row(t), f.kill) // a step waits for ever
	defer late()
	require.NoError(t, f.jobs.Encode(j))
	require.True(t, f.results.Scan(), "the foreign client has ended")
	require.NoError(t, json.Unmarshal(f.results.Bytes(), &r), "%s", f.results.Bytes())
	return r
}

// run runs a job in which the handshake and every step must succeed.
func (f *foreignClient) run(t *testing.T, j job) result {
	t.Helper()
	r := f.try(t, j)
	require.Empty(t, r.Error)
	require.Zero(t, r.Status, "the handshake was refused")
	return r
}
