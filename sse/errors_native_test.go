//go:build !js

package sse

import (
	"errors"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestErrClosedIsThatOfPackageNet(t *testing.T) {
	assert.True(t, errors.Is(ErrClosed, net.ErrClosed))
	assert.True(t, errors.Is(ErrClosed, ErrClosed))
	assert.False(t, errors.Is(ErrClosed, net.ErrWriteToConnected))
}
