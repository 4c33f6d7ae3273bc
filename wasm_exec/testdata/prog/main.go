// Command prog is what the runner's tests run: its first argument says what it
// does.
package main

import (
	"fmt"
	"os"
	"strings"
	"syscall/js"
	"time"
)

func main() {
	switch os.Args[1] {
	case "echo": // both streams in turn, arguments, environment, exit code
		echo()
	case "lines": // much output
		for i := range 40000 {
			fmt.Println("line", i, strings.Repeat(".", 40))
		}
	case "panic":
		panic("as the test asked")
	case "hang":
		hang()
	case "busy":
		fmt.Println("ready")
		for {
		}
	case "globals": // which constructors there are
		for _, name := range os.Args[2:] {
			fmt.Println(name, js.Global().Get(name).Type())
		}
	case "reject": // an error that no one handles
		js.Global().Get("Promise").Call("reject", js.Global().Get("Error").New("nobody caught this"))
		select {}
	case "late": // events that come when it has ended
		js.Global().Call("setInterval", js.FuncOf(func(js.Value, []js.Value) any { return nil }), 0)
	case "leave": // the page goes elsewhere
		js.Global().Get("location").Set("href", "about:blank")
		time.Sleep(time.Minute)
	case "console":
		js.Global().Get("console").Call("warn", "said", js.ValueOf(map[string]any{"n": 1}))
	case "page": // works on the page around it
		page()
	case "stdin":
		n, err := os.Stdin.Read(make([]byte, 1))
		fmt.Println(n, err)
	}
}

func echo() {
	for i := range 3 {
		fmt.Println("out", i)
		fmt.Fprintln(os.Stderr, "err", i)
	}
	fmt.Println(len(os.Args), os.Args[2:])
	for _, name := range []string{"AMPHIWIRE_TEST", "NAMED", "SECRET"} {
		value, ok := os.LookupEnv(name)
		fmt.Printf("%s=%q %v\n", name, value, ok)
	}
	fmt.Println("glue:", js.Global().Get("glueLoaded").String())
	os.Exit(3)
}

func hang() {
	fmt.Println("ready")
	go waitingForNobody()
	for { // a timer must not keep the stacks from being printed
		time.Sleep(time.Minute)
	}
}

//go:noinline
func waitingForNobody() { <-make(chan int) }

func page() {
	doc := js.Global().Get("document")
	fmt.Println("page says", doc.Call("getElementById", "greeting").Get("textContent").String())
	fmt.Println("script says", js.Global().Get("fromPage").String())
	fmt.Println("screen says", strings.Contains(doc.Call("getElementById", "wasm_exec-output").Get("textContent").String(), "page says"))
	fmt.Println("eval", func() (ok bool) {
		defer func() { ok = recover() == nil }()
		js.Global().Call("eval", "1")
		return
	}())
}
