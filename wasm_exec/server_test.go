package main

import (
	"net"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func isGone(s *server) bool {
	select {
	case <-s.gone:
		return true
	default:
		return false
	}
}

func TestAPageThatLeavesIsGoneAfterAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{gone: make(chan struct{})}
		s.pageCame()
		time.Sleep(time.Hour)
		assert.False(t, isGone(s))
		s.pageLeft()
		time.Sleep(goneAfter - 1)
		assert.False(t, isGone(s))
		time.Sleep(1)
		synctest.Wait()
		assert.True(t, isGone(s))
	})
}

func TestAPageMayLoadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{gone: make(chan struct{})}
		for range 5 {
			s.pageCame()
			s.pageLeft()
			time.Sleep(goneAfter / 2)
		}
		assert.False(t, isGone(s))
		s.pageCame()
		time.Sleep(10 * goneAfter)
		assert.False(t, isGone(s), "the last one is there")
	})
}

func TestOneOfTwoPagesMayLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{gone: make(chan struct{})}
		s.pageCame()
		s.pageCame()
		s.pageLeft()
		time.Sleep(10 * goneAfter)
		assert.False(t, isGone(s))
		s.pageLeft()
		time.Sleep(10 * goneAfter)
		assert.True(t, isGone(s))
	})
}

func TestOnlyThisMachineReachesTheServer(t *testing.T) {
	p := &program{options: &options{}, cwd: t.TempDir(), goroot: t.TempDir()}
	s, err := listen(p)
	require.NoError(t, err)
	defer s.close()
	assert.True(t, s.ln.Addr().(*net.TCPAddr).IP.IsLoopback())

	p.cwd = filepath.Join(p.cwd, "missing")
	_, err = listen(p)
	assert.ErrorIs(t, err, os.ErrNotExist)
}
