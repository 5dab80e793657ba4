package app

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"porchlight/ingest/event"
)

// ImportOptions say how files are read.
type ImportOptions struct {
	Vendor   string                     // observer.vendor where the lines do not tell
	Progress func(path string, b int64) // called now and then with the bytes read of a file so far; may be nil
}

// ImportSummary says what an import did.
type ImportSummary struct {
	Files   int      // files read
	Lines   int      // messages taken
	Known   int      // lines that an earlier import had taken already
	Skipped []string // files that cannot be read as logs, with the reason
}

// maxLine bounds a message from a file, as for the network.
const maxLine = 64 << 10

// importInput names the input of imported messages.
const importInput = "import"

// Import reads log files, plain or compressed (.gz, .zst), and folders of
// them, oldest file first, through the same pipeline as the network. Path "-"
// is stdin. What an earlier import has read of a file is not read again, also
// when the file was renamed or compressed since; a file that has grown
// continues where it ended.
func (a *App) Import(ctx context.Context, paths []string, stdin io.Reader, opt ImportOptions) (ImportSummary, error) {
	var sum ImportSummary
	for _, p := range paths {
		if p == "-" {
			sum.Files++
			if err := a.importLines(ctx, "-", "", newLineReader(stdin), opt, &sum); err != nil {
				return sum, err
			}
			continue
		}
		files, err := filesUnder(p)
		if err != nil {
			return sum, err
		}
		for _, f := range files {
			if err := a.importFile(ctx, f, opt, &sum); err != nil {
				return sum, err
			}
		}
	}
	return sum, nil
}

// filesUnder returns path itself or, for a folder, all regular files in it,
// the oldest first: correlations want time to run forwards.
func filesUnder(path string) ([]string, error) {
	type file struct {
		path string
		mod  time.Time
	}
	var files []file
	err := filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if p != path && strings.HasPrefix(d.Name(), ".") {
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		info, err := os.Stat(p) // follows links, as /var/log often has them
		if err != nil || !info.Mode().IsRegular() {
			return nil
		}
		files = append(files, file{p, info.ModTime()})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	slices.SortStableFunc(files, func(a, b file) int { return a.mod.Compare(b.mod) })
	out := make([]string, len(files))
	for i, f := range files {
		out[i] = f.path
	}
	return out, nil
}

func (a *App) importFile(ctx context.Context, path string, opt ImportOptions, sum *ImportSummary) error {
	err := a.importUnread(ctx, path, opt, sum)
	var bad *notLogError
	if errors.As(err, &bad) {
		sum.Skipped = append(sum.Skipped, fmt.Sprintf("%s: %s", path, bad.reason))
		return nil
	}
	return err
}

// importUnread imports the part of the file that no earlier import has taken.
func (a *App) importUnread(ctx context.Context, path string, opt ImportOptions, sum *ImportSummary) error {
	lines, done, err := openLines(path)
	if err != nil {
		return err
	}
	defer func() { done() }()
	first, _, err := lines.next()
	if errors.Is(err, io.EOF) {
		return nil // empty
	}
	if err != nil {
		return &notLogError{err.Error()}
	}
	if strings.IndexByte(first, 0) >= 0 {
		return &notLogError{"not a text file"}
	}
	sum.Files++
	id := sha256.Sum256([]byte(first))
	key := "import:" + hex.EncodeToString(id[:16])
	known, err := a.importCursor(ctx, key)
	if err != nil {
		return err
	}
	again := func() error {
		done()
		lines, done, err = openLines(path)
		if err != nil {
			done = func() {}
		}
		return err
	}
	if err := again(); err != nil {
		return err
	}
	if known.Bytes > 0 {
		if lines.skip(known.Bytes); lines.bytes == known.Bytes && lines.sum() == known.SHA256 {
			lines.count = known.Lines
			sum.Known += known.Lines
		} else if err := again(); err != nil { // the same first line, another file
			return err
		}
	}
	return a.importLines(ctx, path, key, lines, opt, sum)
}

// openLines opens a plain or compressed file.
func openLines(path string) (*lineReader, func(), error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, &notLogError{strings.TrimPrefix(err.Error(), "open "+path+": ")}
	}
	r, done, err := decompress(f)
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return newLineReader(r), func() { done(); f.Close() }, nil
}

// notLogError marks a file that holds no lines of text.
type notLogError struct{ reason string }

func (e *notLogError) Error() string { return e.reason }

// decompress looks at the first bytes, not at the name.
func decompress(r io.Reader) (io.Reader, func(), error) {
	br := bufio.NewReaderSize(r, 1<<16)
	head, err := br.Peek(8)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, &notLogError{err.Error()}
	}
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(br)
		if err != nil {
			return nil, nil, &notLogError{"damaged gzip: " + err.Error()}
		}
		return z, func() {}, nil
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(br, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, nil, &notLogError{"damaged zstd: " + err.Error()}
		}
		return z, z.Close, nil
	case bytes.HasPrefix(head, []byte("ElfFile\x00")):
		return nil, nil, &notLogError{"Windows event files (EVTX) cannot be imported yet; export the events as JSON lines"}
	case bytes.HasPrefix(head, []byte{0xd4, 0xc3, 0xb2, 0xa1}), bytes.HasPrefix(head, []byte{0x0a, 0x0d, 0x0d, 0x0a}):
		return nil, nil, &notLogError{"packet captures cannot be imported yet"}
	}
	return br, func() {}, nil
}

// importCursor is how far a file has been imported. Files are recognized by
// their first line, and their imported part by its hash, so that a rotated or
// compressed file is still the same.
type importCursor struct {
	Lines  int    `json:"lines"`
	Bytes  int64  `json:"bytes"`  // of the decompressed content, line ends included
	SHA256 string `json:"sha256"` // of these bytes
}

// checkpoint is how many lines are read between two savings of the cursor: a
// kill in between makes a repeated import store at most so many twice.
const checkpoint = 16_384

func (a *App) importCursor(ctx context.Context, key string) (importCursor, error) {
	var c importCursor
	text, ok, err := a.store.Cursor(ctx, key)
	if err == nil && ok {
		if json.Unmarshal([]byte(text), &c) != nil {
			return importCursor{}, nil // unreadable: as if never imported
		}
	}
	return c, err
}

// importLines pushes the lines that are left and saves the cursor under key;
// with an empty key (stdin) there is none.
func (a *App) importLines(ctx context.Context, path, key string, lines *lineReader, opt ImportOptions, sum *ImportSummary) error {
	save := func() error {
		if opt.Progress != nil {
			opt.Progress(path, lines.bytes)
		}
		if err := a.pipeline.Flush(ctx); err != nil || key == "" {
			return err
		}
		text, err := json.Marshal(importCursor{lines.count, lines.bytes, lines.sum()})
		if err != nil {
			return err
		}
		return a.store.SetCursor(ctx, key, string(text))
	}
	shown := path
	if abs, err := filepath.Abs(path); err == nil && path != "-" {
		shown = abs
	}
	for pushed := 0; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		line, truncated, err := lines.next()
		if errors.Is(err, io.EOF) {
			return save()
		}
		if err != nil {
			sum.Skipped = append(sum.Skipped, fmt.Sprintf("%s: the rest after line %d: %v", path, lines.count, err))
			return save()
		}
		if line == "" {
			continue
		}
		a.pipeline.Push(event.Raw{Input: importInput, Path: shown, Vendor: opt.Vendor, Received: a.now().UnixNano(), Body: line, Truncated: truncated})
		sum.Lines++
		if pushed++; pushed%checkpoint == 0 {
			if err := save(); err != nil {
				return err
			}
		}
	}
}

// lineReader reads lines of bounded length and keeps count of them.
type lineReader struct {
	r     *bufio.Reader
	hash  hash.Hash
	count int
	bytes int64
	buf   []byte
}

func newLineReader(r io.Reader) *lineReader {
	return &lineReader{r: bufio.NewReaderSize(r, 1<<16), hash: sha256.New()}
}

// skip reads n bytes, or fewer if there are no more.
func (l *lineReader) skip(n int64) {
	got, _ := io.CopyN(l.hash, l.r, n)
	l.bytes += got
}

// next returns the next line without its end; a longer one than maxLine is
// cut and truncated is true.
func (l *lineReader) next() (line string, truncated bool, err error) {
	l.buf = l.buf[:0]
	for {
		part, err := l.r.ReadSlice('\n')
		l.hash.Write(part)
		l.bytes += int64(len(part))
		if room := maxLine + 2 - len(l.buf); len(part) > room {
			l.buf, truncated = append(l.buf, part[:room]...), true
		} else {
			l.buf = append(l.buf, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(l.buf) > 0, err == nil:
			l.count++
			out := bytes.TrimRight(l.buf, "\r\n")
			if len(out) > maxLine {
				out, truncated = out[:maxLine], true
			}
			return string(out), truncated, nil
		default:
			return "", false, err
		}
	}
}

func (l *lineReader) sum() string { return hex.EncodeToString(l.hash.Sum(nil)) }
