package main

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
)

// fileReader opens files below a few folders, and nothing outside them even
// where a symbolic link leads there.
type fileReader struct{ roots []*os.Root }

// newFileReader opens the folders themselves, so that they stay the same
// however the program's tests move them about. They must be closed.
func newFileReader(dirs ...string) (*fileReader, error) {
	f := &fileReader{}
	for _, dir := range dirs {
		root, err := os.OpenRoot(dir)
		if err != nil {
			f.close()
			return nil, err
		}
		f.roots = append(f.roots, root)
	}
	return f, nil
}

func (f *fileReader) close() {
	for _, root := range f.roots {
		root.Close()
	}
}

// open opens an absolute path for reading. Outside the folders nothing exists.
func (f *fileReader) open(path string) (*os.File, error) {
	for _, root := range f.roots {
		rel, err := filepath.Rel(root.Name(), path)
		if err == nil && filepath.IsAbs(path) && filepath.IsLocal(rel) {
			return openIn(root, rel)
		}
	}
	return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
}

// openIn opens a file or a folder. Anything else is not even opened: with a
// pipe that could take for ever.
func openIn(root *os.Root, rel string) (*os.File, error) {
	st, err := root.Stat(rel)
	if err != nil {
		return nil, err
	}
	if !st.IsDir() && !st.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: rel, Err: fs.ErrPermission}
	}
	return root.Open(rel)
}

// getFile answers with a file's content, or with the names in a folder. The
// page asks by HEAD first, and for the rest when the program does.
func (s *server) getFile(w http.ResponseWriter, r *http.Request) {
	f, err := s.files.open(r.URL.Query().Get("path"))
	if err != nil {
		fileError(w, err)
		return
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		fileError(w, err)
		return
	}
	setInfo(w.Header(), st)
	switch {
	case r.Method == http.MethodHead:
	case st.IsDir():
		sendNames(w, f)
	default:
		io.Copy(w, f)
	}
}

// setInfo describes a file in headers, which HEAD answers with alone.
func setInfo(h http.Header, st fs.FileInfo) {
	h.Set("Content-Type", "application/octet-stream")
	h.Set("X-Mtime", strconv.FormatInt(st.ModTime().UnixMilli(), 10))
	h.Set("X-Mode", strconv.FormatUint(uint64(st.Mode().Perm()), 10))
	h.Set("X-Size", strconv.FormatInt(st.Size(), 10))
	if st.IsDir() {
		h.Set("X-Dir", "1")
	}
}

// sendNames answers with a list of names; the page asks for what is behind
// each when the program does.
func sendNames(w http.ResponseWriter, dir *os.File) {
	names, err := dir.Readdirnames(-1)
	if err != nil {
		fileError(w, err)
		return
	}
	json.NewEncoder(w).Encode(append([]string{}, names...))
}

// fileError answers with a status that the page turns into a code of Go's
// package syscall. A symbolic link that leads out of the folder is an error of
// its own kind; to the program it is something it may not read.
func fileError(w http.ResponseWriter, err error) {
	if errors.Is(err, fs.ErrNotExist) {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	http.Error(w, err.Error(), http.StatusForbidden)
}

// postFile writes one of the outputs. The page sends them when the program has
// ended, in one piece each.
func (s *server) postFile(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Query().Get("path")
	if !s.p.outputs.allows(path) {
		http.Error(w, "EACCES", http.StatusForbidden)
		return
	}
	if err := writeOutput(path, r.Body); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// writeOutput replaces a file, as opening it in the program would have.
func writeOutput(path string, content io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Close())
}
