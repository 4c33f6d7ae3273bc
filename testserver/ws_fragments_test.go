package testserver

import "testing"

func TestFragmentsSendsOneMessageInPieces(t *testing.T) {
	s := New(t)
	t.Run("three", func(t *testing.T) {
		c := open(t, s, "/ws/fragments?text=Hello")
		c.want(textFrame, "H")
		c.want(contFrame, "el")
		c.want(fin|contFrame, "lo")
		c.close()
	})
	t.Run("with a ping between", func(t *testing.T) {
		c := open(t, s, "/ws/fragments?n=2&text=Hello&ping=1")
		c.want(textFrame, "He")
		c.want(ping, "between")
		c.want(fin|contFrame, "llo")
		c.send(text, "then it echoes")
		c.want(text, "then it echoes")
		c.close()
	})
	t.Run("through a character", func(t *testing.T) {
		c := open(t, s, "/ws/fragments?n=3&text=%E2%82%AC")
		c.want(textFrame, "\xe2")
		c.want(contFrame, "\x82")
		c.want(fin|contFrame, "\xac")
	})
	t.Run("empty ones", func(t *testing.T) {
		c := open(t, s, "/ws/fragments?n=2&text=")
		c.want(textFrame, "")
		c.want(fin|contFrame, "")
	})
	t.Run("one", func(t *testing.T) {
		c := open(t, s, "/ws/fragments?n=1&text=a")
		c.want(text, "a")
	})
}
