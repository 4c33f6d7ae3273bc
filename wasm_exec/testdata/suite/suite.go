// Package suite is tested by the runner's tests, in every engine.
package suite

// Covered is half covered by the tests.
func Covered(n int) string {
	if n > 0 {
		return "positive"
	}
	return "other"
}
