package eventstream

import (
	"strconv"

	"github.com/amphiwire/amphiwire/internal/lean"
)

// A FieldError refuses a value that the format cannot carry.
type FieldError struct {
	Field string // "id" or "event"
	Value string
}

func (e *FieldError) Error() string {
	return "event stream: " + e.Field + " cannot carry " + strconv.Quote(e.Value)
}

// AppendEvent appends e as a block of its own, empty line included. An empty
// LastEventID is left out, so the receiver keeps the one it has; AppendID can
// reset it. So is a type that is empty or "message". On an error dst is
// returned as it was.
func AppendEvent(dst []byte, e Event) ([]byte, error) {
	out := dst
	var err error
	if e.Type != "" && e.Type != "message" {
		if out, err = AppendType(out, e.Type); err != nil {
			return dst, err
		}
	}
	if e.LastEventID != "" {
		if out, err = AppendID(out, e.LastEventID); err != nil {
			return dst, err
		}
	}
	return AppendEnd(AppendData(out, e.Data)), nil
}

// AppendData appends data as one data field for each of its lines, whether
// they end with LF, CR or CRLF: the receiver joins them with LF. Empty data
// is one empty line, so that there is an event.
func AppendData(dst []byte, data string) []byte { return appendLines(dst, "data: ", data) }

// AppendComment appends text as one comment for each of its lines. Receivers
// ignore it; it keeps a connection alive.
func AppendComment(dst []byte, text string) []byte { return appendLines(dst, ": ", text) }

// AppendType appends an event field. A type with a newline is a *FieldError:
// the rest of it would be another field.
func AppendType(dst []byte, typ string) ([]byte, error) {
	if lean.IndexAny(typ, "\r\n") >= 0 {
		return dst, &FieldError{Field: "event", Value: typ}
	}
	return appendField(dst, "event: ", typ), nil
}

// AppendID appends an id field; the empty id makes the receiver forget the
// one it has. An id with a newline or a NUL, which a receiver would ignore
// (F5), is a *FieldError.
func AppendID(dst []byte, id string) ([]byte, error) {
	if lean.IndexAny(id, "\r\n\x00") >= 0 {
		return dst, &FieldError{Field: "id", Value: id}
	}
	return appendField(dst, "id: ", id), nil
}

// AppendRetry appends a retry field of ms milliseconds; less than none is
// none.
func AppendRetry(dst []byte, ms int64) []byte {
	return append(strconv.AppendInt(append(dst, "retry: "...), max(ms, 0), 10), '\n')
}

// AppendEnd appends the empty line that makes the receiver dispatch.
func AppendEnd(dst []byte) []byte { return append(dst, '\n') }

// appendLines appends each line of text as a field. The names carry the one
// space that the receiver drops (F2), so that a space of the value's own is
// kept.
func appendLines(dst []byte, name, text string) []byte {
	for {
		i := lean.IndexAny(text, "\r\n")
		if i < 0 {
			return appendField(dst, name, text)
		}
		dst = appendField(dst, name, text[:i])
		if lean.HasPrefix(text[i:], "\r\n") {
			i++
		}
		text = text[i+1:]
	}
}

// appendField appends one line.
func appendField(dst []byte, name, value string) []byte {
	return append(append(append(dst, name...), value...), '\n')
}
