package testserver

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEchoSendsEachMessageBackWithItsType(t *testing.T) {
	s := New(t)
	for name, payload := range map[string]string{
		"nothing":             "",
		"a word":              "Hello",
		"the longest 7 bit":   strings.Repeat("x", 125),
		"the shortest 16 bit": strings.Repeat("x", 126),
		"the longest 16 bit":  strings.Repeat("x", 1<<16-1),
		"the shortest 64 bit": strings.Repeat("x", 1<<16),
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t, s, "/ws/echo")
			for _, first := range []byte{text, binary1} {
				c.send(first, payload)
				c.want(first, payload)
			}
			c.close()
		})
	}
}

func TestEchoTakes16MiB(t *testing.T) {
	c := open(t, New(t), "/ws/echo")
	payload := strings.Repeat("x", 16<<20)
	c.send(text, payload)
	c.want(text, payload)
	c.close()
}

func TestEchoAnswersInFragmentsOfTheSizeAskedFor(t *testing.T) {
	c := open(t, New(t), "/ws/echo?fragment=2")
	c.send(text, "Hello")
	c.want(textFrame, "He")
	c.want(contFrame, "ll")
	c.want(fin|contFrame, "o")
	c.send(binary1, "")
	c.want(binary1, "")
	c.send(binary1, "ab")
	c.want(binary1, "ab")
	c.close()
}

func TestEchoHasTheLimitAskedFor(t *testing.T) {
	c := open(t, New(t), "/ws/echo?limit=5")
	c.send(text, "Hello")
	c.want(text, "Hello")
	c.send(text, "Hello!")
	assert.Contains(t, c.wantClose(1009), "5")
	c.wantEnd()
}
