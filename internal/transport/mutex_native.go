//go:build !js

package transport

import "sync"

// mutex is what guards an Inbox.
type mutex = sync.Mutex
