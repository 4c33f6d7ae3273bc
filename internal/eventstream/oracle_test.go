package eventstream

import "strings"

// outcome is everything that a body leads to.
type outcome struct {
	Events   []Event
	Comments []string
	ID       string // the last event ID for the next request
	Retry    int64  // -1: not set
}

// oracle interprets a whole body by the steps of the standard's text, one
// after the other and without regard to speed. lastID is the last event ID
// that an earlier body has left.
func oracle(body []byte, lastID string) outcome {
	o := outcome{ID: lastID, Retry: -1}
	idBuffer, typ, data := lastID, "", ""
	for _, line := range oracleLines(oracleDecode(body)) {
		if line == "" {
			// "Set the last event ID string of the event source to the
			// value of the last event ID buffer. The buffer does not get
			// reset."
			o.ID = idBuffer
			// "If the data buffer is an empty string, set the data buffer
			// and the event type buffer to the empty string and return."
			if data != "" {
				o.Events = append(o.Events, oracleEvent(typ, data, o.ID))
			}
			typ, data = "", ""
			continue
		}
		name, value, found := strings.Cut(line, ":")
		if found && name == "" {
			o.Comments = append(o.Comments, value)
			continue
		}
		// "If value starts with a U+0020 SPACE character, remove it from
		// value."
		value = strings.TrimPrefix(value, " ")
		switch name {
		case "event":
			typ = value
		case "data":
			data += value + "\n"
		case "id":
			if !strings.Contains(value, "\x00") {
				idBuffer = value
			}
		case "retry":
			o.retry(value)
		}
	}
	return o
}

// oracleEvent: "If the data buffer's last character is a U+000A LINE FEED
// (LF) character, then remove the last character from the data buffer." "If
// the event type buffer has a value other than the empty string, change the
// type of the newly created event to equal the value of the event type
// buffer."
func oracleEvent(typ, data, id string) Event {
	if typ == "" {
		typ = "message"
	}
	return Event{Type: typ, Data: strings.TrimSuffix(data, "\n"), LastEventID: id}
}

// retry: "If the field value consists of only ASCII digits, then interpret
// the field value as an integer in base ten".
func (o *outcome) retry(value string) {
	if value == "" || strings.Trim(value, "0123456789") != "" {
		return
	}
	value = strings.TrimLeft(value, "0")
	if len(value) > 10 {
		value = "9999999999"
	}
	var ms int64
	for _, digit := range value {
		ms = ms*10 + int64(digit-'0')
	}
	o.Retry = min(ms, 1<<31-1)
}

// oracleLines splits text into the lines that have an end: "Lines must be
// separated by either a U+000D CARRIAGE RETURN U+000A LINE FEED (CRLF)
// character pair, a single U+000A LINE FEED (LF) character, or a single
// U+000D CARRIAGE RETURN (CR) character."
func oracleLines(text string) []string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	lines := strings.Split(text, "\n")
	return lines[:len(lines)-1] // what follows the last end is not a line yet
}

// oracleDecode is "UTF-8 decode" of the WHATWG Encoding standard: it drops a
// byte order mark and runs the UTF-8 decoder, whose variables it names.
func oracleDecode(body []byte) string {
	body = []byte(strings.TrimPrefix(string(body), "\xEF\xBB\xBF"))
	var out strings.Builder
	codePoint, bytesSeen, bytesNeeded := rune(0), 0, 0
	lowerBoundary, upperBoundary := byte(0x80), byte(0xBF)
	for i := 0; i < len(body); i++ {
		b := body[i]
		if bytesNeeded == 0 {
			switch {
			case b <= 0x7F:
				out.WriteByte(b)
			case b >= 0xC2 && b <= 0xDF:
				bytesNeeded, codePoint = 1, rune(b&0x1F)
			case b >= 0xE0 && b <= 0xEF:
				if b == 0xE0 {
					lowerBoundary = 0xA0
				}
				if b == 0xED {
					upperBoundary = 0x9F
				}
				bytesNeeded, codePoint = 2, rune(b&0xF)
			case b >= 0xF0 && b <= 0xF4:
				if b == 0xF0 {
					lowerBoundary = 0x90
				}
				if b == 0xF4 {
					upperBoundary = 0x8F
				}
				bytesNeeded, codePoint = 3, rune(b&0x7)
			default:
				out.WriteRune('\uFFFD')
			}
			continue
		}
		if b < lowerBoundary || b > upperBoundary {
			codePoint, bytesNeeded, bytesSeen = 0, 0, 0
			lowerBoundary, upperBoundary = 0x80, 0xBF
			i-- // "Restore byte to ioQueue."
			out.WriteRune('\uFFFD')
			continue
		}
		lowerBoundary, upperBoundary = 0x80, 0xBF
		codePoint = codePoint<<6 | rune(b&0x3F)
		bytesSeen++
		if bytesSeen == bytesNeeded {
			out.WriteRune(codePoint)
			codePoint, bytesNeeded, bytesSeen = 0, 0, 0
		}
	}
	return out.String() // an unfinished sequence is in an unfinished line
}
