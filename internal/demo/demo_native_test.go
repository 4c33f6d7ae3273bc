//go:build !js

package main

import (
	"flag"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var in = flag.String("in", "native,node,chromium", "where the examples run, separated by commas")

// TestExamples shows that the examples, unchanged, print the same on every
// target, in pages under a strict Content-Security-Policy.
func TestExamples(t *testing.T) {
	targets := strings.Split(*in, ",")
	s, err := newStage(t.TempDir(), targets, "")
	require.NoError(t, err)
	for name, run := range map[string]func(string) ([]string, error){"echo": s.echo, "ticker": s.ticker} {
		t.Run(name, func(t *testing.T) {
			want, err := run("native")
			require.NoError(t, err)
			require.Greater(t, len(want), 4)
			for _, target := range targets {
				t.Run(target, func(t *testing.T) {
					got, err := run(target)
					require.NoError(t, err)
					assert.Equal(t, want, got)
				})
			}
		})
	}
}

// TestThePolicyIsInForce is about the test above: under a policy that lets the
// page connect nowhere but to its own server, the example must fail.
func TestThePolicyIsInForce(t *testing.T) {
	targets := slices.DeleteFunc(strings.Split(*in, ","), func(t string) bool { return t == "native" || t == "node" })
	s, err := newStage(t.TempDir(), targets, "")
	require.NoError(t, err)
	for name, policy := range map[string]string{
		"nowhere to connect to": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
		"no WebAssembly":        strings.ReplaceAll(strictPolicy("ws://127.0.0.1:*/"), "'wasm-unsafe-eval'", ""),
	} {
		s.policy = func(string) string { return policy }
		for _, target := range targets {
			t.Run(name+"/"+target, func(t *testing.T) {
				_, err := s.echo(target)
				assert.Error(t, err)
			})
		}
	}
}
