package file

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// maxHole bounds what is skipped at the front of a file in bytes: sparse files
// such as lastlog can claim to be terabytes.
const maxHole = 1 << 30

// skipHole reads the NULs at the front of a file, which a program leaves that
// went on writing where it was when its log was truncated. A file of nothing
// else is a *NotLogError.
func skipHole(br *bufio.Reader) error {
	for total := 0; ; {
		part, err := br.Peek(readBuffer)
		n := len(part) - len(bytes.TrimLeft(part, "\x00"))
		_, _ = br.Discard(n) // what was peeked can be discarded
		total += n
		switch {
		case n < len(part), total == 0:
			return nil
		case err != nil && !errors.Is(err, io.EOF):
			return &NotLogError{reason(err)}
		case err != nil, total > maxHole:
			return &NotLogError{"not a text file"}
		}
	}
}

// holeReader leaves the NULs out of a text, which also stand where a crash was
// faster than the disk: what is before them ends there, as it does in streams.
type holeReader struct {
	r     io.Reader
	begun bool // the last byte read is no line end
}

// Read implements io.Reader.
func (h *holeReader) Read(p []byte) (int, error) {
	for {
		n, err := h.r.Read(p)
		if n = h.cut(p[:n]); n > 0 || err != nil || len(p) == 0 {
			return n, err
		}
	}
}

// cut takes the NULs out of p and returns how long it is then.
func (h *holeReader) cut(p []byte) int {
	if bytes.IndexByte(p, 0) < 0 {
		if len(p) > 0 {
			h.begun = p[len(p)-1] != '\n'
		}
		return len(p)
	}
	out := p[:0]
	for _, c := range p {
		switch {
		case c != 0:
			out, h.begun = append(out, c), c != '\n'
		case h.begun:
			out, h.begun = append(out, '\n'), false
		}
	}
	return len(out)
}
