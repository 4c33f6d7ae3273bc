package native

import (
	"context"
	"encoding/binary"
	"sync"
	"sync/atomic"
	"time"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
)

// pings are those whose pong has not come, by the number in their payload.
type pings struct {
	mu      sync.Mutex
	last    uint64
	waiting map[uint64]chan struct{}
	kept    uint64 // keepalive's latest, for which nobody waits; 0: none
	keptAt  time.Time
	latency atomic.Int64 // of the last that was answered
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
	c.sendPing(number)
	select {
	case <-pong:
		latency := time.Since(sent)
		c.pings.latency.Store(int64(latency))
		return latency, nil
	case <-c.end.over:
		return 0, c.end.reason()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func (c *Conn) sendPing(number uint64) {
	var payload [8]byte
	binary.BigEndian.PutUint64(payload[:], number)
	c.sendControl(rfc6455.OpPing, payload[:])
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

// keep numbers a ping of keepalive's. Only the latest counts: how long one took
// that was overtaken by the next is no news.
func (p *pings) keep() (number uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last++
	p.kept, p.keptAt = p.last, time.Now()
	return p.last
}

// Latency implements transport.Measured.
func (c *Conn) Latency() time.Duration { return time.Duration(c.pings.latency.Load()) }

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
	if number == p.kept && number != 0 {
		p.latency.Store(int64(time.Since(p.keptAt)))
		p.kept = 0
	}
	if pong := p.waiting[number]; pong != nil {
		close(pong)
		delete(p.waiting, number)
	}
}
