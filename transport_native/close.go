package native

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// lingerTimeout bounds the wait for the server to close TCP after the closing
// handshake.
const lingerTimeout = time.Second

// errNoAnswer is why a closing handshake was cut short.
var errNoAnswer = fmt.Errorf("the peer did not answer the Close frame in time: %w", context.DeadlineExceeded)

// Close implements transport.Conn.
func (c *Conn) Close(code uint16, reason string) error {
	if c.hold.end() {
		<-c.end.over // the peer was first
	}
	if !c.end.enter(isClosing, transport.ErrClosed) {
		c.in.Discard(transport.ErrClosed)
		<-c.end.gone
		c.goroutines.Wait()
		return nil
	}
	c.alive.stop()
	c.in.Discard(transport.ErrClosed)
	c.interrupt() // a Receive that reads returns
	c.watch()     // and the pump reads what may keep the peer from reading
	// Whatever is under way below ends when the socket is closed under it.
	begin := time.Now()
	limit, wait := c.closeLimit()
	defer time.AfterFunc(limit, c.drop).Stop()
	defer c.closed()
	err := c.shake(code, reason, wait)
	if err != nil && time.Since(begin) >= limit {
		err = errNoAnswer
	}
	return err
}

// closed ends what Close has begun, also after a panic of Config.Frame.
func (c *Conn) closed() {
	c.leave()
	c.w.refuse(transport.ErrClosed)
	c.end.finish()
	c.goroutines.Wait()
}

// shake performs the closing handshake of RFC 6455, section 7.1.2, as the side
// that starts it. It ends with the role, which nobody gets any more.
func (c *Conn) shake(code uint16, reason string, wait bool) error {
	if err := c.sayClose(code, reason, wait); err != nil {
		return fmt.Errorf("sending the Close frame: %w", err)
	}
	if !wait {
		return nil
	}
	err := c.awaitClose()
	if err != nil {
		err = fmt.Errorf("waiting for the peer's Close frame: %w", err)
	}
	c.linger()
	return err
}

// sayClose sends the Close frame and takes the role. If there is nothing to
// wait for then, or after a panic, it closes the socket.
func (c *Conn) sayClose(code uint16, reason string, wait bool) (err error) {
	said := false
	defer func() {
		if !said || !wait {
			c.drop()
		}
		c.seizeRole()
	}()
	payload, err := rfc6455.AppendClose(nil, code, reason)
	if err == nil {
		err = c.last(payload, transport.ErrClosed)
	}
	said = err == nil
	return err
}

// seizeRole takes the role from whoever reads.
func (c *Conn) seizeRole() {
	for !c.role.take() {
		c.interrupt()
		<-c.in.Wake()
	}
	c.in.Signal() // the wake-up may have been meant for another
	c.nc.SetReadDeadline(noDeadline)
	c.readWatch.clear()
}

// awaitClose drops messages until the peer's Close frame comes: RFC 6455,
// section 1.4, "After receiving a control frame indicating the connection
// should be closed, a peer discards any further data received."
func (c *Conn) awaitClose() error {
	c.rd.discard, c.rd.msg = true, nil
	err := c.end.met()
	for err == nil {
		_, err = c.rd.next(nil)
		if err == errControl {
			err = c.control()
		} else if isTimeout(err) { // from a Receive's context that has ended since
			c.nc.SetReadDeadline(noDeadline)
			err = nil
		}
	}
	var closed *transport.CloseError
	if errors.As(err, &closed) && closed.Code != 1006 {
		return nil
	}
	return err
}

// farewell ends a connection whose reader has met err: it answers the peer's
// Close frame, or says what the peer did wrong, and waits for the server to
// close TCP. The caller holds the role for ever.
func (c *Conn) farewell(err error) {
	limit, _ := c.closeLimit()
	defer time.AfterFunc(limit, c.drop).Stop()
	defer c.leave()
	code, reason := answer(err)
	if code == 1006 {
		return
	}
	payload, aerr := rfc6455.AppendClose(nil, code, reason)
	if aerr == nil && c.last(payload, err) == nil {
		c.linger()
	}
}

// answer is the Close frame that follows err. RFC 6455, section 5.5.1: "When
// sending a Close frame in response, the endpoint typically echos the status
// code it received."
func answer(err error) (code uint16, reason string) {
	var closed *transport.CloseError
	if errors.As(err, &closed) {
		if closed.Remote {
			return closed.Code, ""
		}
		return closed.Code, rfc6455.TruncateReason(closed.Reason)
	}
	return 1009, rfc6455.TruncateReason(err.Error())
}

// linger waits for the end of the stream. RFC 6455, section 7.1.1: the server
// closes TCP first, so that it, and not the client, holds the connection in
// TIME_WAIT. Closing while bytes wait to be read would also reset the
// connection, and with it our Close frame might be lost.
func (c *Conn) linger() {
	stop := time.AfterFunc(lingerTimeout, c.drop)
	defer stop.Stop()
	for {
		_, err := io.Copy(io.Discard, c.nc)
		if !isTimeout(err) {
			return
		}
		c.nc.SetReadDeadline(noDeadline)
	}
}
