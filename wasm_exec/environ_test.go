package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestProgramsGetTheEnvironmentTheyNeed(t *testing.T) {
	environ := []string{
		"GOCOVERDIR=/c", "GODEBUG=x=1,y=2", "AMPHIWIRE_WS=ws://h/?a=b", "WANT_CRASH=1", "PWD=/p", "HOME=/h", "TMPDIR=/t", "TZ=UTC",
		"PATH=/bin", "AWS_SECRET=s", "LANG=C", "HOMER=no", "A=1", "B=", "no equals sign", "=C:=odd",
	}
	always := map[string]string{
		"GOCOVERDIR": "/c", "GODEBUG": "x=1,y=2", "AMPHIWIRE_WS": "ws://h/?a=b", "WANT_CRASH": "1",
		"PWD": "/p", "HOME": "/h", "TMPDIR": "/t", "TZ": "UTC",
	}
	assert.Equal(t, always, selectEnv(environ, nil))

	named := selectEnv(environ, []string{"A", "B", "MISSING"})
	assert.Equal(t, "1", named["A"])
	assert.Contains(t, named, "B", "an empty variable is still set")
	assert.NotContains(t, named, "MISSING")
	assert.Len(t, named, len(always)+2)
}

// The same sum as in wasm_exec.js, by hand: "p" and its zero take 8 bytes, and
// so does its pointer; each list ends in a pointer of 8 bytes.
func TestArgumentsAndEnvironmentMustFit(t *testing.T) {
	argWith := func(bytes int) []string { return []string{"p", strings.Repeat("x", bytes)} }
	const rest = 8 + 8 + 8 + 8 + 8 // "p", two pointers, two ends
	for name, test := range map[string]struct {
		argv []string
		env  map[string]string
		size int // 0: it fits
	}{
		"nothing":                       {},
		"the largest that fits":         {argv: argWith(room - rest - 8 - 1)},
		"one byte more":                 {argv: argWith(room - rest - 8), size: room},
		"a variable with name and sign": {env: map[string]string{"NAME": strings.Repeat("v", room-4*8-len("NAME=")-1)}},
		"and one byte more":             {env: map[string]string{"NAME": strings.Repeat("v", room-4*8-len("NAME="))}, size: room},
		"much too much":                 {argv: make([]string, room), size: 16 + 16*room},
	} {
		t.Run(name, func(t *testing.T) {
			err := checkRoom(test.argv, test.env)
			if test.size == 0 {
				require.NoError(t, err)
				return
			}
			var tooBig *roomError
			require.ErrorAs(t, err, &tooBig)
			assert.Equal(t, test.size, tooBig.Size)
			assert.ErrorContains(t, err, "less than 8192")
		})
	}
}
