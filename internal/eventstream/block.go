package eventstream

// A block is what the lines of an event amount to as long as they are in the
// parser's buffer. A value that is nil has not been seen.
type block struct{ id, typ, data []byte }

// whole is Next for the block that is the most frequent by far: an ID, a type
// and one line of data, or some of these, that end with LF and are all there.
// Going through it field by field would cost half as much again. What it has
// gone through in vain it leaves to the fields, so that nothing is searched
// twice.
func (p *Parser) whole(v *View) bool {
	if p.hasData || p.hasID || p.skipLF || !p.started || p.err != nil || len(p.typ.value) > 0 {
		return false // it is not at the start of a block
	}
	var b block
	buf, at, scan := p.buf[:p.cr], p.r, p.scan
	for at < len(buf) {
		if buf[at] == '\n' && b.data != nil {
			p.r, p.scan = at+1, at+1
			p.finish(v, &b)
			return true
		}
		i := indexByte(buf[scan:], '\n')
		if i < 0 {
			scan = len(buf)
			break
		}
		scan += i
		if line := buf[at:scan]; p.MaxEventSize > 0 && int64(len(line)) > p.MaxEventSize || !b.take(line) {
			break
		}
		scan++
		at = scan
	}
	p.r, p.scan = at, scan
	p.keep(&b)
	return false
}

// take reports whether line is one of those that a block is made of, and
// remembers its value.
func (b *block) take(line []byte) bool {
	switch {
	case len(line) >= 5 && string(line[:5]) == "data:":
		if b.data != nil {
			return false // a second one is to be joined to the first
		}
		b.data = trimSpace(line[5:])
	case len(line) >= 3 && string(line[:3]) == "id:":
		id := trimSpace(line[3:])
		if indexByte(id, 0) >= 0 {
			return false
		}
		b.id = id
	case len(line) >= 6 && string(line[:6]) == "event:":
		b.typ = trimSpace(line[6:])
	default:
		return false
	}
	return true
}

// finish is dispatch for a block that is all there.
func (p *Parser) finish(v *View, b *block) {
	if b.id != nil {
		p.id = append(p.id[:0], p.wellFormed(1, b.id)...)
		p.ids++
	}
	v.Type, v.Data, v.ID, v.IDs = messageType, b.data, p.id, p.ids
	if len(b.typ) > 0 {
		v.Type = b.typ
	}
	if p.suspect {
		v.Type, v.Data = p.wellFormed(0, v.Type), p.wellFormed(1, v.Data)
	}
}

// keep makes b the block that is to be gone on with.
func (p *Parser) keep(b *block) {
	if b.id != nil {
		p.setID(b.id)
	}
	if b.typ != nil {
		p.typ.set(b.typ)
	}
	if b.data != nil {
		p.addData(b.data)
	}
}
