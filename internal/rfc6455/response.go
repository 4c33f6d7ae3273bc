package rfc6455

import (
	"bytes"
	"strconv"
)

const (
	// MaxResponseHead limits a response's status line and header, in bytes.
	MaxResponseHead = 64 << 10
	// MaxResponseFields limits the number of a response's header fields.
	MaxResponseFields = 256
)

// A Response is the head of a server's answer to the opening handshake.
type Response struct {
	StatusCode int
	// Reason is the reason phrase, often empty.
	Reason string
	// Header holds the fields' values in the order of arrival, without the
	// whitespace around them. Names are in canonical form: Content-Type,
	// Sec-Websocket-Accept.
	Header map[string][]string
}

// ParseResponse parses the head of the response that p begins with, whatever
// its status, and returns its length including the blank line. It returns
// n == 0 and no error if p is too short to hold it all.
//
// The parser is strict: names are tokens with the colon right behind them, values
// hold no control characters. A [*HandshakeError] is returned as soon as a line
// breaks a rule, without waiting for the rest of the head, and when the head is
// over [MaxResponseHead] or [MaxResponseFields]. What is not HTTP/1 at all is
// refused at the first byte that shows it.
//
// Interim responses such as 103 are returned like any other: a caller skips
// those from 100 to 199 other than 101 (RFC 9110, section 15.2).
func ParseResponse(p []byte) (resp *Response, n int, err error) {
	n, err = scanHead(p)
	if n == 0 || err != nil {
		return nil, 0, err
	}
	return buildResponse(p[:n]), n, nil
}

// scanHead checks every complete line and returns the length of the head, or 0
// if its end has not come. It allocates nothing: a head that arrives in many
// pieces is scanned as many times.
func scanHead(p []byte) (n int, err error) {
	if err := checkPrefix(p); err != nil {
		return 0, err
	}
	head := p[:min(len(p), MaxResponseHead)]
	for lines := 0; ; lines++ {
		line, size := cutLine(head[n:])
		if n += size; size == 0 {
			return 0, checkHeadSize(p)
		}
		if lines > 0 && len(line) == 0 {
			return n, nil
		}
		if err := checkLine(line, lines); err != nil {
			return 0, err
		}
	}
}

// checkHeadSize refuses a head whose end is not within the limit.
func checkHeadSize(p []byte) error {
	if len(p) > MaxResponseHead {
		return mismatch("header", "over "+strconv.Itoa(MaxResponseHead)+" bytes",
			"at most "+strconv.Itoa(MaxResponseHead)+" bytes")
	}
	return nil
}

// checkPrefix looks at the first bytes without waiting for the first line to
// end, which in another protocol it may never do.
func checkPrefix(p []byte) error {
	const prefix = "HTTP/1."
	if n := min(len(p), len(prefix)); string(p[:n]) != prefix[:n] {
		return errStatusLine(p[:n])
	}
	return nil
}

// cutLine returns the line that p begins with, and its size with the line end;
// the size is 0 if the end has not come.
//
// RFC 9112, section 2.2: "a recipient MAY recognize a single LF as a line
// terminator and ignore any preceding CR." There are servers that send it, with
// which browsers and net/http get on. A CR anywhere else is refused with the
// value that it is in.
func cutLine(p []byte) (line []byte, size int) {
	end := bytes.IndexByte(p, '\n')
	if end < 0 {
		return nil, 0
	}
	return bytes.TrimSuffix(p[:end], []byte("\r")), end + 1
}

// checkLine checks the line with the given number; 0 is the status line.
func checkLine(line []byte, number int) error {
	switch {
	case number == 0:
		return checkStatusLine(line)
	case number > MaxResponseFields:
		return mismatch("header", "over "+strconv.Itoa(MaxResponseFields)+" fields",
			"at most "+strconv.Itoa(MaxResponseFields)+" fields")
	}
	if number > 1 && continues(line) {
		if !isValue(line) {
			return errValue("header field", line)
		}
		return nil
	}
	return checkField(line)
}

// continues reports whether line goes on with the field of the one before.
//
// RFC 9112, section 5.2: "A user agent that receives an obs-fold in a response
// message that is not within a "message/http" container MUST replace each
// received obs-fold with one or more SP octets prior to interpreting the field
// value."
func continues(line []byte) bool { return line[0] == ' ' || line[0] == '\t' }

// checkStatusLine checks an RFC 9112 status line: HTTP/1.x, a status of three
// digits and a reason phrase. The space before an empty reason, which a server
// must send, may be missing: many do not send it and nothing depends on it.
//
// RFC 6455, section 4.1, on the version that both sides must have: "The method
// of the request MUST be GET, and the HTTP version MUST be at least 1.1."
func checkStatusLine(line []byte) error {
	switch {
	case len(line) < 12, line[7] < '0', line[7] > '9', line[8] != ' ', !isStatus(line[9:12]):
		return errStatusLine(line)
	case len(line) > 12 && line[12] != ' ', !isValue(line[12:]):
		return errStatusLine(line)
	case line[7] == '0' && string(line[9:12]) == "101":
		return errStatusLine(line)
	}
	return nil
}

func errStatusLine(line []byte) error {
	return mismatch("status line", string(line), "HTTP/1.1, a status and a reason")
}

func isStatus(p []byte) bool {
	return p[0] >= '1' && p[0] <= '9' && p[1] >= '0' && p[1] <= '9' && p[2] >= '0' && p[2] <= '9'
}

// checkField checks a header field's line.
//
// RFC 9112, section 5.1: "No whitespace is allowed between the field name and
// colon."
func checkField(line []byte) error {
	colon := bytes.IndexByte(line, ':')
	if colon < 0 || !isToken(line[:colon]) {
		return mismatch("header field name", string(line[:max(colon, 0)]), "a token, then a colon")
	}
	if !isValue(line[colon+1:]) {
		return errValue(canonical(string(line[:colon])), line[colon+1:])
	}
	return nil
}

func errValue(name string, value []byte) error {
	return mismatch(name, string(value), "no control characters")
}

// buildResponse makes a Response of a head that scanHead has passed.
func buildResponse(head []byte) *Response {
	line, size := cutLine(head)
	code, _ := strconv.Atoi(string(line[9:12]))
	resp := &Response{StatusCode: code, Reason: trim(string(line[12:])), Header: map[string][]string{}}
	for last := []string(nil); ; {
		head = head[size:]
		if line, size = cutLine(head); len(line) == 0 {
			return resp
		}
		if continues(line) {
			at := &last[len(last)-1]
			*at = trim(*at + " " + trim(string(line)))
			continue
		}
		colon := bytes.IndexByte(line, ':')
		name := canonical(string(line[:colon]))
		last = append(resp.Header[name], trim(string(line[colon+1:])))
		resp.Header[name] = last
	}
}
