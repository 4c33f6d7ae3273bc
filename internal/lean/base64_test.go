package lean

import (
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestBase64IsAsInPackageBase64(t *testing.T) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	for _, s := range []string{"", "f", "fo", "foo", "foob", "fooba", "foobar", "\xff\xfe\xfd", string(every)} {
		assert.Equal(t, base64.StdEncoding.EncodeToString([]byte(s)), Base64(s), "%q", s)
		assert.Equal(t, base64.RawURLEncoding.EncodeToString([]byte(s)), Base64URL(s), "%q", s)
	}
}
