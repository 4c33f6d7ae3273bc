package eventstream

import "math"

// A field is a value that is put together over several lines and, perhaps,
// several reads. As long as it is a single line it lies in the parser's
// buffer; joined copies that.
type field struct {
	value  []byte
	joined []byte // memory for a value that cannot stay in the buffer
	inBuf  bool   // value lies in the parser's buffer
}

// set makes line, which lies in the buffer, the value.
func (f *field) set(line []byte) { f.value, f.inBuf = line, true }

// add appends LF and line.
func (f *field) add(line []byte) {
	f.detach()
	f.joined = append(append(f.joined, '\n'), line...)
	f.value = f.joined
}

// detach moves the value out of the buffer, which is about to change.
func (f *field) detach() {
	if f.inBuf {
		f.joined = append(f.joined[:0], f.value...)
		f.value, f.inBuf = f.joined, false
	}
}

// clear empties the value. Memory that an unusual event needed is not kept.
func (f *field) clear() {
	f.value, f.inBuf = nil, false
	if cap(f.joined) > maxKeep {
		f.joined = nil
	}
}

// field processes a line that is not empty (F1 to F6). Names are compared
// literally (F3); one that is not known is ignored.
func (p *Parser) field(line []byte) {
	switch line[0] {
	case 'd':
		if value, ok := valueOf(line, "data"); ok {
			p.addData(value)
		}
	case 'e':
		if value, ok := valueOf(line, "event"); ok {
			p.typ.set(value) // F4: the last one wins
		}
	case 'i':
		if value, ok := valueOf(line, "id"); ok {
			p.setID(value)
		}
	case 'r':
		if value, ok := valueOf(line, "retry"); ok {
			p.setRetry(value)
		}
	case ':':
		if p.Comment != nil {
			p.Comment(p.wellFormed(0, line[1:]))
		}
	}
}

// valueOf returns the line's value if its name is name (F2): what follows the
// first colon less one space, or nothing if there is no colon.
func valueOf(line []byte, name string) (value []byte, ok bool) {
	if len(line) < len(name) || string(line[:len(name)]) != name {
		return nil, false
	}
	rest := line[len(name):]
	switch {
	case len(rest) == 0:
		return rest, true
	case rest[0] != ':':
		return nil, false
	}
	return trimSpace(rest[1:]), true
}

// addData appends a line of data (F4). The standard appends LF to each line
// and removes the last one on dispatch; here it goes between them.
func (p *Parser) addData(line []byte) {
	if p.hasData {
		p.data.add(line)
		return
	}
	p.data.set(line)
	p.hasData = true
}

// setID sets the last event ID buffer (F5): "If the field value does not
// contain U+0000 NULL, then set the last event ID buffer to the field value.
// Otherwise, ignore the field."
func (p *Parser) setID(value []byte) {
	if indexByte(value, 0) >= 0 {
		return
	}
	p.idBuf = append(p.idBuf[:0], p.wellFormed(1, value)...)
	p.hasID = true
}

// maxRetry is where retry is clamped, in milliseconds: 24 days, the longest
// that a browser's timers can wait.
const maxRetry = math.MaxInt32

// setRetry sets the reconnection time (F6): "If the field value consists of
// only ASCII digits, then interpret the field value as an integer in base
// ten, and set the event stream's reconnection time to that integer." It
// needs no empty line to take effect. An empty value is ignored.
func (p *Parser) setRetry(value []byte) {
	ms := int64(0)
	for _, c := range value {
		if c < '0' || c > '9' {
			return
		}
		ms = min(ms*10+int64(c-'0'), maxRetry)
	}
	if len(value) > 0 {
		p.retry = ms + 1
	}
}

// trimSpace removes one space from the start of value (F2).
func trimSpace(value []byte) []byte {
	if len(value) > 0 && value[0] == ' ' {
		return value[1:]
	}
	return value
}
