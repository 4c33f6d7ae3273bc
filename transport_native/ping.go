package native

import (
	"context"
	"encoding/binary"
	"sync"
	"time"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
)

// pings are those that wait for their pong, by payload.
type pings struct {
	mu      sync.Mutex
	last    uint64
	waiting map[uint64]chan struct{}
}

// Ping implements transport.Conn. RFC 6455, section 5.5.3: "A Pong frame sent in
// response to a Ping frame must have identical "Application data" as found in
// the message body of the Ping frame being replied to." So each ping carries a
// number, and several may be under way.
func (c *Conn) Ping(ctx context.Context) (time.Duration, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	number, pong := c.pings.add()
	defer c.pings.remove(number)
	sent := time.Now()
	c.sendControl(rfc6455.OpPing, binary.BigEndian.AppendUint64(nil, number))
	select {
	case <-pong:
		return time.Since(sent), nil
	case <-c.end.over:
		return 0, c.end.reason()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func (p *pings) add() (uint64, chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waiting == nil {
		p.waiting = make(map[uint64]chan struct{})
	}
	p.last++
	pong := make(chan struct{})
	p.waiting[p.last] = pong
	return p.last, pong
}

func (p *pings) remove(number uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.waiting, number)
}

// pong ends the wait for the ping with the same payload. RFC 6455, section
// 5.5.3: "A Pong frame MAY be sent unsolicited", so any other is no error.
func (p *pings) pong(payload []byte) {
	if len(payload) != 8 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	number := binary.BigEndian.Uint64(payload)
	if pong := p.waiting[number]; pong != nil {
		close(pong)
		delete(p.waiting, number)
	}
}
