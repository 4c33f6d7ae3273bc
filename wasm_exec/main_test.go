package main

import (
	"net/http"
	"net/url"
	"os"
	"testing"

	"github.com/amphiwire/amphiwire/internal/leakcheck"
)

// asRunner in the environment makes the test binary the runner: so the
// end-to-end tests start what they were compiled with, under -race too.
const asRunner = "WASM_EXEC_TEST_AS_RUNNER"

// pageURL makes it what a page is to the server: it posts $EXIT as exit code.
const pageURL = "WASM_EXEC_TEST_PAGE"

func TestMain(m *testing.M) {
	if page := os.Getenv(pageURL); page != "" && os.Getenv("EXIT") != "" {
		postExit(page, os.Getenv("EXIT"))
		return
	}
	if os.Getenv(asRunner) != "" || len(os.Args) > 1 && os.Args[1] == keepArg {
		main()
	}
	leakcheck.Main(m)
}

func postExit(page, code string) {
	u, err := url.Parse(page)
	if err != nil {
		panic(err)
	}
	u.Path = "/wasm_exec/run/" + u.Query().Get("wasm_exec") + "/exit"
	u.RawQuery = "code=" + code
	resp, err := http.Post(u.String(), "", nil)
	if err != nil {
		panic(err)
	}
	resp.Body.Close()
}
