package rules

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

const docNative = `package client // import "x"

TYPES

type Conn struct {
	// Has unexported fields.
}
    Conn is.

func (c *Conn) Close() error
    Close does.

type NativeOptions struct {
	// TLSConfig is.
	TLSConfig *tls.Config

	A int
}
    NativeOptions is.

type Options struct {
	Native NativeOptions
}
    Options is.

`

const docJS = `package client // import "x"

TYPES

type Conn struct {
	// Has unexported fields.
}
    Conn is.

func (c *Conn) Close() error
    Close does.

type NativeOptions struct{}
    NativeOptions is empty.

type Options struct {
	Native NativeOptions
}
    Options is.

`

func TestCutDecl(t *testing.T) {
	rest, decl := cutDecl(docNative, "NativeOptions")
	assert.Equal(t, "type NativeOptions struct {\n\t// TLSConfig is.\n\tTLSConfig *tls.Config\n\n\tA int\n}\n    NativeOptions is.\n\n", decl)
	assert.Contains(t, rest, "    Close does.\n\ntype Options struct {\n\tNative NativeOptions\n}\n")
	rest, decl = cutDecl(docNative, "Native")
	assert.Equal(t, docNative, rest, "only the whole name counts")
	assert.Empty(t, decl)
}

func TestSameAPIPlanted(t *testing.T) {
	for _, c := range []struct {
		name, native, js string
		want             []string
	}{
		{"equal but for NativeOptions", docNative, docJS, nil},
		{"a name on js only", docNative, docJS + "func Extra()\n", []string{"only on js: func Extra()"}},
		{"a name natively only", docNative + "func Extra()\n", docJS, []string{"only natively: func Extra()"}},
		{"a doc comment that differs", docNative, docJS[:len(docJS)-len("    Options is.\n\n")] + "    Options was.\n\n",
			[]string{"only natively:     Options is.", "only on js:     Options was."}},
		{"NativeOptions with fields on js", docNative, docNative, []string{"NativeOptions is not an empty struct on js"}},
		{"an empty line", "a\nb\n", "a\n\nb\n", []string{"the same lines in another order, or more empty ones"}},
		{"another order", "a\nb\n", "b\na\n", []string{"the same lines in another order, or more empty ones"}},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, SameAPI(c.native, c.js)) })
	}
}
