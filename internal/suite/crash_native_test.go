//go:build !js

package suite

import (
	"testing"
	"time"

	"github.com/amphiwire/amphiwire/client"
	"github.com/amphiwire/amphiwire/testserver"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Ten bytes or so that crash, deadlock or deceive clients and servers in wide
// use. hex is what /ws/raw and the like take.
func TestInputsThatHaveCrashedClients(t *testing.T) {
	s := testserver.New(t)
	const mib1 = 1 << 20
	for name, c := range map[string]struct {
		route  string
		code   client.CloseCode // 0: too big
		remote bool
	}{
		"a 64-bit length with its top bit set":          {"raw?hex=827f8000000000000000&then=hang", 1002, false},
		"a length of 2^63-1":                            {"raw?hex=827f7fffffffffffffff&then=hang", 0, false},
		"that, in the middle of a message":              {"raw?hex=010161807f7fffffffffffffff&then=hang", 0, false},
		"a masked frame":                                {"raw?hex=818537fa213d7f9f4d5158&then=hang", 1002, false},
		"a reserved bit of a text frame":                {"raw?hex=c10161&then=hang&compress=0", 1002, false},
		"RSV1 of a ping although deflate is on":         {"raw?hex=c900&then=hang&compress=1", 1002, false},
		"RSV1 of a continuation although deflate is on": {"raw?hex=010161c00162&then=hang&compress=1", 1002, false},
		"RSV2 although deflate is on":                   {"raw?hex=a10161&then=hang&compress=1", 1002, false},
		"text that is not UTF-8":                        {"raw?hex=8101ff&then=hang", 1007, false},
		"a deflate bomb":                                {"burst?n=1&size=16777216&compress=all", 0, false},
		"a reset inside a frame":                        {"raw?hex=810a61&then=rst", 1006, true},
		"the end inside a frame":                        {"raw?hex=810a61&then=fin", 1006, true},
		"a frame after the Close frame":                 {"raw?hex=88020fa1-83&then=hang", 4001, true},
	} {
		t.Run(name, func(t *testing.T) {
			opened, err := client.Connect(t.Context(), s.WSURL()+"/ws/"+c.route, &client.Options{MaxMessageSize: mib1, CloseTimeout: time.Second})
			require.NoError(t, err)
			defer opened.Close()
			_, err = opened.Receive(t.Context())
			if c.code == 0 {
				var tooBig *client.MessageTooBigError
				require.ErrorAs(t, err, &tooBig)
				assert.EqualValues(t, mib1, tooBig.Limit)
				assert.Greater(t, tooBig.Size, tooBig.Limit)
				return
			}
			var closed *client.CloseError
			require.ErrorAs(t, err, &closed)
			assert.Equal(t, c.code, closed.Code)
			assert.Equal(t, c.remote, closed.Remote)
		})
	}
}

// An answer to this side's Close frame that is no frame has stopped whole
// programs.
func TestABadFrameForAnAnswerToClose(t *testing.T) {
	s := testserver.New(t)
	for _, hex := range []string{"83", "c10161", "827f8000000000000000", "8801ff", "818137fa213d56"} {
		for _, then := range []string{"fin", "hang"} {
			t.Run(hex+" "+then, func(t *testing.T) {
				c, err := client.Connect(t.Context(), s.WSURL()+"/ws/onclose?hex="+hex+"&then="+then, &client.Options{CloseTimeout: time.Second})
				require.NoError(t, err)
				_ = c.Close() // whether that is an error is another test's
				_, err = c.Receive(t.Context())
				assert.ErrorIs(t, err, client.ErrClosed)
			})
		}
	}
}

// A server meets the same bytes from a client.
func TestInputsThatHaveCrashedServers(t *testing.T) {
	s := testserver.New(t)
	for name, c := range map[string]struct {
		raw  string
		code int
	}{
		"a 64-bit length with its top bit set": {"\x82\xff\x80\x00\x00\x00\x00\x00\x00\x00", 1002},
		"a length of 2^63-1":                   {"\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00", 1009},
		"a frame that is not masked":           {"\x81\x01a", 1002},
		"a length in more bytes than it needs": {"\x81\xfe\x00\x01", 1002},
	} {
		t.Run(name, func(t *testing.T) {
			peer := openServer(t, s, setup{})
			_, err := peer.conn.Write([]byte(c.raw))
			require.NoError(t, err)
			peer.wantFailure(c.code)
		})
	}
}
