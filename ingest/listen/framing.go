package listen

import (
	"bytes"
	"errors"
	"io"
)

// MaxMessage is the length of the longest message kept whole, in bytes.
const MaxMessage = 64 << 10

// frame is one message of a stream.
type frame struct {
	body      string
	truncated bool // incomplete: too long, or the stream broke off
}

// framer splits a stream into messages by trailers (RFC 6587, section 3.4.2)
// and, if octets is set, by octet counts (3.4.1); senders may mix both on one
// connection.
//
// A message is octet-counted if it begins with a count, a space, and then a
// PRI or a brace: "2026 Nov 23 ..." is text. Trailers are LF, CR LF and NUL.
// Empty messages are skipped, so a line end after a counted message does not
// matter, whether counted or not. So is the byte order mark that some libraries
// put at the start of a stream.
//
// Messages longer than MaxMessage are cut there and the rest is discarded. The
// buffer grows with the messages, to a little over MaxMessage.
type framer struct {
	r       io.Reader
	octets  bool
	buf     []byte
	start   int // the bytes not yet consumed are buf[start:end]
	end     int
	scanned int  // of these, how many are known to hold no trailer
	begun   bool // a byte order mark could only have been before start
	skip    int  // bytes of an over-long counted message still to be discarded
	toEnd   bool
	err     error // of the reader
}

// The buffer can hold the longest message, its count and its trailer.
const (
	firstBuffer = 8 << 10
	lastBuffer  = MaxMessage + 64
)

func newFramer(r io.Reader, octets bool) *framer {
	return &framer{r: r, octets: octets, buf: make([]byte, firstBuffer)}
}

// next returns the next complete message in the buffer. ok is false if there
// is none and fill must be called.
func (f *framer) next() (m frame, ok bool) {
	if !f.begun && !f.begin() {
		return frame{}, false
	}
	for {
		if !f.discard() {
			return frame{}, false
		}
		f.skipEmpty()
		b := f.buf[f.start:f.end]
		if len(b) == 0 {
			return frame{}, false
		}
		count, head, state := 0, 0, notCounted
		if f.octets {
			count, head, state = octetCount(b)
		}
		if state == countUnknown && f.err == nil {
			return frame{}, false
		}
		if state == counted {
			m, ok = f.cutCounted(b, count, head)
		} else {
			m, ok = f.cutLine(b)
		}
		if !ok || m.body != "" {
			return m, ok
		}
	}
}

// byteOrderMark is U+FEFF in UTF-8.
var byteOrderMark = []byte("\ufeff")

// begin skips the byte order mark at the front of the stream; false when it has
// not arrived whole.
func (f *framer) begin() bool {
	b := f.buf[f.start:f.end]
	if len(b) < len(byteOrderMark) && f.err == nil && bytes.HasPrefix(byteOrderMark, b) {
		return false
	}
	if f.begun = true; bytes.HasPrefix(b, byteOrderMark) {
		f.consume(len(byteOrderMark))
	}
	return true
}

// cutCounted takes a message of count bytes after its head.
func (f *framer) cutCounted(b []byte, count, head int) (m frame, ok bool) {
	body := b[head:]
	switch {
	case len(body) >= count && count <= MaxMessage:
		f.consume(head + count)
		return frame{body: string(trimTrailer(body[:count]))}, true
	case count > MaxMessage && len(body) >= MaxMessage:
		m = frame{body: string(body[:MaxMessage]), truncated: true}
		f.consume(head + MaxMessage)
		f.skip = count - MaxMessage
		return m, true
	case f.err != nil:
		f.consume(len(b))
		return frame{body: string(body[:min(len(body), MaxMessage)]), truncated: true}, true
	}
	return frame{}, false
}

// cutLine takes a message that ends with a trailer.
func (f *framer) cutLine(b []byte) (m frame, ok bool) {
	n, known := trailer(b, f.scanned)
	switch {
	case n >= 0:
		m = line(b[:n])
		f.consume(n + 1)
		return m, true
	case len(b) > MaxMessage+1: // even a CR LF would come too late
		m = line(b)
		f.consume(len(b))
		f.toEnd = true
		return m, true
	case f.err != nil:
		m = line(b)
		m.truncated = m.truncated || !errors.Is(f.err, io.EOF)
		f.consume(len(b))
		return m, true
	}
	f.scanned = known
	return frame{}, false
}

func line(b []byte) frame {
	b = trimTrailer(b)
	if len(b) > MaxMessage {
		return frame{body: string(b[:MaxMessage]), truncated: true}
	}
	return frame{body: string(b)}
}

// discard drops the rest of an overlong message; it returns false while that
// has not arrived.
func (f *framer) discard() bool {
	if f.skip > 0 {
		n := min(f.skip, f.end-f.start)
		f.skip -= n
		f.consume(n)
	}
	if f.toEnd {
		n, _ := trailer(f.buf[f.start:f.end], 0)
		if n < 0 {
			f.consume(f.end - f.start)
			return false
		}
		f.consume(n + 1)
		f.toEnd = false
	}
	return f.skip == 0
}

func (f *framer) skipEmpty() {
	for f.scanned == 0 && f.start < f.end && isTrailer(f.buf[f.start]) {
		f.start++
	}
}

func (f *framer) consume(n int) {
	f.start += n
	f.scanned = 0
	if f.start == f.end {
		f.start, f.end = 0, 0
	}
}

// fill reads more from the stream. After an error, next returns what is left
// as a last message.
func (f *framer) fill() error {
	if f.err != nil {
		return f.err
	}
	if f.end == len(f.buf) {
		if f.start > 0 {
			f.end = copy(f.buf, f.buf[f.start:f.end])
			f.start = 0
		} else if len(f.buf) < lastBuffer {
			grown := make([]byte, min(2*len(f.buf), lastBuffer))
			copy(grown, f.buf)
			f.buf = grown
		}
	}
	n, err := f.r.Read(f.buf[f.end:])
	f.end += n
	f.err = err
	return nil
}

// trailer returns the index of the first LF or NUL at or after from; without
// one it returns -1 and how much of b is known to hold none.
func trailer(b []byte, from int) (n, known int) {
	rest := b[from:]
	n = bytes.IndexByte(rest, '\n')
	if n >= 0 {
		rest = rest[:n]
	}
	if zero := bytes.IndexByte(rest, 0); zero >= 0 {
		n = zero
	}
	if n < 0 {
		return -1, len(b)
	}
	return from + n, 0
}

func isTrailer(c byte) bool { return c == '\n' || c == '\r' || c == 0 }

func trimTrailer(b []byte) []byte {
	for len(b) > 0 && isTrailer(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

type countState uint8

const (
	notCounted countState = iota
	counted
	countUnknown // more bytes are needed to decide
)

// octetCount reads MSG-LEN and the space after it. head is their combined
// length.
func octetCount(b []byte) (count, head int, state countState) {
	const digits = 9 // more digits would mean gigabytes
	i := 0
	for i < len(b) && i <= digits && isDigit(b[i]) {
		count = count*10 + int(b[i]-'0')
		i++
	}
	switch {
	case i == 0 || i > digits || b[0] == '0':
		return 0, 0, notCounted
	case i == len(b):
		return 0, 0, countUnknown
	case b[i] != ' ':
		return 0, 0, notCounted
	}
	rest := b[i+1:]
	if len(rest) == 0 {
		return 0, 0, countUnknown
	}
	if state = beginsMessage(rest, count); state != counted {
		return 0, 0, state
	}
	return count, i + 1, counted
}

// beginsMessage reports whether what stands behind a count is the beginning of
// a message of that length: a brace, or a PRI of one to three digits, as much
// of it as the count leaves.
func beginsMessage(b []byte, count int) countState {
	switch b[0] {
	case '{':
		return counted
	case '<':
	default:
		return notCounted
	}
	for i := 1; i < count; i++ {
		switch {
		case i == len(b):
			return countUnknown
		case i > 1 && b[i] == '>':
			return counted
		case i > 3 || !isDigit(b[i]):
			return notCounted
		}
	}
	return counted
}

func isDigit(c byte) bool { return c-'0' <= 9 }
