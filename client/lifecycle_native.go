//go:build !js

package client

// watchPage does nothing: there is no page.
func watchPage(func(event string)) (stop func()) { return func() {} }
