//go:build !js

package client

import "net/http"

// errHeader is of no use where a dial can carry header fields.
var errHeader error

// canSetHeader says whether a dial carries header fields.
const canSetHeader = true

// header returns a copy of the fields of o, never nil.
func (o *NativeOptions) header() map[string][]string {
	if o.Header == nil {
		return http.Header{}
	}
	return o.Header.Clone()
}

// own returns a copy of o.
func (o NativeOptions) own() NativeOptions {
	o.Header = o.Header.Clone()
	return o
}

// with returns o with other fields.
func (o *NativeOptions) with(header map[string][]string) (*NativeOptions, error) {
	n := *o
	n.Header = header
	return &n, nil
}
