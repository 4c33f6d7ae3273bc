//go:build js

package client

import "errors"

// errHeader is what a header field set in Prepare gives in a browser.
var errHeader error = &headerError{}

type headerError struct{}

func (*headerError) Error() string {
	return "a browser sends no header fields of the program's choosing: use a subprotocol or the query"
}
func (*headerError) Unwrap() error { return errors.ErrUnsupported }

// canSetHeader says whether a dial carries header fields.
const canSetHeader = false

func (*NativeOptions) header() map[string][]string { return map[string][]string{} }

func (o NativeOptions) own() NativeOptions { return o }

func (o *NativeOptions) with(header map[string][]string) (*NativeOptions, error) {
	if len(header) > 0 {
		return nil, errHeader
	}
	return o, nil
}
