package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFlagsOfATestBinary(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"none":                             {nil, ""},
		"with one dash":                    {[]string{"-test.trace=a"}, "a"},
		"with two":                         {[]string{"--test.trace=a"}, "a"},
		"not with three":                   {[]string{"---test.trace=a"}, ""},
		"as two arguments":                 {[]string{"-test.trace", "a"}, "a"},
		"without a value":                  {[]string{"-test.trace"}, ""},
		"the last of several":              {[]string{"-test.trace=a", "-test.trace=b"}, "b"},
		"with an equals sign in it":        {[]string{"-test.trace=a=b"}, "a=b"},
		"another that begins the same way": {[]string{"-test.tracer=a"}, ""},
		"of the program, not of testing":   {[]string{"-trace=a"}, ""},
		"behind the end of flags":          {[]string{"--", "-test.trace=a"}, ""},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, test.want, testFlag(test.args, "trace")) })
	}
}

func TestWhatAProgramMayWrite(t *testing.T) {
	out := findOutputs("/pkg", []string{
		"-test.outputdir=out", "-test.memprofile=m.prof", "-test.blockprofile", "/abs/b.prof", "-test.coverprofile=c.out",
		"-test.gocoverdir=/tmp/cover", "-test.cpuprofile=cpu.prof", "-test.run=X",
	}, "data/../gocover")
	assert.Equal(t, outputs{
		Files: []string{"/pkg/out/m.prof", "/abs/b.prof", "/pkg/c.out"}, // package testing does not put coverage in outputdir
		Dirs:  []string{"/tmp/cover", "/pkg/gocover"},
	}, out)

	for path, want := range map[string]bool{
		"/pkg/out/m.prof":       true,
		"/abs/b.prof":           true,
		"/tmp/cover/covmeta.1":  true,
		"/tmp/cover/deep/er":    true,
		"/pkg/gocover/x":        true,
		"/tmp/cover":            false,
		"/tmp/cover/../x":       false,
		"/tmp/cover/../cover/x": false, // only clean paths
		"/tmp/coverage":         false,
		"/pkg/out/other":        false,
		"/pkg/cpu.prof":         false,
		"pkg/c.out":             false,
		"":                      false,
	} {
		assert.Equal(t, want, out.allows(path), path)
	}
}

func TestWithoutFlagsNothingIsWritten(t *testing.T) {
	out := findOutputs("/pkg", []string{"-v"}, "")
	assert.Equal(t, outputs{Files: []string{}, Dirs: []string{}}, out, "the page wants lists, not null")
}
