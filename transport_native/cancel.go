package native

import (
	"context"
	"slices"
)

// awaitTurn waits until another goroutine has written s, or this one is to.
func (c *Conn) awaitTurn(s *send) error {
	select {
	case mine := <-s.turn:
		return c.takeTurn(s, mine)
	case <-s.ctx.Done():
	}
	if err := c.w.giveUp(s); err != nil {
		return err
	}
	c.breakWrite(s.ctx)
	return c.takeTurn(s, <-s.turn)
}

// takeTurn goes on when s has been written or refused, or is to lead.
func (c *Conn) takeTurn(s *send, mine bool) error {
	w := &c.w
	w.mu.Lock()
	err := s.err
	if mine {
		err = w.err
	}
	if mine && err == nil {
		err = s.ctx.Err() // nothing of s is on its way yet
	}
	switch {
	case mine && err == nil:
		return c.lead(s)
	case mine:
		w.recycle(s)
		c.handOver()
	default:
		w.recycle(s)
		w.mu.Unlock()
	}
	return err
}

// giveUp takes s out of the queue, if it is still there, and returns the error
// of its context then.
func (w *writer) giveUp(s *send) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.Index(w.queue, s)
	if i < 0 {
		return nil
	}
	w.queue = slices.Delete(w.queue, i, i+1)
	err := s.ctx.Err()
	w.recycle(s)
	return err
}

// written deals with the outcome of a write, and says whether it is to be made
// once more. The caller holds w.mu.
func (c *Conn) written(control []byte, err error) (again bool, _ error) {
	w := &c.w
	cut := w.cut
	if w.cut = nil; cut != nil {
		c.nc.SetWriteDeadline(noDeadline)
	}
	switch {
	case err == nil:
		return false, nil
	case cut != nil && !w.begun:
		err = w.takeBack(control)
		return err == nil, err
	}
	w.mu.Unlock()
	err = c.failWrite(err, cut)
	w.mu.Lock()
	return false, err
}

// takeBack undoes take when nothing has been written. Whose context has ended
// is told so; the error is that of the one who leads.
func (w *writer) takeBack(control []byte) error {
	w.control, w.pong = append(control, w.control...), 0
	lead, rest := w.flying[0], w.flying[1:]
	rest = slices.DeleteFunc(rest, func(s *send) bool {
		if s.err = s.ctx.Err(); s.err != nil {
			s.turn <- false
		}
		return s.err != nil
	})
	w.queue = slices.Insert(w.queue, 0, rest...)
	clear(w.flying)
	w.flying = w.flying[:0]
	return lead.ctx.Err()
}

// breakWrite makes the write in progress fail if it carries a message whose
// sender's context is ctx: half a message cannot be taken back, and one of
// which nothing has been written is.
func (c *Conn) breakWrite(ctx context.Context) {
	w := &c.w
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.flying {
		if s.ctx.Done() == ctx.Done() {
			w.cut = ctx.Err()
			c.nc.SetWriteDeadline(aLongTimeAgo)
			return
		}
	}
}
