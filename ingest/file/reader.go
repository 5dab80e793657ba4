// Package file reads messages from log files and streams of any encoding and
// compression: lines, several lines that form one message, rows of tables,
// records of Windows event logs; each with the position after it.
package file

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"porchlight/ingest/listen"
)

// MaxLine bounds a message from a file, in bytes, as for the network.
const MaxLine = listen.MaxMessage

// Format says what a line is.
type Format string

// The formats. In all of them every line is a message, whatever it contains.
const (
	// Auto examines each line by itself. A JSON object with only the string
	// member raw is a wrapper: raw is the message.
	Auto Format = "auto"
	// Lines takes each line as the message, wrapped or not.
	Lines Format = "lines"
	// JSONL expects JSON objects. The string member raw is the message if
	// there is one, else the object itself is; a line that is not an object is
	// taken unchanged and counted.
	JSONL Format = "jsonl"
)

// Validate reports an unknown format.
func (f Format) Validate() error {
	switch f {
	case Auto, Lines, JSONL:
		return nil
	}
	return fmt.Errorf("unknown format %q, expected %s, %s or %s", string(f), Auto, Lines, JSONL)
}

// Message is one message of a file.
type Message struct {
	Body      string
	Truncated bool // longer than MaxLine: only its beginning

	// Position is where reading resumes after it: see ParsePosition. In a
	// stream it counts lines.
	Position string
}

// Reader reads the messages of one file or stream.
type Reader struct {
	path   string
	format Format
	stream bool
	text   *textReader
	rows   *sheet // nil if it is not a table
	join   interface {
		add(done []Message, m Message) []Message // appends the messages that m completes
		end(done []Message) []Message
	}
	ready []Message // complete; those from next on are not yet returned
	next  int
	err   error // how reading ended

	notJSON int
}

// Open returns a reader of what follows a cursor; the zero value reads
// everything. If the cursor is in the middle of a line that has grown since, that
// line is read whole. The error is a *NotLogError if the file is not a log, or no
// longer has the content that the cursor covers.
func Open(ctx context.Context, path string, from Cursor, format Format) (*Reader, error) {
	first, err := FirstLine(ctx, path)
	if err != nil {
		return nil, err
	}
	text, err := openText(ctx, path)
	if err != nil {
		return nil, err
	}
	if text.skip(from.Bytes); text.bytes != from.Bytes || from.SHA256 != "" && text.sum() != from.SHA256 {
		text.close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, &NotLogError{"it changed while it was being read; import it again"}
	}
	r := &Reader{path: path, format: format, text: text, join: &joiner{}}
	if format == Auto {
		if rows := newSheet(path, first); rows != nil {
			r.rows, r.join = rows, rows
		}
	}
	return r, nil
}

// OpenStream returns a reader of what can be read only once: stdin, a pipe.
// Joined lines are returned as soon as nothing more has arrived, since the
// next may be a long time coming.
func OpenStream(ctx context.Context, r io.Reader, format Format) (*Reader, error) {
	text, err := readText(ctx, r, func() {}, true)
	if err != nil {
		return nil, err
	}
	return &Reader{format: format, stream: true, text: text, join: &joiner{}}, nil
}

// Close closes the file.
func (r *Reader) Close() { r.text.close() }

// Next returns the next message, or io.EOF at the end. After any other error
// the rest cannot be read.
func (r *Reader) Next() (Message, error) {
	for r.next == len(r.ready) {
		if r.err != nil {
			return Message{}, r.err
		}
		r.ready, r.next = r.ready[:0], 0
		r.read()
	}
	m := r.ready[r.next]
	r.next++
	body, ok := r.format.message(m.Body)
	if !ok {
		r.notJSON++
	}
	m.Body = body
	return m, nil
}

// read reads a line and takes the messages that it completes.
func (r *Reader) read() {
	if r.stream && r.text.r.Buffered() == 0 {
		if r.ready = r.join.end(r.ready); len(r.ready) > 0 {
			return
		}
	}
	line, truncated, err := r.text.next()
	switch {
	case err != nil:
		r.ready, r.err = r.join.end(r.ready), err
		if !errors.Is(err, io.EOF) {
			r.err = fmt.Errorf("the rest after line %d: %w", r.text.count, err)
		}
		return
	case line == "" && (r.rows == nil || !r.rows.open), r.rows != nil && r.text.count == 1:
		return // every message contains the names of the columns
	}
	m := Message{line, truncated, r.position()}
	switch {
	case r.format == JSONL || r.text.damage != nil:
		r.ready = append(r.ready, m) // one line, one message
	case truncated:
		r.ready = append(r.join.end(r.ready), m)
	default:
		r.ready = r.join.add(r.ready, m)
	}
}

func (r *Reader) position() string {
	if r.stream {
		return strconv.Itoa(r.text.count)
	}
	return r.text.position()
}

// Cursor is how far the file has been read, which may be past the last message
// returned.
func (r *Reader) Cursor() Cursor {
	return Cursor{Absolute(r.path), r.text.count, r.text.bytes, r.text.sum()}
}

// Bytes is how many bytes have been read or were already known.
func (r *Reader) Bytes() int64 { return r.text.bytes }

// NotJSON counts the lines that were not the objects JSONL expects.
func (r *Reader) NotJSON() int { return r.notJSON }

// Damage lists the parts of a Windows event log that were skipped.
func (r *Reader) Damage() []string {
	if r.text.damage == nil {
		return nil
	}
	return *r.text.damage
}

// message returns the message in a line; ok is false if the line is not what
// the format expects.
func (f Format) message(line string) (message string, ok bool) {
	object := strings.HasPrefix(strings.TrimLeft(line, " \t"), "{")
	if f == Lines || f == Auto && !(object && strings.Contains(line, `"raw"`)) {
		return line, true
	}
	var members map[string]json.RawMessage
	if !object || json.Unmarshal([]byte(line), &members) != nil {
		return line, f == Auto
	}
	if f == Auto && len(members) > 1 || !utf8.ValidString(line) { // unwrapping would lose something
		return line, true
	}
	var raw *string
	if json.Unmarshal(members["raw"], &raw) != nil || raw == nil || *raw == "" {
		return line, true
	}
	return *raw, true
}
