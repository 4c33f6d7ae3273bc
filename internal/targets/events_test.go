package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// output is what a test binary prints with -test.v=test2json.
const output = "\x16=== RUN   TestX\n" +
	"\x16=== RUN   TestX/a/passes\n" +
	"\x16--- PASS: TestX/a/passes (0.00s)\n" +
	"\x16=== RUN   TestX/a/fails\n" +
	"no line end before the frame\x16    x_test.go:1: first\n" +
	"    x_test.go:2: second\n" +
	"\x16--- FAIL: TestX/a/fails (0.00s)\n" +
	"\x16=== RUN   TestX/a/skips\n" +
	"    x_test.go:3: no network here\n" +
	"\x16--- SKIP: TestX/a/skips (0.00s)\n" +
	"\x16=== RUN   TestX/a/excepted\n" +
	"    row.go:4: excepted on browser: a fact\n" +
	"\x16--- SKIP: TestX/a/excepted (0.00s)\n" +
	"\x16--- FAIL: TestX (0.01s)\n" +
	"\x16=== RUN   TestY\n" +
	"\x16--- PASS: TestY (0.00s)\n" +
	"\x16=== RUN   TestZ\n" +
	"\x16=== RUN   TestZ/dies\n" +
	"panic: boom\n"

func TestParse(t *testing.T) {
	events, err := convert(strings.NewReader(output))
	require.NoError(t, err)
	r := parse("node", events)
	require.NoError(t, r.err)
	got := map[string]status{}
	for name, w := range r.rows {
		got[name] = w.status
	}
	assert.Equal(t, map[string]status{
		"TestX/a/passes": passed, "TestX/a/fails": failed, "TestX/a/skips": skipped, "TestX/a/excepted": excepted,
		"TestY": passed, "TestZ/dies": failed,
	}, got, "only leaves count")
	assert.Contains(t, r.rows["TestX/a/fails"].reason(), "x_test.go:1: first | x_test.go:2: second")
	assert.Equal(t, "row.go:4: excepted on browser: a fact", r.rows["TestX/a/excepted"].reason())
	assert.Equal(t, "panic: boom", r.rows["TestZ/dies"].reason())
	assert.Equal(t, "it printed nothing", (&row{}).reason())
}

func TestParseBadEvents(t *testing.T) {
	assert.Error(t, parse("node", strings.NewReader(`{"Action":`)).err)
	assert.Empty(t, parse("node", strings.NewReader("")).rows)
}

func TestReason(t *testing.T) {
	w := &row{output: []string{
		"websocket_echo.go:12:", "Error Trace:\t/a/b/websocket.go:90", "/a/b/row.go:59",
		"Error:      \tNot equal:", "expected: 1", "actual  : 2", "Test:       \tTestWebSocket/echo",
	}}
	assert.Equal(t, "websocket_echo.go:12: | Error: Not equal: | expected: 1 | actual : 2", w.reason())
	w.output = []string{strings.Repeat("é", 1000)}
	assert.Equal(t, strings.Repeat("é", 200)+" …", w.reason())
}

// A program that merely prints the words of an exception is not excepted.
func TestDeclared(t *testing.T) {
	assert.True(t, isDeclared("row.go:4: excepted on browser: a fact"))
	assert.False(t, isDeclared("row.go:4: skipped, excepted on browser"))
	assert.False(t, isDeclared("row.go:4: "))
	assert.False(t, isDeclared(""))
}
