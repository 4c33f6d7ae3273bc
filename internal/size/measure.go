package main

import (
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
	file      string
	raw, gzip int
	brotli    int // 0: not measured, or there is no brotli here
}

// over is how many times as large as other it is, compressed.
func (m *measure) over(other *measure) float64 { return float64(m.gzip) / float64(other.gzip) }

// weigh builds a program in dir and compresses it with gzip.
func weigh(dir string, p program) (*measure, error) {
	file := filepath.Join(dir, p.folder+".wasm")
	const path = "github.com/amphiwire/amphiwire/internal/size/testdata/"
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", file, path+p.folder)
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build %s: %w\n%s", p.folder, err, out)
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	m := &measure{name: p.name, file: file, raw: int(info.Size())}
	m.gzip, err = compressed(file, "gzip", "-9", "-c")
	return m, err
}

// squeeze compresses with brotli, which takes seconds.
func (m *measure) squeeze() (err error) {
	if m.brotli, err = compressed(m.file, "brotli", "-q", "11", "-c"); m.brotli == 0 && err == nil {
		m.brotli, err = compressed(m.file, "node", "-e", brotliInNode)
	}
	return err
}

// brotliInNode compresses with Node's own brotli, whose quality is 11 unless
// told otherwise: Node is there for the tests, the program brotli seldom.
const brotliInNode = "process.stdout.write(zlib.brotliCompressSync(fs.readFileSync(process.argv[1])))"

// compressed is how many bytes a program makes of file on its standard output,
// 0 if the program is not installed.
func compressed(file, program string, flags ...string) (int, error) {
	out, err := exec.Command(program, append(flags, file)...).Output()
	if errors.Is(err, exec.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("%s: %w", program, err)
	}
	return len(out), nil
}
