package eventstream

import "strconv"

// The buffer starts small, because most streams are idle and many may be
// open, and grows while reads fill it. It grows further only for a line that
// is longer.
const (
	minBuffer = 4 << 10
	maxRead   = 32 << 10
	maxKeep   = 1 << 20 // a larger buffer is given up once it is empty
)

// A View is an event whose bytes lie in the parser's buffers: they are valid
// until the next call of any of the parser's methods.
type View struct {
	Type []byte // never empty
	Data []byte
	ID   []byte // the last event ID, which an earlier event may have set
	IDs  int    // counts the IDs that have been set: ID is the same until this changes
}

// A TooBigError ends a body with an event, or a line that never ends, over
// Parser.MaxEventSize. Size is what was seen of it, which may be less than
// there is.
type TooBigError struct{ Limit, Size int64 }

func (e *TooBigError) Error() string {
	return "event of " + strconv.FormatInt(e.Size, 10) + " bytes or more is over the limit of " +
		strconv.FormatInt(e.Limit, 10)
}

// A Parser turns the bytes of one body after another into events. Its user
// reads into the slice that Space returns, says with Advance how much that
// was, and calls Next until it has nothing more:
//
//	for {
//		n, err := r.Read(p.Space())
//		p.Advance(n)
//		for p.Next(&v) {
//			…
//		}
//		…
//	}
//
// The zero value is ready for use, without a limit. A Parser must not be used
// concurrently. It works in time linear in the bytes, however they come in.
type Parser struct {
	// MaxEventSize limits the data of an event, and by itself each line that
	// is not of data; 0 or less: no limit. So memory is bounded by a small
	// multiple of it.
	MaxEventSize int64
	// Comment, if set, is called by Next for each comment line with what
	// follows the colon.
	Comment func(text []byte)

	buf     []byte
	r, w    int  // buf[r:w] has not been parsed; r is the start of a line
	scan    int  // buf[r:scan] holds no line end
	cr      int  // the first CR in buf[r:w], or w
	checked int  // buf[r:checked] is well-formed UTF-8, unless suspect
	suspect bool // something of the block may be ill-formed
	started bool // the place of the byte order mark has been passed
	skipLF  bool // the last line ended with the CR that was the last byte
	filled  bool // the last read left no room

	data    field // of the block so far; valid if hasData
	hasData bool
	typ     field
	id      []byte // the last event ID string
	idBuf   []byte // the last event ID buffer, if hasID
	hasID   bool
	ids     int   // how often id has been set
	retry   int64 // ms + 1; 0: not set
	fixed   [2][]byte
	err     error
}

// Space returns room for the bytes that come next, never empty. It may move
// what is buffered, so views end here.
func (p *Parser) Space() []byte {
	p.data.detach()
	p.typ.detach()
	p.makeRoom()
	return p.buf[p.w:]
}

// Advance takes over the first n bytes of what Space returned.
func (p *Parser) Advance(n int) {
	end := p.w + n
	if p.cr == p.w { // none so far: look at the new bytes, once
		p.cr = indexOr(p.buf[:end], p.w, '\r', end)
	}
	p.w = end
	p.check()
	p.filled = n > 0 && end == len(p.buf)
}

// makeRoom moves the unfinished line to the front, in a larger buffer if it
// takes more than half of this one or if reads fill it.
func (p *Parser) makeRoom() {
	size := len(p.buf)
	pending := p.w - p.r
	switch {
	case pending > size/2 || p.filled && size < maxRead:
		size = max(2*size, minBuffer)
	case size == 0 || size > maxKeep && pending < minBuffer:
		size = minBuffer
	case p.r == 0:
		return
	}
	if pending == 0 && !p.hasData && len(p.typ.value) == 0 {
		p.suspect, p.checked = false, p.w
	}
	to := p.buf
	if size != len(p.buf) {
		to = make([]byte, size)
	}
	copy(to, p.buf[p.r:p.w])
	p.buf = to
	p.scan -= p.r
	p.checked -= p.r
	p.cr -= p.r
	p.r, p.w = 0, pending
	p.filled = false
}

// Next stores the next event in v and reports whether there was one. When it
// reports false, either more bytes are needed or Err is not nil, and v is of no
// use. What it stores is valid until the next call of a method.
func (p *Parser) Next(v *View) bool {
	if p.whole(v) {
		return true
	}
	for p.err == nil {
		line, ok := p.line()
		if !ok || int64(len(line)+len(p.data.value)) > p.MaxEventSize && p.tooBig(line, true) {
			return false
		}
		if len(line) != 0 {
			p.field(line)
			continue
		}
		if p.dispatch(v) {
			return true
		}
	}
	return false
}

// Err is the *TooBigError that ended the body, or nil.
func (p *Parser) Err() error { return p.err }

// line returns the next line without its end (B4). It reports false if the
// line's end is not there yet.
func (p *Parser) line() ([]byte, bool) {
	if !p.started && !p.skipBOM() {
		return nil, false
	}
	if p.skipLF && p.r < p.w {
		p.skipLineFeed()
	}
	start := p.r
	if start < p.cr && p.buf[start] == '\n' { // every other line or so: not worth a search
		p.r, p.scan = start+1, start+1
		return nil, true
	}
	if i := indexByte(p.buf[p.scan:p.cr], '\n'); i >= 0 {
		end := p.scan + i
		p.r, p.scan = end+1, end+1
		return p.buf[start:end], true
	}
	if p.cr == p.w {
		p.scan = p.w
		p.tooBig(p.buf[p.r:p.w], false)
		return nil, false
	}
	return p.buf[start:p.endAtCR()], true
}

// endAtCR ends the line at p.cr and returns its end. If the CR is the last
// byte, the line ends all the same (B5): an event must not wait for whatever
// the server sends next, which may be long in coming.
func (p *Parser) endAtCR() (end int) {
	end = p.cr
	p.r, p.scan = end+1, end+1
	p.skipLF = true
	p.cr = indexOr(p.buf[:p.w], p.r, '\r', p.w)
	return end
}

// skipLineFeed drops the LF of a CRLF.
func (p *Parser) skipLineFeed() {
	p.skipLF = false
	if p.buf[p.r] == '\n' {
		p.r++
		p.scan = p.r
	}
}

// skipBOM drops a byte order mark at the start of the body (B2). It reports
// false while the bytes may still become one.
func (p *Parser) skipBOM() bool {
	const bom = "\xEF\xBB\xBF"
	n := min(p.w-p.r, len(bom))
	if string(p.buf[p.r:p.r+n]) != bom[:n] {
		p.started = true
		return true
	}
	if n < len(bom) {
		return false
	}
	p.started = true
	p.r += n
	p.scan = p.r
	return true
}

// tooBig ends the body if line, ended or not, takes the event over the limit.
func (p *Parser) tooBig(line []byte, ended bool) bool {
	if p.MaxEventSize <= 0 {
		return false
	}
	size := p.sizeWith(line, ended)
	if size <= p.MaxEventSize {
		return false
	}
	p.err = &TooBigError{Limit: p.MaxEventSize, Size: size}
	return true
}

// sizeWith is what counts against the limit: the data so far with the line's,
// or the line if it is of another kind. What may still become a line of data
// counts for nothing: where a read ends must make no difference.
func (p *Parser) sizeWith(line []byte, ended bool) int64 {
	const name = "data"
	if !ended && len(line) <= len(name) && string(line) == name[:len(line)] {
		return 0
	}
	value, ok := valueOf(line, name)
	switch {
	case !ok:
		return int64(len(line))
	case p.hasData:
		return int64(len(p.data.value) + len("\n") + len(value))
	}
	return int64(len(value))
}

// dispatch ends the block (F1) and reports whether it was an event.
func (p *Parser) dispatch(v *View) bool {
	if p.hasID { // D1: even if there is no data
		p.id, p.idBuf = p.idBuf, p.id
		p.hasID = false
		p.ids++
	}
	// Clearing forgets what the values were, not the memory they are in, which
	// stays as it is until the next method.
	v.Type, v.Data, v.ID, v.IDs = messageType, p.data.value, p.id, p.ids // D3
	if len(p.typ.value) > 0 {
		v.Type = p.typ.value
		p.typ.clear() // D4
	}
	if !p.hasData { // D2
		return false
	}
	p.data.clear()
	p.hasData = false
	if p.suspect {
		v.Type, v.Data = p.wellFormed(0, v.Type), p.wellFormed(1, v.Data)
	}
	return true
}

var messageType = []byte("message")

// Reset makes p ready for the next body (B6): what is unfinished is dropped
// (D5). The last event ID and the reconnection time are the stream's, not the
// body's, and stay. The standard's text would start each body with an empty
// last event ID buffer; browsers and the web platform tests carry it over
// (D7).
func (p *Parser) Reset() {
	p.r, p.w, p.scan, p.cr = 0, 0, 0, 0
	p.checked = 0
	p.started, p.skipLF, p.filled, p.suspect = false, false, false, false
	p.typ.clear()
	p.data.clear()
	p.hasData, p.hasID = false, false
	p.err = nil
}

// LastEventID returns the last event ID: what the next request is to carry.
func (p *Parser) LastEventID() string { return string(p.id) }

// LastEventIDIs reports whether LastEventID would return id.
func (p *Parser) LastEventIDIs(id string) bool { return string(p.id) == id }

// SetLastEventID sets what LastEventID returns until the body sets another.
func (p *Parser) SetLastEventID(id string) {
	p.id = append(p.id[:0], id...)
	p.ids++
}

// Retry returns the reconnection time in milliseconds that the last retry
// field set, and whether there was one.
func (p *Parser) Retry() (ms int64, ok bool) { return p.retry - 1, p.retry != 0 }

// indexOr returns the index of the first c in b at or after from, or none.
func indexOr(b []byte, from int, c byte, none int) int {
	if i := indexByte(b[from:], c); i >= 0 {
		return from + i
	}
	return none
}
