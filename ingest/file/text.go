package file

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"os"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"

	"porchlight/ingest/evtx"
)

// NotLogError says why a file has no lines of text, or cannot be read at all.
type NotLogError struct{ Reason string }

func (e *NotLogError) Error() string { return e.Reason }

// textReader reads and counts the decompressed lines of a text, which are
// UTF-8 unless the text is in another eight-bit encoding.
type textReader struct {
	r     *bufio.Reader
	close func() // of what is read
	hash  hash.Hash
	count int    // lines read with next, and line ends skipped
	bytes int64  // read or skipped
	begun []byte // of the line in whose middle skip stopped: its beginning
	buf   []byte

	place, digest []byte // of position

	damage *[]string // skipped parts of a Windows event log; nil for anything else
}

// eventLog turns a Windows event log into lines of JSON.
type eventLog struct {
	r      io.Reader
	log    *evtx.Reader
	line   []byte
	damage []string
}

// Read implements io.Reader.
func (e *eventLog) Read(p []byte) (int, error) {
	for len(e.line) == 0 {
		if e.log == nil {
			var err error
			if e.log, err = evtx.NewReader(e.r); err != nil {
				return 0, err
			}
		}
		rec, err := e.log.Next()
		var part *evtx.Problem
		switch {
		case errors.As(err, &part):
			e.damage = append(e.damage, part.Error())
		case err != nil:
			return 0, err
		default:
			e.line = append(append(e.line, rec.JSON...), '\n')
		}
	}
	n := copy(p, e.line)
	if e.line = e.line[n:]; len(e.line) == 0 {
		e.line = nil
	}
	return n, nil
}

// maxLineBuffer is how much of a line is kept while it is read, with its end.
const maxLineBuffer = MaxLine + 2

// readBuffer is the size of the buffers on the way from file to line.
const readBuffer = 1 << 16

// openText opens a plain or compressed file. Reads fail once ctx is cancelled.
func openText(ctx context.Context, path string) (*textReader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &NotLogError{reason(err)}
	}
	return readText(ctx, f, func() { f.Close() }, false)
}

// readText looks at the first bytes of r to see what it is; of a stream it
// needs no more than a line, so as not to wait. done is called when the reader
// is closed or could not be made.
func readText(ctx context.Context, r io.Reader, done func(), stream bool) (*textReader, error) {
	plain, end, err := Decompress(bufio.NewReaderSize(whileValid{ctx, r}, readBuffer))
	if err != nil {
		done()
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return nil, err
	}
	t := &textReader{hash: sha256.New(), close: func() { end(); done() }}
	if head, _ := plain.Peek(len(evtx.Magic)); string(head) == evtx.Magic {
		log := &eventLog{r: plain}
		t.r, t.damage = bufio.NewReaderSize(log, readBuffer), &log.damage
		return t, nil
	}
	decoded := decodeText(plain)
	t.r = bufio.NewReaderSize(&holeReader{r: decoded}, readBuffer)
	if stream {
		return t, nil
	}
	if err := skipHole(decoded); err != nil {
		t.close()
		return nil, err
	}
	head, _ := decoded.Peek(4096)
	head, _, _ = bytes.Cut(head, []byte{'\n'})
	if bytes.IndexByte(head, 0) >= 0 {
		t.close()
		return nil, &NotLogError{"not a text file"}
	}
	return t, nil
}

// whileValid reads until ctx is cancelled.
type whileValid struct {
	ctx context.Context
	r   io.Reader
}

func (w whileValid) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.r.Read(p)
}

// maxWindow bounds the memory a zstd file can demand; 128 MiB is what the zstd
// program uses at its highest levels.
const maxWindow = 128 << 20

// Decompress returns a reader of a stream's content, with gzip and zstd
// unpacked, and a function to call at the end. It goes by the first bytes, not
// by a name.
func Decompress(br *bufio.Reader) (*bufio.Reader, func(), error) {
	head, err := br.Peek(8)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, &NotLogError{reason(err)}
	}
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(br)
		if err != nil {
			return nil, nil, &NotLogError{"damaged gzip: " + err.Error()}
		}
		return bufio.NewReaderSize(z, readBuffer), func() {}, nil
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(br, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, nil, &NotLogError{"damaged zstd: " + err.Error()}
		}
		return bufio.NewReaderSize(z, readBuffer), z.Close, nil
	case bytes.HasPrefix(head, []byte{0xd4, 0xc3, 0xb2, 0xa1}), bytes.HasPrefix(head, []byte{0x0a, 0x0d, 0x0d, 0x0a}):
		return nil, nil, &NotLogError{"packet captures cannot be imported yet"}
	}
	return br, func() {}, nil
}

// decodeText removes a byte order mark and turns UTF-16, which Windows tools
// write, into UTF-8.
func decodeText(br *bufio.Reader) *bufio.Reader {
	mark, _ := br.Peek(3)
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(mark, []byte{0xef, 0xbb, 0xbf}):
		br.Discard(3)
		return br
	case bytes.HasPrefix(mark, []byte{0xff, 0xfe}):
		order = binary.LittleEndian
	case bytes.HasPrefix(mark, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	default:
		return br
	}
	br.Discard(2)
	return bufio.NewReaderSize(&utf16Reader{r: br, order: order}, readBuffer)
}

// utf16Reader turns UTF-16 into UTF-8; anything that is not a character, such
// as half a surrogate pair or half a code unit, becomes U+FFFD.
type utf16Reader struct {
	r     *bufio.Reader
	order binary.ByteOrder
	high  rune   // the first half of a surrogate pair; 0 for none
	out   []byte // decoded and not yet read
	store [4096]byte
	err   error // the error that ended the input
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	if len(u.out) == 0 && u.err == nil {
		u.decode()
	}
	if len(u.out) == 0 {
		return 0, u.err
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

// decode fills out with at least one character, and with more as long as that
// needs no waiting.
func (u *utf16Reader) decode() {
	out := u.store[:0]
	for len(out) == 0 || u.r.Buffered() >= 2 && len(out) <= len(u.store)-2*utf8.UTFMax {
		var unit [2]byte
		if _, err := io.ReadFull(u.r, unit[:]); err != nil {
			if u.high != 0 || errors.Is(err, io.ErrUnexpectedEOF) {
				out, err = utf8.AppendRune(out, utf8.RuneError), io.EOF
			}
			u.err = err
			break
		}
		r := rune(u.order.Uint16(unit[:]))
		if u.high != 0 {
			pair := utf16.DecodeRune(u.high, r)
			u.high = 0
			out = utf8.AppendRune(out, pair)
			if pair != utf8.RuneError {
				continue
			}
		}
		switch {
		case 0xd800 <= r && r < 0xdc00:
			u.high = r
		default:
			out = utf8.AppendRune(out, r) // U+FFFD for a lone second half
		}
	}
	u.out = out
}

// peek returns the next n bytes without reading them, or as many as a buffer
// holds.
func (t *textReader) peek(n int64) string {
	head, _ := t.r.Peek(int(min(n, readBuffer)))
	return string(head)
}

// skip reads n bytes, or fewer if there are no more. If it stops in the middle
// of a line, next returns that line from its beginning.
func (t *textReader) skip(n int64) {
	for n > 0 {
		part, err := t.r.Peek(int(min(n, readBuffer)))
		t.hash.Write(part)
		t.count += bytes.Count(part, []byte{'\n'})
		if end := bytes.LastIndexByte(part, '\n'); end >= 0 {
			t.begun = append(t.begun[:0], part[end+1:]...)
		} else {
			t.begun = append(t.begun, part[:min(len(part), maxLineBuffer-len(t.begun))]...)
		}
		t.bytes += int64(len(part))
		n -= int64(len(part))
		t.r.Discard(len(part))
		if err != nil {
			return
		}
	}
}

// lines returns how many lines were skipped, the last one possibly incomplete.
func (t *textReader) lines() int {
	if len(t.begun) > 0 {
		return t.count + 1
	}
	return t.count
}

// next returns the next line without its line end; one longer than MaxLine is
// cut off and truncated is true. What precedes an error is a line, too. The bare
// end of a line that skip has begun is "".
func (t *textReader) next() (line string, truncated bool, err error) {
	begun := len(t.begun)
	t.buf = append(t.buf[:0], t.begun...)
	t.begun = t.begun[:0]
	for {
		part, err := t.r.ReadSlice('\n')
		t.hash.Write(part)
		t.bytes += int64(len(part))
		if room := maxLineBuffer - len(t.buf); len(part) > room {
			t.buf, truncated = append(t.buf, part[:room]...), true
		} else {
			t.buf = append(t.buf, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && len(t.buf) == begun:
			return "", false, err
		}
		t.count++
		out := bytes.TrimRight(t.buf, "\r\n")
		if begun > 0 && len(out) <= begun {
			return "", false, nil
		}
		if len(out) > MaxLine {
			out, truncated = out[:MaxLine], true
		}
		return string(out), truncated, nil
	}
}

// sum returns the SHA-256 of what was read or skipped.
func (t *textReader) sum() string { return hex.EncodeToString(t.hash.Sum(nil)) }

// position says how far was read, as ParsePosition reads it. Every line has
// one, so it is built in reused memory.
func (t *textReader) position() string {
	b := append(strconv.AppendInt(t.place[:0], int64(t.count), 10), ' ')
	b = append(strconv.AppendInt(b, t.bytes, 10), ' ')
	t.digest = t.hash.Sum(t.digest[:0])
	b = hex.AppendEncode(b, t.digest)
	t.place = b
	return string(b)
}

// OpenPipe reads a named pipe. Opening and reading wait for a writer and may
// not be interruptible; when ctx is cancelled or the reader closed they are
// abandoned, at the latest until the program ends.
func OpenPipe(ctx context.Context, path string) io.ReadCloser {
	r, w := io.Pipe()
	stop := context.AfterFunc(ctx, func() { w.CloseWithError(ctx.Err()) })
	go func() {
		defer stop()
		f, err := os.Open(path)
		if err == nil {
			defer f.Close()
			_, err = io.Copy(w, f)
		}
		w.CloseWithError(err)
	}()
	return r
}
