package sse

import (
	"io"
	"time"

	"github.com/amphiwire/amphiwire/internal/eventstream"
)

// A View is an event that has not been copied: its bytes lie in the Decoder's
// buffer, are not to be changed, and hold until the Decoder's next method.
type View struct {
	// Type, Data and LastEventID are as in [Event].
	Type, Data, LastEventID []byte
}

// A Decoder is the parser alone: it turns the bytes of a reader into events,
// and allocates nothing for them. It knows nothing of requests; [Stream]
// does. Its methods must not be called concurrently.
type Decoder struct {
	// MaxEventSize is as in [Options]. Set it before the first Next.
	MaxEventSize int64
	// OnComment, if not nil, is called by Next for each comment line with the
	// text that follows its colon.
	OnComment func(text string)

	r      io.Reader
	parser eventstream.Parser
	view   eventstream.View
	owner  eventstream.Types
	err    error // of the reader
}

// maxEmptyReads is how many reads in a row may bring nothing, not even an
// error, before a reader counts as broken.
const maxEmptyReads = 100

// NewDecoder returns a Decoder of the body r.
func NewDecoder(r io.Reader) *Decoder { return &Decoder{r: r} }

// Next returns the next event, of whatever type. It blocks as the reader does
// and reads no further than it has to. The error is the reader's, so io.EOF at
// the end of the body, or an *[EventTooBigError]; it stays the same until
// Reset. What is unfinished when the body ends is dropped.
func (d *Decoder) Next() (View, error) {
	if d.err == nil {
		d.configure()
	}
	if err := d.next(); err != nil {
		return View{}, err
	}
	return View{Type: d.view.Type, Data: d.view.Data, LastEventID: d.view.ID}, nil
}

// next is Next with the event in d.view and the fields handed on.
func (d *Decoder) next() error {
	for !d.parser.Next(&d.view) {
		if err := d.parser.Err(); err != nil {
			return tooBig(err)
		}
		if d.err != nil {
			return d.err
		}
		d.fill()
	}
	return nil
}

// configure hands the Decoder's fields on to the parser.
func (d *Decoder) configure() {
	d.parser.MaxEventSize = d.MaxEventSize
	if d.MaxEventSize == 0 {
		d.parser.MaxEventSize = defaultMaxEventSize
	}
	d.parser.Comment = nil
	if d.OnComment != nil {
		d.parser.Comment = d.comment
	}
}

func (d *Decoder) comment(text []byte) { d.OnComment(string(text)) }

// fill reads once, or until something comes.
func (d *Decoder) fill() {
	for range maxEmptyReads {
		var n int
		n, d.err = d.r.Read(d.parser.Space())
		d.parser.Advance(n)
		if n > 0 || d.err != nil {
			return
		}
	}
	d.err = io.ErrNoProgress
}

// Own returns a copy of v, which is of this Decoder, that may be kept. It takes
// one allocation: the text shares a block of memory, and types are remembered.
// To keep an ID for long without its data, use strings.Clone. An ID over 1 KiB
// has a block of its own, shared by the events that repeat it.
func (d *Decoder) Own(v View) Event {
	return Event(d.owner.Own(&eventstream.View{Type: v.Type, Data: v.Data, ID: v.LastEventID, IDs: d.view.IDs}))
}

// LastEventID returns what the next request is to carry as Last-Event-ID: the
// ID that the server set last, be it without an event. An ID of a block that
// is not finished does not count.
func (d *Decoder) LastEventID() string { return d.parser.LastEventID() }

// SetLastEventID sets what LastEventID returns until the body sets another
// one: that of an earlier body, which Reset keeps by itself.
func (d *Decoder) SetLastEventID(id string) { d.parser.SetLastEventID(id) }

// Retry returns the reconnection time that a retry field has set, and whether
// there was one. It holds from the end of that field's line on.
func (d *Decoder) Retry() (t time.Duration, ok bool) {
	ms, ok := d.parser.Retry()
	if !ok {
		return 0, false
	}
	return milliseconds(ms), true
}

// Reset makes d go on with the body r, as after a connection was lost: what is
// unfinished is dropped, while the last event ID and the reconnection time
// stay.
func (d *Decoder) Reset(r io.Reader) {
	d.parser.Reset()
	d.r, d.err = r, nil
}
