package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/amphiwire/amphiwire/internal/companion"
	"github.com/amphiwire/amphiwire/testserver"
)

// pageJS is the JavaScript side.
//
//go:embed page.js
var pageJS string

// A bench has everything that measuring needs.
type bench struct {
	dir            string // of what was built
	runner, page   string // wasm_exec, and the Go side
	script         string // the JavaScript side, with its constants
	server         *companion.Server
	listener       net.Listener
	control        string // URL of the WebSocket by which a page takes orders
	js, goSide     chan *testserver.Peer
	controlHandler http.Server
}

// newBench builds the programs and starts the servers.
func newBench(ctx context.Context) (b *bench, err error) {
	b = &bench{js: make(chan *testserver.Peer), goSide: make(chan *testserver.Peer)}
	defer func() {
		if err != nil {
			b.close()
		}
	}()
	if b.dir, err = os.MkdirTemp("", "benchwasm"); err != nil {
		return b, err
	}
	if b.runner, err = companion.Build(b.dir, "wasm_exec"); err != nil {
		return b, err
	}
	if b.page, err = companion.Build(b.dir, "internal/benchwasm/page", "GOOS=js", "GOARCH=wasm"); err != nil {
		return b, err
	}
	file, err := companion.Build(b.dir, "testserver/cmd/testserver")
	if err != nil {
		return b, err
	}
	if b.server, err = companion.Start(file, "127.0.0.1:0"); err != nil {
		return b, err
	}
	if err = b.listen(ctx); err != nil {
		return b, err
	}
	b.script = filepath.Join(b.dir, "page.js")
	constants := fmt.Sprintf("const control = %q, server = %q;\n", b.control, b.server.WS)
	return b, os.WriteFile(b.script, []byte(constants+pageJS), 0o666)
}

// listen takes the pages' control connections.
func (b *bench) listen(ctx context.Context) (err error) {
	if b.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return err
	}
	b.control = "ws://" + b.listener.Addr().String() + "/"
	b.controlHandler.Handler = testserver.WebSocket(func(p *testserver.Peer) {
		peers := b.js
		if p.Request().URL.Query().Get("who") == "go" {
			peers = b.goSide
		}
		select {
		case peers <- p:
			<-p.Request().Context().Done()
		case <-ctx.Done():
		}
	}, nil)
	go b.controlHandler.Serve(b.listener)
	return nil
}

func (b *bench) close() {
	b.controlHandler.Close()
	if b.listener != nil {
		b.listener.Close()
	}
	if b.server != nil {
		b.server.Stop()
	}
	os.RemoveAll(b.dir)
}

// A running is a page in an engine, with both clients in it.
type running struct {
	cmd        *exec.Cmd
	js, goSide *testserver.Peer
	ended      chan error
}

// start starts an engine and waits until both clients are there.
func (b *bench) start(ctx context.Context, engine, road string) (*running, error) {
	args := []string{"-in", engine, "-timeout", "-1s", "-script", b.script}
	if road == "plain" {
		args = append(args, "-plain")
	}
	r := &running{ended: make(chan error, 1), cmd: exec.Command(b.runner, append(args, b.page, b.control, b.server.WS)...)}
	r.cmd.Stdout, r.cmd.Stderr = os.Stderr, os.Stderr
	if err := r.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { r.ended <- r.cmd.Wait() }()
	for r.js == nil || r.goSide == nil {
		select {
		case r.js = <-b.js:
		case r.goSide = <-b.goSide:
		case err := <-r.ended:
			return nil, fmt.Errorf("the page ended: %w", err)
		case <-ctx.Done():
			r.stop()
			return nil, ctx.Err()
		case <-time.After(time.Minute):
			r.stop()
			return nil, errors.New("the page does not come")
		}
	}
	return r, nil
}

// stop lets the Go program end, and ends the engine if it does not.
func (r *running) stop() {
	if r.goSide != nil {
		r.goSide.Close(1000, "")
	}
	select {
	case <-r.ended:
	case <-time.After(5 * time.Second):
		r.cmd.Process.Signal(os.Interrupt)
		<-r.ended
	}
}

// order has a client do some work and returns how long it took.
func order(ctx context.Context, p *testserver.Peer, w work, n int) (time.Duration, error) {
	text := fmt.Sprintf("%s %s %d %d %d", w.kind, w.typ, w.size, w.window, n)
	if err := p.Send(ctx, testserver.Message{Type: testserver.TextMessage, Data: []byte(text)}); err != nil {
		return 0, err
	}
	m, err := p.Receive(ctx)
	if err != nil {
		return 0, err
	}
	ms, err := strconv.ParseFloat(string(m.Data), 64)
	if err != nil {
		return 0, fmt.Errorf("%s: %s", text, strings.TrimPrefix(string(m.Data), "error "))
	}
	return time.Duration(ms * float64(time.Millisecond)), nil
}
