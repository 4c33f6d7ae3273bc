package main

import (
	"os"
	"testing"

	"github.com/amphiwire/amphiwire/internal/leakcheck"
)

// asRunner in the environment makes the test binary the runner: so the
// end-to-end tests start what they were compiled with, under -race too.
const asRunner = "WASM_EXEC_TEST_AS_RUNNER"

func TestMain(m *testing.M) {
	if os.Getenv(asRunner) != "" || len(os.Args) > 1 && os.Args[1] == keepArg {
		main()
	}
	leakcheck.Main(m)
}
