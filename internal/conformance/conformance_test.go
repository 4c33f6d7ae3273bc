package conformance

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWebSocket(t *testing.T) { RunAll(t, WebSocket()) }

func TestSSE(t *testing.T) {
	t.Cleanup(hangUp)
	RunAll(t, SSE())
}

// TestRows holds the tables to their own rules: a name said twice would hide
// a row, an exception without a fact would be an excuse, and a row that is
// ruled out everywhere shows nothing.
func TestRows(t *testing.T) {
	targets := []string{browser, "node", "chromium", "firefox", "webkit"}
	for _, table := range [][]Row{WebSocket(), SSE()} {
		seen := map[string]bool{}
		for _, row := range table {
			assert.False(t, seen[row.Name], "two rows are called %q", row.Name)
			seen[row.Name] = true
			assert.Regexp(t, `^[a-z ]+/\S.*\S$`, row.Name)
			for target, fact := range row.Except {
				assert.Contains(t, targets, target, row.Name)
				assert.NotEmpty(t, fact, row.Name)
			}
		}
	}
}

func TestExcept(t *testing.T) {
	for _, c := range []struct {
		name, target string
		except       map[string]string
		want         string
	}{
		{"no exception", "firefox", nil, ""},
		{"another target", "webkit", map[string]string{"firefox": "fact"}, ""},
		{"this target", "firefox", map[string]string{"firefox": "fact"}, "firefox: fact"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("AMPHIWIRE_TARGET", c.target)
			why, ok := (&Row{Except: c.except}).exception()
			assert.Equal(t, c.want, why)
			assert.Equal(t, c.want != "", ok)
		})
	}
	t.Run("every browser", func(t *testing.T) {
		why, ok := (&Row{Except: map[string]string{browser: "fact"}}).exception()
		assert.Equal(t, onJS, ok)
		assert.Equal(t, onJS, why == "browser: fact")
	})
}

func TestEncode(t *testing.T) {
	assert.Equal(t, "", encode(nil))
	assert.Equal(t, "?a=1", encode([]string{"a", "1"}))
	assert.Equal(t, "?a=1&b=x+y%26%C3%A9", encode([]string{"a", "1", "b", "x y&é"}))
}
