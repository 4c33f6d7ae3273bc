package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// A program is a folder of this package's testdata.
type program struct{ folder, name string }

// programs are in the order of the table; the first is what the others are
// compared with.
var programs = []program{
	{"empty", "empty program"},
	{"js", "syscall/js alone"},
	{"echo", "echo client, reconnecting"},
	{"stream", "echo client and sse"},
}

// A measure is what one program weighs, in bytes.
type measure struct {
	name      string
	raw, gzip int
	brotli    int // 0: there is no brotli here
}

// over is how many times as large as other it is, compressed.
func (m *measure) over(other *measure) float64 { return float64(m.gzip) / float64(other.gzip) }

// weigh builds a program in dir and compresses it.
func weigh(dir string, p program) (*measure, error) {
	file := filepath.Join(dir, p.folder+".wasm")
	const path = "github.com/amphiwire/amphiwire/internal/size/testdata/"
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", file, path+p.folder)
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build %s: %w\n%s", p.folder, err, out)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	m := &measure{name: p.name, raw: len(data)}
	if m.gzip, err = gzipped(data); err != nil {
		return nil, err
	}
	m.brotli, err = brotlied(file)
	return m, err
}

func gzipped(data []byte) (int, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return 0, err
	}
	if _, err := w.Write(data); err != nil {
		return 0, err
	}
	if err := w.Close(); err != nil {
		return 0, err
	}
	return b.Len(), nil
}

// brotlied is 0 where the program brotli is not installed.
func brotlied(file string) (int, error) {
	out, err := exec.Command("brotli", "-q", "11", "-c", file).Output()
	if errors.Is(err, exec.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("brotli: %w", err)
	}
	return len(out), nil
}
