package main

import (
	"fmt"
	"os"
	"os/signal"
	"strings"
	"testing"
	"time"

	"github.com/amphiwire/amphiwire/internal/leakcheck"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMain plays a target, too: with TARGETS_TEST set, this test binary
// behaves as it says. Its output is that of a test binary with
// -test.v=test2json.
func TestMain(m *testing.M) {
	switch os.Getenv("TARGETS_TEST") {
	case "":
		leakcheck.Main(m)
	case "passes":
		fmt.Printf("\x16=== RUN   TestA\n\x16--- PASS: TestA (0.00s)\n\x16PASS\n")
	case "says its environment":
		fmt.Printf("\x16=== RUN   TestA\n%s %s %s\n\x16--- FAIL: TestA (0.00s)\n\x16FAIL\n",
			os.Getenv("AMPHIWIRE_TARGET")+" by "+os.Getenv("AMPHIWIRE_ROAD"), os.Getenv("AMPHIWIRE_WS"), strings.Join(os.Args[1:], " "))
		os.Exit(1)
	case "leaves goroutines":
		fmt.Printf("\x16=== RUN   TestA\n\x16--- PASS: TestA (0.00s)\n\x16PASS\n")
		fmt.Fprintln(os.Stderr, "1 goroutines are left")
		os.Exit(1)
	case "dies":
		fmt.Printf("\x16=== RUN   TestA\n")
		fmt.Println("panic: boom")
		os.Exit(2)
	case "never ends":
		fmt.Printf("\x16=== RUN   TestA\n")
		interrupted := make(chan os.Signal, 1)
		signal.Notify(interrupted, os.Interrupt)
		<-interrupted
		fmt.Println("cleaned up")
		os.Exit(130)
	}
}

func TestParseOptions(t *testing.T) {
	o, err := parseOptions(nil)
	require.NoError(t, err)
	assert.Equal(t, &options{targets: []string{"native", "node", "chromium+glue"}, timeout: 10 * time.Minute, overtime: 90 * time.Second}, o)

	o, err = parseOptions([]string{"-in", "webkit,native,webkit+glue", "-race", "-run", "SSE", "-timeout", "1m", "-v"})
	require.NoError(t, err)
	assert.Equal(t, &options{targets: []string{"webkit", "native", "webkit+glue"}, race: true, run: "SSE", verbose: true,
		timeout: time.Minute, overtime: 90 * time.Second}, o)

	for _, args := range [][]string{
		{"-in", "netscape"}, {"-in", ""}, {"-in", "node,node"}, {"-in", "native+glue"}, {"node"}, {"-timeout", "0"}, {"-unknown"},
	} {
		_, err := parseOptions(args)
		assert.Error(t, err, args)
	}
}
