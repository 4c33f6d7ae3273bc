//go:build js

package main

import (
	"syscall/js"

	"github.com/amphiwire/amphiwire/client"
)

// A page has a form to write in, a list of what was said, and a line for the
// connection's state. They are in index.html.
type page struct {
	document js.Value
	typed    chan string
}

func newScreen() screen {
	p := &page{document: js.Global().Get("document"), typed: make(chan string, 64)}
	box := p.element("text")
	// The form lives as long as the page does, and so does its callback. It
	// must not wait, so there is room for what is typed.
	p.element("form").Call("addEventListener", "submit", js.FuncOf(func(_ js.Value, args []js.Value) any {
		args[0].Call("preventDefault")
		line := box.Get("value").String()
		if line == "" {
			return nil
		}
		select {
		case p.typed <- line:
			box.Set("value", "")
		default: // it stays in the box
		}
		return nil
	}))
	return p
}

func (p *page) element(id string) js.Value { return p.document.Call("getElementById", id) }

func (p *page) lines() <-chan string { return p.typed }

// show adds an item to the list. Text is set as text, so nobody's message is
// markup.
func (p *page) show(who, text string, mine bool) {
	item, name := p.document.Call("createElement", "li"), p.document.Call("createElement", "b")
	class := "theirs"
	if who == "" {
		class, who = "notice", "Notice"
	} else if mine {
		class = "mine"
	}
	name.Set("textContent", who)
	item.Set("className", class)
	item.Call("append", name, " "+text)
	p.element("said").Call("append", item)
	item.Call("scrollIntoView", map[string]any{"block": "end"})
}

func (p *page) status(state client.State, text string) {
	if text == "" {
		return
	}
	line := p.element("status")
	line.Get("dataset").Set("state", state.String())
	line.Set("textContent", text)
	if state == client.Closed {
		p.element("text").Set("disabled", true)
		p.element("send").Set("disabled", true)
	}
}
