package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestChromiumCommand(t *testing.T) {
	p := &program{options: &options{}, cwd: "/cwd"}
	argv, env := chromium{}.command("/bin/chromium", "/profile", "http://url/", p)
	assert.Equal(t, "/bin/chromium", argv[0])
	assert.Equal(t, "http://url/", argv[len(argv)-1])
	assert.Subset(t, argv, []string{"--headless", "--user-data-dir=/profile", "--disable-background-timer-throttling"})
	assert.Equal(t, os.Getuid() == 0, contains(argv, "--no-sandbox"), "root has no sandbox, others keep theirs")
	assert.NotContains(t, argv, "--hide-scrollbars")
	assert.Empty(t, env)
}

func TestChromiumScreenshot(t *testing.T) {
	p := &program{options: &options{screenshot: "x.png"}, cwd: "/cwd"}
	argv, _ := chromium{}.command("chromium", "/profile", "http://url/", p)
	assert.Contains(t, argv, "--screenshot=/cwd/x.png", "it has another working directory")
	assert.Equal(t, "http://url/", argv[len(argv)-1])
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}
