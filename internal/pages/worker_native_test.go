//go:build !js

package pages

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// testInAWorker runs what does not need a page in a dedicated Worker: the js
// tests of this package, and conformance rows of each kind.
func testInAWorker(t *testing.T, s *stage, browser string) {
	out, code := s.host(t, nil, "-in", browser, "-worker", s.tests, "-test.v", "-test.skip="+elsewhere)
	passes(t, out, code, 3)
	out, code = s.host(t, []string{"AMPHIWIRE_TARGET=" + browser}, "-in", browser, "-worker", s.rows,
		"-test.v", "-test.run=^Test(WebSocket|SSE)$/^(echo|receive|reconnect|resume)$")
	passes(t, out, code, 2)
}

// testInOtherWorkers runs a program in the two other kinds of Worker, each of
// which a page of the same site starts.
func testInOtherWorkers(t *testing.T, s *stage, browser string) {
	site := t.TempDir()
	require.NoError(t, os.CopyFS(site, os.DirFS("testdata/workers")))
	program, err := os.ReadFile(s.resident)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(site, "resident.wasm"), program, 0o644))
	out, code := s.host(t, []string{"AMPHIWIRE_WORKERS=1"}, "-in", browser, "-page", filepath.Join(site, "index.html"),
		s.tests, "-test.v", "-test.run=In(AShared|AService)Worker")
	passes(t, out, code, 2)
}
