package main

import (
	"crypto/rand"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

// goneAfter is how long a page may be away before it counts as gone: it may
// be loading again.
const goneAfter = time.Second

// server is what the page talks to: it serves the program and receives what
// comes out of it. Its methods may be called concurrently.
type server struct {
	p     *program
	token string // guards everything but the page and its static files
	files *fileReader
	ln    net.Listener
	http  http.Server

	// From the page to the runner.
	exit     chan int      // the program's exit code
	gone     chan struct{} // closed when the page was there and is no more
	goneOnce sync.Once

	// From the runner to the page.
	stacks chan struct{} // closed to ask for goroutine stacks
	mayEnd chan struct{} // closed to let the page be complete

	outMu          sync.Mutex // orders what is written
	stdout, stderr io.Writer

	pagesMu    sync.Mutex // guards what follows
	pages      int        // that hold an alive request
	generation int        // counts the pages that came
}

// newServer makes a server that does not listen yet. Its files must be closed.
func newServer(p *program, stdout, stderr io.Writer) (*server, error) {
	files, err := newFileReader(p.cwd, p.goroot)
	if err != nil {
		return nil, err
	}
	return &server{
		p: p, token: rand.Text(), files: files, stdout: stdout, stderr: stderr,
		exit: make(chan int, 1), gone: make(chan struct{}), stacks: make(chan struct{}), mayEnd: make(chan struct{}),
	}, nil
}

// listen starts a server on a free port of the loopback interface.
func listen(p *program) (*server, error) {
	s, err := newServer(p, os.Stdout, os.Stderr)
	if err != nil {
		return nil, err
	}
	if s.ln, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		s.files.close()
		return nil, err
	}
	s.http.Handler = s.handler()
	go s.http.Serve(s.ln)
	return s, nil
}

// url is the address of the page. The token in it is how the page gets to
// know it.
func (s *server) url() string {
	url := "http://" + s.ln.Addr().String() + "/?wasm_exec=" + s.token
	if s.p.screenshot != "" {
		url += "&hold" // see getEnd
	}
	return url
}

// close ends the server and every request it still answers.
func (s *server) close() {
	s.http.Close()
	s.files.close()
}

// askStacks asks the page for the goroutine stacks of its program; once.
func (s *server) askStacks() {
	s.write("2", strings.NewReader(stacksNote+"\n"))
	close(s.stacks)
}

// ended notes the program's exit code. Only the first one waits to be read:
// with -serve there may be many pages.
func (s *server) ended(code int) {
	select {
	case s.exit <- code:
	default:
	}
}

// pageCame notes that a page is there. One that loads again comes a second
// time, before or after it left.
func (s *server) pageCame() {
	s.pagesMu.Lock()
	defer s.pagesMu.Unlock()
	s.pages++
	s.generation++
}

// pageLeft notes that a page is not there any more. If no other comes soon,
// there is nobody left who could tell how the program ended.
func (s *server) pageLeft() {
	s.pagesMu.Lock()
	defer s.pagesMu.Unlock()
	if s.pages--; s.pages > 0 {
		return
	}
	left := s.generation
	time.AfterFunc(goneAfter, func() {
		s.pagesMu.Lock()
		defer s.pagesMu.Unlock()
		if s.generation == left {
			s.goneOnce.Do(func() { close(s.gone) })
		}
	})
}

// write copies a piece of the program's output to where it belongs.
func (s *server) write(fd string, r io.Reader) error {
	s.outMu.Lock()
	defer s.outMu.Unlock()
	dst := s.stdout
	if fd == "2" {
		dst = s.stderr
	}
	_, err := io.Copy(dst, r)
	return err
}
