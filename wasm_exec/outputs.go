package main

import (
	"path/filepath"
	"slices"
	"strings"
)

// outputs are the paths, all absolute, that a program's flags and environment
// ask it to write. They alone are written for real.
type outputs struct {
	Files []string `json:"files"`
	Dirs  []string `json:"dirs"` // with everything below them
}

// findOutputs reads the flags of a test binary. GOCOVERDIR also serves
// programs that are no tests.
func findOutputs(cwd string, args []string, coverDir string) outputs {
	out := outputs{Files: []string{}, Dirs: []string{}}
	add := func(dir string, flags ...string) {
		for _, name := range flags {
			if file := testFlag(args, name); file != "" {
				out.Files = append(out.Files, under(dir, file))
			}
		}
	}
	// Package testing knows two kinds.
	add(under(cwd, testFlag(args, "outputdir")), "memprofile", "blockprofile", "mutexprofile", "trace")
	add(cwd, "coverprofile", "testlogfile")
	for _, dir := range []string{testFlag(args, "gocoverdir"), coverDir} {
		if dir != "" {
			out.Dirs = append(out.Dirs, under(cwd, dir))
		}
	}
	return out
}

// under returns path as seen from dir, cleaned.
func under(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

// allows reports whether the program may write path, which must be clean.
func (o outputs) allows(path string) bool {
	if !filepath.IsAbs(path) || filepath.Clean(path) != path {
		return false
	}
	return slices.Contains(o.Files, path) || slices.ContainsFunc(o.Dirs, func(dir string) bool {
		rel, err := filepath.Rel(dir, path)
		return err == nil && rel != "." && filepath.IsLocal(rel)
	})
}

// testFlag returns the value of the flag -test.name in the arguments of a
// test binary, "" without it. Like package flag it takes one or two dashes,
// a value behind = or as the next argument, and the last of several.
func testFlag(args []string, name string) string {
	value := ""
	flag := "-test." + name
	for i, arg := range args {
		if arg == "--" || arg == "-args" {
			break
		}
		if strings.HasPrefix(arg, "--") {
			arg = arg[1:]
		}
		rest, ok := strings.CutPrefix(arg, flag)
		switch {
		case !ok:
		case strings.HasPrefix(rest, "="):
			value = rest[1:]
		case rest == "" && i+1 < len(args):
			value = args[i+1]
		}
	}
	return value
}
