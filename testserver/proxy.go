package testserver

import (
	"context"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"
)

// ProxyOptions configures a [Proxy]. The zero value passes everything on at
// once.
type ProxyOptions struct {
	// CutAfter breaks each connection with RST, in both directions, after a
	// random number of bytes from 1 to twice this; 0: never.
	CutAfter int
	// Seed makes the random numbers repeatable; 0: one is drawn. They are as
	// repeatable as the order of connections is.
	Seed uint64
	// Delay is how long each piece is held back.
	Delay time.Duration
	// BytesPerSecond limits each direction of a connection; 0: no limit.
	BytesPerSecond int
}

// A Proxy is a bad network between a client and a server: a TCP proxy that
// cuts connections, goes silent, delays, throttles and refuses. All methods
// may be called concurrently.
type Proxy struct {
	opts     ProxyOptions
	target   string
	listener net.Listener
	served   sync.WaitGroup
	dial     dialFunc
	ctx      context.Context // ends with Close
	stop     context.CancelFunc

	mu       sync.Mutex
	random   *rand.Rand
	links    map[*proxied]struct{}
	silent   chan struct{} // not nil: nothing passes until it is closed
	refusing bool
	closed   bool
	cuts     int
	accepted int
}

type dialFunc func(ctx context.Context, network, addr string) (net.Conn, error)

// A proxied connection has two ends, and a number of bytes before its cut.
type proxied struct {
	client, server net.Conn
	mu             sync.Mutex
	left           int // bytes until the cut; negative: no cut
}

// NewProxy starts a proxy in front of target, a host and port, on the loopback
// interface. It is closed when the test ends; a test that fails prints the
// seed. opts may be nil.
func NewProxy(tb testing.TB, target string, opts *ProxyOptions) *Proxy {
	tb.Helper()
	p, err := ListenProxy(target, opts)
	if err != nil {
		tb.Fatalf("testserver: %v", err)
	}
	tb.Cleanup(func() {
		p.Close()
		if tb.Failed() {
			tb.Logf("testserver: the proxy's seed was %d", p.Seed())
		}
	})
	return p
}

// ListenProxy is NewProxy for programs. The caller is to call Close.
func ListenProxy(target string, opts *ProxyOptions) (*Proxy, error) {
	return listenProxy(target, opts, new(net.Dialer).DialContext)
}

func listenProxy(target string, opts *ProxyOptions, dial dialFunc) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{target: target, listener: l, dial: dial, links: map[*proxied]struct{}{}}
	p.ctx, p.stop = context.WithCancel(context.Background())
	if opts != nil {
		p.opts = *opts
	}
	for p.opts.Seed == 0 {
		p.opts.Seed = rand.Uint64() >> 33 // fits an int everywhere, and a JSON number
	}
	p.random = rand.New(rand.NewPCG(p.opts.Seed, 0))
	p.served.Go(p.accept)
	return p, nil
}

// Addr is the host and port to dial instead of the target's.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Seed is what [ProxyOptions].Seed was, or what was drawn.
func (p *Proxy) Seed() uint64 { return p.opts.Seed }

// Cuts is how many connections were broken so far, by CutAfter or Cut.
func (p *Proxy) Cuts() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cuts
}

// Accepted is how many connections were passed on so far.
func (p *Proxy) Accepted() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.accepted
}

// Cut breaks every connection with RST.
func (p *Proxy) Cut() {
	p.mu.Lock()
	links := p.links
	p.links = map[*proxied]struct{}{}
	p.cuts += len(links)
	p.mu.Unlock()
	for l := range links {
		l.reset()
	}
}

// Silence makes every connection half-open: they stay, new ones are accepted,
// and nothing passes until it is called with false.
func (p *Proxy) Silence(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case on && p.silent == nil:
		p.silent = make(chan struct{})
	case !on && p.silent != nil:
		close(p.silent)
		p.silent = nil
	}
}

// Refuse makes new connections end with RST at once, until it is called with
// false.
func (p *Proxy) Refuse(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refusing = on
}

// Close breaks every connection and leaves nothing behind.
func (p *Proxy) Close() {
	p.mu.Lock()
	first := !p.closed
	p.closed = true
	p.mu.Unlock()
	if first {
		p.stop()
		_ = p.listener.Close()
		p.Cut()
	}
	p.served.Wait()
}

func (p *Proxy) accept() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		refusing := p.refusing
		p.mu.Unlock()
		if refusing {
			_ = reset(c)
			continue
		}
		p.served.Go(func() { p.pass(c) })
	}
}

// pass connects a client to the target.
func (p *Proxy) pass(client net.Conn) {
	server, err := p.dial(p.ctx, "tcp", p.target)
	if err != nil {
		_ = reset(client)
		return
	}
	l := &proxied{client: client, server: server, left: -1}
	if !p.add(l) {
		l.reset()
		return
	}
	var both sync.WaitGroup
	both.Go(func() { p.copy(l, server, client) })
	both.Go(func() { p.copy(l, client, server) })
	both.Wait()
	p.remove(l)
	_ = client.Close()
	_ = server.Close()
}

func (p *Proxy) add(l *proxied) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	if p.opts.CutAfter > 0 {
		l.left = int(min(1+p.random.Uint64N(2*uint64(p.opts.CutAfter)), math.MaxInt))
	}
	p.links[l] = struct{}{}
	p.accepted++
	return true
}

// remove reports whether l was still there.
func (p *Proxy) remove(l *proxied) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.links[l]
	delete(p.links, l)
	return ok
}

// copy passes one direction on.
func (p *Proxy) copy(l *proxied, dst, src net.Conn) {
	buf := make([]byte, 16<<10)
	for {
		n, err := src.Read(buf)
		if !p.hold(n) {
			return
		}
		pass, cut := l.take(n)
		if _, werr := dst.Write(buf[:pass]); werr != nil {
			return
		}
		switch {
		case cut:
			p.cut(l)
			return
		case err == io.EOF:
			_ = halfClose(dst)
			return
		case err != nil:
			l.reset()
			return
		}
	}
}

// hold waits as long as n bytes are to be held back. It returns false if the
// proxy ends meanwhile.
func (p *Proxy) hold(n int) bool {
	p.mu.Lock()
	silent := p.silent
	p.mu.Unlock()
	if silent != nil {
		select {
		case <-silent:
		case <-p.ctx.Done():
			return false
		}
	}
	wait := p.opts.Delay
	if p.opts.BytesPerSecond > 0 {
		wait += time.Duration(n) * time.Second / time.Duration(p.opts.BytesPerSecond)
	}
	if wait == 0 {
		return true
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-p.ctx.Done():
		return false
	}
}

func (p *Proxy) cut(l *proxied) {
	if p.remove(l) {
		p.mu.Lock()
		p.cuts++
		p.mu.Unlock()
	}
	l.reset()
}

// take returns how many of n bytes may pass, and whether the cut follows.
func (l *proxied) take(n int) (pass int, cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.left < 0 {
		return n, false
	}
	pass = min(n, l.left)
	l.left -= pass
	return pass, l.left == 0
}

// reset breaks both ends.
func (l *proxied) reset() {
	_ = reset(l.client)
	_ = reset(l.server)
}
