//go:build js

package browser

import "syscall/js"

// try calls f and returns what JavaScript threw in it. Faults of the Go
// program itself, such as an index out of range, are not errors and panic on.
//
// syscall/js passes on what Call, Invoke and New throw. A getter or setter
// that throws inside Get or Set ends the program, so those are for properties
// of the platform's own; for what a page may have put in their place there are
// get and set.
func try(f func()) (err error) {
	defer catch(&err)
	f()
	return nil
}

// catch is what try defers: a function with a name takes less of a bundle than
// a closure.
func catch(err *error) {
	if thrown := recover(); thrown != nil {
		*err = fromPanic(thrown)
	}
}

// fromPanic is a type switch over everything that syscall/js panics with:
// *js.ValueError is what a constructor or method that does not exist gives,
// and a string is what Value.Call says of a property that is no function.
func fromPanic(thrown any) error {
	switch thrown := thrown.(type) {
	case js.Error:
		return newError(thrown.Value)
	case *js.ValueError:
		return &Error{Name: "TypeError", Message: thrown.Error()}
	case string:
		return &Error{Name: "TypeError", Message: thrown}
	}
	panic(thrown)
}

// newError describes a thrown value, which need not be an object.
func newError(v js.Value) *Error { return newErrorCause(v, 8) }

// newErrorCause goes at most depth causes deep: they may form a circle.
func newErrorCause(v js.Value, depth int) *Error {
	if v.Type() != js.TypeObject {
		return &Error{Message: describe(v)}
	}
	e := &Error{Name: text(v.Get("name")), Message: text(v.Get("message"))}
	if cause := v.Get("cause"); depth > 0 && cause.Type() == js.TypeObject {
		e.Cause = newErrorCause(cause, depth-1)
	}
	return e
}

// describe is a thrown value that is not an object in words.
func describe(v js.Value) string {
	if v.Type() == js.TypeString {
		return v.String()
	}
	return "thrown value " + v.String() // such as <undefined> or <number: 1>
}

// get and set are Reflect's, and panic with what a getter or a setter throws. In
// each of their callers they would be longer than a call.
//
//go:noinline
func get(v js.Value, name string) js.Value { return js.Global().Get("Reflect").Call("get", v, name) }

//go:noinline
func set(v js.Value, name string, to js.Value) { js.Global().Get("Reflect").Call("set", v, name, to) }

// text is the string v, or "" where v is anything else: a page can throw, or
// dispatch as an event, whatever it likes.
func text(v js.Value) string {
	if v.Type() != js.TypeString {
		return ""
	}
	return v.String()
}

// number is the number v, or 0 where v is anything else.
func number(v js.Value) int {
	if v.Type() != js.TypeNumber {
		return 0
	}
	return v.Int()
}

// global looks name up each time: a page may load a polyfill late.
func global(name string) (js.Value, error) {
	v := js.Global().Get(name)
	if v.Type() != js.TypeFunction {
		return v, &MissingError{Global: name}
	}
	return v, nil
}
