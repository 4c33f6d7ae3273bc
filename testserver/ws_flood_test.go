package testserver

import "testing"

func TestFloodNeverEndsItsMessage(t *testing.T) {
	s := New(t)
	for kind, payload := range map[string]string{"fragments": ".", "empty": ""} {
		t.Run(kind, func(t *testing.T) {
			c := open(t, s, "/ws/flood?n=1000&kind="+kind)
			c.want(textFrame, payload)
			for range 999 {
				c.want(contFrame, payload)
			}
			c.send(text, "is not echoed into the message")
			c.send(closing, code(1008, ""))
			c.wantClose(1008)
			c.wantEnd()
		})
	}
}

func TestFloodSendsPings(t *testing.T) {
	c := open(t, New(t), "/ws/flood?n=1000&kind=ping")
	for range 1000 {
		c.want(ping, "")
	}
	c.close()
}

func TestFloodStopsWhenTheClientCloses(t *testing.T) {
	c := open(t, New(t), "/ws/flood?n=10000000")
	c.send(closing, code(1008, ""))
	for {
		if first, _ := c.read(); first == closing {
			break
		}
	}
	c.wantEnd()
}
