package notify

import (
	"testing"

	"github.com/amphiwire/amphiwire/internal/leakcheck"
)

func TestMain(m *testing.M) { leakcheck.Main(m) }
