//go:build !js

package suite

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// closeWith is a Close frame that is right, and its answer.
func closeWith(name, payload string, status int) script {
	f := []frame{{closeFrame, payload}}
	return script{name: name, send: f, want: f, closed: status}
}

// RFC 6455, sections 5.5.1 and 7.4.
func TestClose(t *testing.T) {
	bye, hello := frame{closeFrame, code(1000, "")}, frame{textFrame, "Hello World!"}
	runAll(t, everyWay(
		script{name: "after an echo", send: []frame{hello, bye}, want: []frame{hello, bye}, closed: 1000},
		script{name: "two Close frames", send: []frame{bye, bye}, want: []frame{bye}, closed: 1000},
		script{name: "a ping after it", send: []frame{bye, {pingFrame, "late"}}, want: []frame{bye}, closed: 1000},
		script{name: "text after it", send: []frame{bye, hello}, want: []frame{bye}, closed: 1000},
		script{name: "what is no frame after it", send: []frame{bye, {0xf3, "late"}}, want: []frame{bye}, closed: 1000},
		script{name: "inside a message", send: []frame{{textPart, "fragment1"}, bye, {contFrame, "fragment2"}}, want: []frame{bye}, closed: 1000},
		script{name: "of one byte", send: []frame{{closeFrame, "a"}}, fail: 1002},
		script{name: "with a reason of 124 bytes", send: []frame{{closeFrame, code(1000, stars(124))}}, fail: 1002},
		script{name: "with a reason that is not UTF-8", send: []frame{{closeFrame, code(1000, "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited")}}, fail: 1007},
		script{name: "with a reason that ends inside a character", send: []frame{{closeFrame, code(1000, "\xce")}}, fail: 1007},
	))
}

// A Close frame that follows a long message and a short one, and a ping that
// comes too late.
func TestCloseAfterALongMessage(t *testing.T) {
	long, hello := frame{textFrame, strings.Repeat("BAsd7&jh23", 26215)}, frame{textFrame, "Hello World!"}
	bye := frame{closeFrame, code(1000, "")}
	bothRoles(t, func(t *testing.T, r role) {
		peer := r.open(t, setup{})
		defer peer.send([]frame{long, hello}, 0)()
		peer.want(long)
		peer.want(hello)
		defer peer.send([]frame{bye, {pingFrame, "late"}}, 0)()
		peer.want(bye)
		peer.finish()
		peer.wantError(1000, true)
	})
}

func TestCloseCodes(t *testing.T) {
	scripts := []script{closeWith("without a code", "", 1005)}
	for _, status := range []int{1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999} {
		scripts = append(scripts,
			closeWith(fmt.Sprintf("%d", status), code(status, ""), status),
			closeWith(fmt.Sprintf("%d with a reason", status), code(status, "räson"), status),
			closeWith(fmt.Sprintf("%d with a reason of 123 bytes", status), code(status, stars(123)), status))
	}
	// Section 7.4.1: 1004 is reserved, and 1005, 1006 and 1015 "MUST NOT be set
	// as a status code in a Close control frame by an endpoint". Section 7.4.2:
	// "Status codes in the range 0-999 are not used", and those to 2999 are
	// "reserved for definition by this protocol".
	for _, status := range []int{0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535} {
		scripts = append(scripts,
			script{name: fmt.Sprintf("%d", status), send: []frame{{closeFrame, code(status, "")}}, fail: 1002},
			script{name: fmt.Sprintf("%d with a reason", status), send: []frame{{closeFrame, code(status, "reason")}}, fail: 1002})
	}
	runAll(t, scripts)
}

// RFC 6455, section 7.1.1: "the client SHOULD wait for the server to close the
// connection but MAY close the connection at any time".
func TestTheClientLeavesClosingTCPToTheServer(t *testing.T) {
	for name, f := range map[string]frame{"after a closing handshake": {closeFrame, code(1000, "")}, "after a violation": {0x83, ""}} {
		t.Run(name, func(t *testing.T) {
			peer := openClient(t, setup{})
			peer.send([]frame{f}, 0)()
			got, ok := peer.read()
			require.True(t, ok)
			require.Equal(t, byte(closeFrame), got.head)
			require.NoError(t, peer.conn.SetReadDeadline(time.Now().Add(100*time.Millisecond)))
			_, err := peer.r.ReadByte()
			assert.True(t, errors.Is(err, os.ErrDeadlineExceeded), "%v", err)
			require.NoError(t, peer.conn.SetReadDeadline(time.Now().Add(patience)))
			peer.finish()
		})
	}
}
