package client

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCloseCodeString(t *testing.T) {
	for code, want := range map[CloseCode]string{
		CloseNormal:         "1000 (normal closure)",
		CloseTLSHandshake:   "1015 (TLS handshake)",
		1004:                "1004",
		0:                   "0",
		4321:                "4321",
		CloseNoStatus:       "1005 (no status received)",
		CloseServiceRestart: "1012 (service restart)",
	} {
		assert.Equal(t, want, code.String())
	}
}

// The registry of close codes: https://www.iana.org/assignments/websocket
func TestCloseCodesHaveTheirNumbers(t *testing.T) {
	for want, code := range map[int]CloseCode{
		1000: CloseNormal, 1001: CloseGoingAway, 1002: CloseProtocolError, 1003: CloseUnsupportedData,
		1005: CloseNoStatus, 1006: CloseAbnormal, 1007: CloseInvalidPayload, 1008: ClosePolicyViolation,
		1009: CloseMessageTooBig, 1010: CloseMandatoryExtension, 1011: CloseInternalError,
		1012: CloseServiceRestart, 1013: CloseTryAgainLater, 1014: CloseBadGateway, 1015: CloseTLSHandshake,
	} {
		assert.EqualValues(t, want, code)
		assert.Contains(t, code.String(), "(")
	}
}

// RFC 6455, section 7.4.1, says of 1005, 1006 and 1015 that each "MUST NOT be
// set as a status code in a Close control frame by an endpoint".
func TestCloseCodesThatCanBeSent(t *testing.T) {
	can := 0
	for code := range 1 << 16 {
		if CloseCode(code).sendable() {
			can++
		}
	}
	assert.Equal(t, 2000+15-3, can, "1000 to 1014 without 1004 to 1006, and 3000 to 4999")
	for _, code := range []CloseCode{1000, 1003, 1007, 1014, 3000, 4999} {
		assert.True(t, code.sendable(), code.String())
	}
	for _, code := range []CloseCode{999, 1004, 1005, 1006, 1015, 2999, 5000} {
		assert.False(t, code.sendable(), code.String())
	}
}
