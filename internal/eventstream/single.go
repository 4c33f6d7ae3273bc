package eventstream

import "bytes"

// single is Next for the block that is the most frequent by far: one line of
// data and nothing else, which ends with LF and is all there. Going through it
// field by field would cost a third more.
func (p *Parser) single(v *View) bool {
	if p.hasData || p.hasID || p.skipLF || !p.started || p.err != nil || len(p.typ.value) > 0 {
		return false // it is not at the start of a block
	}
	block := p.buf[p.r:p.cr]
	if len(block) < 5 || string(block[:5]) != "data:" {
		return false
	}
	i := bytes.IndexByte(p.buf[p.scan:p.cr], '\n')
	if i < 0 {
		p.scan = p.cr // nobody is to search there again
		return false
	}
	p.scan += i
	if p.scan+1 >= p.cr || p.buf[p.scan+1] != '\n' {
		return false
	}
	value, _ := valueOf(p.buf[p.r:p.scan], "data")
	if p.MaxEventSize > 0 && int64(len(value)) > p.MaxEventSize {
		return false
	}
	p.r, p.scan = p.scan+2, p.scan+2
	v.Type, v.Data, v.ID = messageType, value, p.id
	if p.suspect {
		v.Data = p.wellFormed(1, v.Data)
	}
	return true
}
