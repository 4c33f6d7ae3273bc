package sse

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestIPv6(t *testing.T) {
	for s, want := range map[string]bool{
		"::": true, "::1": true, "1::": true, "1:2:3:4:5:6:7:8": true, "2001:db8::ff00:42:8329": true, "ABCD:ef01::": true,
		"::ffff:192.0.2.1": true, "64:ff9b::192.0.2.33": true, "1:2:3:4:5:6:1.2.3.4": true, "1:2:3:4:5:6:7::": true,
		"":  false,
		":": false, ":::": false, "1": false, "1:2": false, "1:2:3:4:5:6:7": false, "1:2:3:4:5:6:7:8:9": false,
		"1:2:3:4::5:6:7:8": false, "1::2::3": false, ":1:2:3:4:5:6:7": false, "1:2:3:4:5:6:7:": false, ":1::2": false,
		"12345::": false, "::g": false, "1.2.3.4": false, "::1.2.3": false, "::1.2.3.256": false, "::01.2.3.4": false,
		"1.2.3.4::": false, "::1.2.3.4:5": false, "::1.2.3.4.5": false, "::+1": false, "::1.2.3.+4": false, "1:2:3:4:5:6:7:1.2.3.4": false,
	} {
		t.Run(s, func(t *testing.T) {
			assert.Equal(t, want, isIPv6(s))
			addr, err := netip.ParseAddr(s)
			assert.Equal(t, want, err == nil && addr.Is6(), "net/netip agrees")
		})
	}
}
