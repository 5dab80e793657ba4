package file

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Cursor is how far a file has been read.
type Cursor struct {
	Path   string `json:"path"` // where the file was read last
	Lines  int    `json:"lines"`
	Bytes  int64  `json:"bytes"`  // of the decoded content, line ends included
	SHA256 string `json:"sha256"` // of those bytes
}

// ParsePosition returns the cursor for the position of a message from path
// (Reader.Next).
func ParsePosition(path, position string) (c Cursor, ok bool) {
	parts := strings.Split(position, " ")
	if len(parts) != 3 {
		return c, false
	}
	c = Cursor{Path: path, SHA256: parts[2]}
	var err error
	if c.Lines, err = strconv.Atoi(parts[0]); err != nil {
		return c, false
	}
	if c.Bytes, err = strconv.ParseInt(parts[1], 10, 64); err != nil || c.Bytes < 0 {
		return c, false
	}
	_, err = hex.DecodeString(c.SHA256)
	return c, err == nil
}

// FirstLine returns the first line of a file, which is the same for all its
// names: rotated, compressed, copied. The error is io.EOF for an empty file, a
// *NotLogError for one that is not a log.
func FirstLine(ctx context.Context, path string) (string, error) {
	text, err := openText(ctx, path)
	if err != nil {
		return "", err
	}
	defer text.close()
	first, _, err := text.next()
	switch {
	case errors.Is(err, io.EOF), err == nil:
		return first, err
	case ctx.Err() != nil:
		return "", ctx.Err()
	}
	return "", &NotLogError{err.Error()}
}

// Known returns the longest prefix of a file that matches one of the cursors.
// Its SHA256 is empty if the whole file is only the beginning of what a cursor
// covers; it is the zero value if none matches.
func Known(ctx context.Context, path string, cursors []Cursor) (Cursor, error) {
	var best Cursor
	if len(cursors) == 0 {
		return best, nil
	}
	text, err := openText(ctx, path)
	if err != nil {
		return best, err
	}
	defer text.close()
	byLength := slices.SortedFunc(slices.Values(cursors), func(a, b Cursor) int { return cmp.Compare(a.Bytes, b.Bytes) })
	for i, cursor := range byLength {
		text.skip(cursor.Bytes - text.bytes)
		if text.bytes < cursor.Bytes { // the file ends here
			if best.Bytes == text.bytes {
				return best, ctx.Err()
			}
			return olderCopy(ctx, path, text, byLength[i:], best)
		}
		if text.sum() == cursor.SHA256 {
			best = cursor
		}
	}
	return best, ctx.Err()
}

// olderCopy is Known for a file, read to its end as text, that is shorter than
// what the cursors cover. The hash of the longer one does not say what that
// begins with, but the file it was computed from does, as long as it exists.
func olderCopy(ctx context.Context, path string, text *textReader, longer []Cursor, best Cursor) (Cursor, error) {
	begin, err := openText(ctx, path)
	if err != nil {
		return best, err
	}
	defer begin.close()
	head := begin.peek(text.bytes)
	sum := text.sum()
	for _, cursor := range longer {
		if cursor.Path == Absolute(path) {
			continue
		}
		if startsWith(ctx, cursor, head, text.bytes, sum) {
			return Cursor{Lines: text.lines(), Bytes: text.bytes}, ctx.Err()
		}
	}
	return best, ctx.Err()
}

// startsWith reports whether the content a cursor covers is still in its file
// and begins with the n bytes that have this sum and begin with head.
func startsWith(ctx context.Context, cursor Cursor, head string, n int64, sum string) bool {
	text, err := openText(ctx, cursor.Path)
	if err != nil {
		return false // moved or gone
	}
	defer text.close()
	if text.peek(n) != head { // avoids reading the many that only share a header
		return false
	}
	if text.skip(n); text.sum() != sum {
		return false
	}
	text.skip(cursor.Bytes - n)
	return text.sum() == cursor.SHA256
}

// Absolute returns the absolute path, or the path unchanged if there is no
// working directory.
func Absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
