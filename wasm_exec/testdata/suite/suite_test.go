package suite

import (
	"errors"
	"flag"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

var inPage = flag.Bool("inpage", false, "a page has no files but those of the package and of GOROOT")

func TestCovered(t *testing.T) {
	if Covered(1) != "positive" {
		t.Fail()
	}
}

func TestReadsTestdata(t *testing.T) {
	data, err := os.ReadFile("testdata/hello.txt")
	if err != nil || string(data) != "what is in the file\n" {
		t.Fatalf("%q %v", data, err)
	}
	var walked []string
	err = filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		walked = append(walked, path)
		return err
	})
	if err != nil || !slices.Contains(walked, "testdata/hello.txt") || !slices.Contains(walked, "suite.go") {
		t.Fatal(walked, err)
	}
}

func TestReadsGOROOT(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(runtime.GOROOT(), "VERSION"))
	if err != nil || !strings.HasPrefix(string(data), "go1.") {
		t.Fatalf("%q %v", data, err)
	}
}

func TestSeesNoOtherFiles(t *testing.T) {
	if !*inPage {
		t.Skip("the engine gives the whole file system")
	}
	for _, path := range []string{"/etc/passwd", "../../main.go", "testdata/missing"} {
		if _, err := os.ReadFile(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestWritesOverRealFilesInMemoryOnly(t *testing.T) {
	if !*inPage {
		t.Skip("the engine gives the whole file system")
	}
	must(t, os.WriteFile("testdata/hello.txt", []byte("changed"), 0o666))
	must(t, os.WriteFile("testdata/new.txt", []byte("new"), 0o666))
	data, err := os.ReadFile("testdata/hello.txt")
	if string(data) != "changed" || err != nil {
		t.Fatalf("%q %v", data, err)
	}
	must(t, os.Remove("testdata/hello.txt"))
	if got := list(t, "testdata"); !slices.Equal(got, []string{"new.txt"}) {
		t.Fatal(got)
	}
}

func TestFileSystem(t *testing.T) {
	dir := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(dir, "a", "b"), 0o755))
	must(t, os.WriteFile(filepath.Join(dir, "a", "one"), []byte("1"), 0o644))
	must(t, os.WriteFile(filepath.Join(dir, "a", "b", "two"), []byte("22"), 0o600))
	// The standard library's own test of a file system.
	must(t, fstest.TestFS(os.DirFS(dir), "a/one", "a/b/two"))
	if st, err := os.Stat(filepath.Join(dir, "a", "b", "two")); err != nil || st.Mode() != 0o600 || st.Size() != 2 || time.Since(st.ModTime()) > time.Minute {
		t.Fatal(st, err)
	}
	must(t, os.Rename(filepath.Join(dir, "a"), filepath.Join(dir, "z")))
	if got := list(t, filepath.Join(dir, "z")); !slices.Equal(got, []string{"b", "one"}) {
		t.Fatal(got)
	}
	must(t, os.RemoveAll(filepath.Join(dir, "z")))
	if got := list(t, dir); len(got) != 0 {
		t.Fatal(got)
	}
}

func TestFile(t *testing.T) {
	f, err := os.CreateTemp(t.TempDir(), "x")
	must(t, err)
	defer f.Close()
	write(t, f, "0123456789")
	if _, err := f.WriteAt([]byte("ab"), 12); err != nil {
		t.Fatal(err)
	}
	must(t, f.Truncate(13))
	must(t, f.Truncate(15))
	_, err = f.Seek(8, io.SeekStart)
	must(t, err)
	if data, err := io.ReadAll(f); string(data) != "89\x00\x00a\x00\x00" {
		t.Fatalf("%q %v", data, err)
	}
	must(t, f.Chmod(0o400))
	when := time.Unix(1e9, 0)
	must(t, os.Chtimes(f.Name(), when, when))
	if st, err := f.Stat(); err != nil || st.Mode() != 0o400 || !st.ModTime().Equal(when) {
		t.Fatal(st, err)
	}
	must(t, os.Chmod(f.Name(), 0o600))
	g, err := os.OpenFile(f.Name(), os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	defer g.Close()
	write(t, g, "+")
	if data, err := os.ReadFile(f.Name()); string(data) != "0123456789\x00\x00a\x00\x00+" {
		t.Fatalf("%q %v", data, err)
	}
}

func TestErrors(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	must(t, os.WriteFile(file, nil, 0o666))
	must(t, os.MkdirAll(filepath.Join(dir, "full", "x"), 0o777))
	for name, test := range map[string]struct{ err, want error }{
		"open what is missing":       {second(os.Open(filepath.Join(dir, "no"))), fs.ErrNotExist},
		"create in a missing folder": {second(os.Create(filepath.Join(dir, "no", "x"))), fs.ErrNotExist},
		"make a folder twice":        {os.Mkdir(filepath.Join(dir, "full"), 0o777), fs.ErrExist},
		"create exclusively":         {second(os.OpenFile(file, os.O_CREATE|os.O_EXCL, 0o666)), fs.ErrExist},
		"remove what is missing":     {os.Remove(filepath.Join(dir, "no")), fs.ErrNotExist},
		"rename what is missing":     {os.Rename(filepath.Join(dir, "no"), file), fs.ErrNotExist},
	} {
		if !errors.Is(test.err, test.want) {
			t.Errorf("%s: %v, want %v", name, test.err, test.want)
		}
	}
	for name, err := range map[string]error{
		"open below a file":                 second(os.Open(filepath.Join(file, "x"))),
		"remove a folder that is not empty": os.Remove(filepath.Join(dir, "full")),
		"write to a folder":                 os.WriteFile(dir, nil, 0o666),
		"move a folder into itself":         os.Rename(filepath.Join(dir, "full"), filepath.Join(dir, "full", "x", "y")),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestWorkingDirectory(t *testing.T) {
	t.Chdir("testdata")
	if _, err := os.Stat("../suite.go"); err != nil {
		t.Fatal(err)
	}
	if wd, err := os.Getwd(); err != nil || filepath.Base(wd) != "testdata" {
		t.Fatal(wd, err)
	}
}

// Every fuzz test looks for a corpus, with a flag that the stock browser file
// system refuses.
func FuzzCovered(f *testing.F) {
	f.Add(1)
	f.Fuzz(func(t *testing.T, n int) { Covered(max(n, 1)) })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, w io.StringWriter, s string) {
	t.Helper()
	_, err := w.WriteString(s)
	must(t, err)
}

func list(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func second[T any](_ T, err error) error { return err }
