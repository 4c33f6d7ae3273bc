//go:build !js

package client

import (
	"errors"
	"fmt"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The rest of this package must do without package net in a js build, so the
// relation is made without it.
func TestErrClosedIsThatOfPackageNet(t *testing.T) {
	assert.ErrorIs(t, ErrClosed, net.ErrClosed)
	assert.ErrorIs(t, fmt.Errorf("wrapped: %w", ErrClosed), net.ErrClosed)
	assert.ErrorIs(t, ErrClosed, ErrClosed)
	assert.NotErrorIs(t, ErrClosed, errors.New("another"))
	assert.NotErrorIs(t, net.ErrClosed, ErrClosed, "the converse does not hold")
}
