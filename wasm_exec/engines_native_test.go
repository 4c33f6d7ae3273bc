//go:build !js

package main

import (
	"fmt"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRuns starts the runner as its users do.
func TestRuns(t *testing.T) {
	p := buildPrograms(t)
	for name, e := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testEngine(t, p, name, e)
		})
	}
	for _, test := range once {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, p)
		})
	}
}

// testEngine runs every behaviour in one engine. Node and Chromium must be
// there; the others are tried where they are installed, unless it is to be
// short.
func testEngine(t *testing.T, p programs, name string, e engine) {
	tests := everywhere
	if b, ok := e.(inBrowser); ok {
		if _, err := b.find(); err != nil && name != "chromium" {
			t.Skip(err)
		}
		if testing.Short() && name != "chromium" {
			t.Skip("with -short, Chromium stands for all browsers")
		}
		tests = slices.Concat(tests, inPages)
	}
	if name == "node" || name == "chromium" {
		tests = slices.Concat(tests, onceEach)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { test.run(t, p, "-in", name) })
	}
}

type behaviour struct {
	name string
	run  func(t *testing.T, p programs, flags ...string)
}

// everywhere are the behaviours that take something of each engine.
var everywhere = []behaviour{
	{"it passes arguments, environment, both streams and the exit code", testEcho},
	{"a test binary reads its testdata and writes its profiles", testSuite},
	{"SIGQUIT prints the goroutines", testQuit},
	{"a runner that is killed takes everything with it", testKill},
}

// inPages are those that only browsers have.
var inPages = []behaviour{
	{"the user's own page hosts the program under a strict policy", testPage},
	{"a page that goes away is noticed", testLeave},
	{"a Worker runs the test binary as well", testWorker},
	{"events after the program's end change nothing", testLate},
}

// onceEach are the same script in every browser, so Node and one will do.
var onceEach = []behaviour{
	{"a panic prints its stack and exits with 2", testPanic},
	{"SIGTERM ends the program at once", testTerminate},
	{"an uncaught error of a script is reported", testReject},
}

var once = []behaviour{
	{"much output arrives in order", testLines},
	{"a program over its time limit prints the goroutines", testTimeout},
	{"a program that computes without end is given up", testBusy},
	{"Node has the globals of a browser", testGlobals},
	{"it serves as go test -exec", testExec},
	{"a page whose process crashes is noticed", testCrash},
	{"a page that is served runs the program at each visit", testServe},
	{"Chromium takes a picture when the program ended", testScreenshot},
}

// args is a command line that runs prog.
func (p programs) args(flags []string, args ...string) []string {
	return append(append(flags[:len(flags):len(flags)], p.prog()), args...)
}

func testEcho(t *testing.T, p programs, flags ...string) {
	flags = append(flags, "-env", "NAMED", "-script", "testdata/glue.js")
	r := startRunner(t, "", []string{"AMPHIWIRE_TEST=a=b ü", "NAMED=too", "SECRET=no"}, p.args(flags, "echo", "one", "t w o", "")...)
	assert.Equal(t, 3, r.code())
	assert.Equal(t, "out 0\nout 1\nout 2\n5 [one t w o ]\nAMPHIWIRE_TEST=\"a=b ü\" true\nNAMED=\"too\" true\nSECRET=\"\" false\nglue: with function\n",
		r.stdout.String())
	assert.Equal(t, "err 0\nerr 1\nerr 2\n", r.stderr.String())
}

func testSuite(t *testing.T, p programs, flags ...string) {
	out := t.TempDir()
	args := append(flags[:len(flags):len(flags)], p.suite(), "-test.v", "-test.coverprofile="+filepath.Join(out, "c.out"), "-test.outputdir="+out,
		"-test.memprofile", "mem.prof", "-test.cpuprofile=cpu.prof", "-test.gocoverdir="+t.TempDir())
	if flags[1] != "node" {
		args = append(args, "-inpage")
	}
	r := startRunner(t, "testdata/suite", nil, args...)
	require.Equal(t, 0, r.code())
	assert.Contains(t, r.stdout.String(), "--- PASS: TestReadsTestdata")
	assert.Contains(t, r.stderr.String(), "no CPU profiler")
	coverage, err := os.ReadFile(filepath.Join(out, "c.out"))
	require.NoError(t, err)
	assert.Regexp(t, `^mode: set\n(.*suite.go:\S+ \d 1\n)+.*suite.go:\S+ 1 0\n$`, string(coverage))
	profile, err := os.ReadFile(filepath.Join(out, "mem.prof"))
	require.NoError(t, err)
	assert.Equal(t, "\x1f\x8b", string(profile[:2])) // gzip
	data, err := os.ReadFile("testdata/suite/testdata/hello.txt")
	require.NoError(t, err)
	assert.Equal(t, "what is in the file\n", string(data), "a program must not write into its package")
}

func testWorker(t *testing.T, p programs, flags ...string) {
	testSuite(t, p, append(flags, "-worker")...)
}

func testLate(t *testing.T, p programs, flags ...string) {
	for _, flags := range [][]string{flags, append(flags, "-worker")} {
		r := startRunner(t, "", nil, p.args(flags, "late")...)
		assert.Equal(t, 0, r.code())
		assert.NotContains(t, r.stderr.String(), "wasm_exec: ")
	}
}

func testPanic(t *testing.T, p programs, flags ...string) {
	r := startRunner(t, "", nil, p.args(flags, "panic")...)
	assert.Equal(t, 2, r.code())
	assert.Contains(t, r.stderr.String(), "panic: as the test asked")
	assert.Contains(t, r.stderr.String(), "main.main()")
}

func testQuit(t *testing.T, p programs, flags ...string) {
	r := startRunner(t, "", nil, p.args(flags, "hang")...)
	r.awaitOutput(t, "ready")
	require.NoError(t, r.Process.Signal(syscall.SIGQUIT))
	assert.Equal(t, 2, r.code())
	assert.Contains(t, r.stderr.String(), "main.waitingForNobody")
}

func testTimeout(t *testing.T, p programs, _ ...string) {
	r := startRunner(t, "", nil, p.args([]string{"-timeout", "2s"}, "hang")...)
	assert.Equal(t, 2, r.code())
	assert.Contains(t, r.stderr.String(), "main.waitingForNobody")
	assert.Contains(t, r.stderr.String(), "wasm_exec: the program ran longer than 2s")
}

func testTerminate(t *testing.T, p programs, flags ...string) {
	r := startRunner(t, "", nil, p.args(flags, "busy")...)
	r.awaitOutput(t, "ready")
	require.NoError(t, r.Process.Signal(syscall.SIGTERM))
	assert.Equal(t, 128+int(syscall.SIGTERM), r.code())
}

// What startRunner checks at the end is the point of it.
func testKill(t *testing.T, p programs, flags ...string) {
	r := startRunner(t, "", nil, p.args(flags, "hang")...)
	r.awaitOutput(t, "ready")
	require.NotEmpty(t, processesWith(r.tmp))
	require.NoError(t, r.Process.Kill())
	assert.Equal(t, -1, r.code())
}

func testReject(t *testing.T, p programs, flags ...string) {
	r := startRunner(t, "", nil, p.args(flags, "reject")...)
	assert.Equal(t, 1, r.code())
	assert.Contains(t, r.stderr.String(), "nobody caught this")
}

func testLines(t *testing.T, p programs, _ ...string) {
	r := startRunner(t, "", nil, p.args([]string{"-in", "chromium"}, "lines")...)
	assert.Equal(t, 0, r.code())
	lines := strings.Split(strings.TrimSpace(r.stdout.String()), "\n")
	require.Len(t, lines, 40000)
	for i, line := range lines {
		if !strings.HasPrefix(line, fmt.Sprint("line ", i, " .")) {
			require.Failf(t, "out of order", "line %d is %q", i, line)
		}
	}
}

func testPage(t *testing.T, p programs, flags ...string) {
	flags = append(flags, "-page", "testdata/page/index.html", "-csp", "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'")
	r := startRunner(t, "", nil, p.args(flags, "page")...)
	assert.Equal(t, 0, r.code())
	assert.Equal(t, "page says hello from the page\nscript says host first\nscreen says true\neval false\n", r.stdout.String())
}

func testLeave(t *testing.T, p programs, flags ...string) {
	r := startRunner(t, "", nil, p.args(flags, "leave")...)
	assert.Equal(t, 1, r.code())
	assert.Contains(t, r.stderr.String(), "the page went away")
}

func testCrash(t *testing.T, p programs, _ ...string) {
	r := startRunner(t, "", nil, p.args([]string{"-in", "chromium"}, "hang")...)
	r.awaitOutput(t, "ready")
	pages := renderers(r.tmp)
	require.NotEmpty(t, pages)
	for _, pid := range pages {
		syscall.Kill(pid, syscall.SIGKILL) // one may have ended by itself
	}
	assert.Equal(t, 1, r.code())
	assert.Contains(t, r.stderr.String(), "the page went away")
}

// SIGQUIT reaches a program that never returns to its event loop in vain.
func testBusy(t *testing.T, p programs, _ ...string) {
	r := startRunner(t, "", nil, p.args([]string{"-timeout", "1s"}, "busy")...)
	assert.Equal(t, 1, r.code())
	assert.Contains(t, r.stderr.String(), "computing without end")
}

// Node 20 has none of these itself.
func testGlobals(t *testing.T, p programs, _ ...string) {
	r := startRunner(t, "", nil, p.args(nil, "globals", "WebSocket", "EventSource", "CloseEvent", "MessageEvent", "fetch")...)
	assert.Equal(t, 0, r.code())
	assert.Equal(t, "WebSocket function\nEventSource function\nCloseEvent function\nMessageEvent function\nfetch function\n", r.stdout.String())
}

func testExec(t *testing.T, p programs, _ ...string) {
	self, err := os.Executable()
	require.NoError(t, err)
	profile := filepath.Join(t.TempDir(), "c.out")
	cmd := exec.Command("go", "test", "-exec", self+" -in chromium", "-coverprofile", profile, "./testdata/suite", "-inpage")
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", asRunner+"=1")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	assert.Contains(t, string(out), "coverage: 66.7% of statements")
	assert.FileExists(t, profile)
}

func testServe(t *testing.T, p programs, _ ...string) {
	r := startRunner(t, "", nil, p.args([]string{"-serve"}, "echo")...)
	var url string
	require.Eventually(t, func() bool {
		_, rest, _ := strings.Cut(r.stderr.String(), "open ")
		url, _, _ = strings.Cut(rest, " ")
		return url != ""
	}, 10*time.Second, 10*time.Millisecond)
	for range 2 { // each visit runs the program
		visit(t, url)
	}
	assert.Eventually(t, func() bool { return strings.Count(r.stderr.String(), "ended with exit code 3") == 2 }, 20*time.Second, 10*time.Millisecond)
	require.NoError(t, r.Process.Signal(os.Interrupt))
	assert.Equal(t, 0, r.code())
}

// visit opens the URL with Chromium until the test ends, as a person would.
func visit(t *testing.T, url string) {
	t.Helper()
	b := inBrowser{chromium{}}
	path, err := b.find()
	require.NoError(t, err)
	// TestMain knows the keeper by its arguments.
	proc, err := b.open(path, url, &program{options: &options{}}, &tail{})
	require.NoError(t, err)
	t.Cleanup(proc.stop)
}

func testScreenshot(t *testing.T, p programs, _ ...string) {
	file := filepath.Join(t.TempDir(), "page.png")
	r := startRunner(t, "", nil, p.args([]string{"-in", "chromium", "-screenshot", file}, "echo")...)
	assert.Equal(t, 3, r.code())
	picture, err := os.Open(file)
	require.NoError(t, err)
	defer picture.Close()
	img, err := png.Decode(picture)
	require.NoError(t, err)
	colours := map[color.Color]bool{}
	for x := range 400 {
		colours[img.At(x, 20)] = true
	}
	assert.Greater(t, len(colours), 1, "there should be text")
}
