package app

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"porchlight/app/store"
)

// importCursor is how far a file has been imported.
type importCursor struct {
	Path   string `json:"path"` // where the file was read last
	Lines  int    `json:"lines"`
	Bytes  int64  `json:"bytes"`  // of the decoded content, line ends included
	SHA256 string `json:"sha256"` // of these bytes
}

// maxImportCursors bounds the cursors that share a first line; the oldest go
// first. Many do: every file of a web server begins with the same header.
const maxImportCursors = 2_048

// importCursors are the cursors of all files with one first line, and so of
// one file under all its names: rotated, compressed, copied. Each holds the
// hash of the beginning it stands for. They are in the order of importing,
// and a file that has grown adds one, so that a copy from before is known.
type importCursors struct {
	store *store.Store
	key   string
	all   []importCursor
	own   bool // the last one is that of the file being imported
}

// importCursors reads the cursors of the files that begin with a line.
func (a *App) importCursors(ctx context.Context, firstLine string) (*importCursors, error) {
	id := sha256.Sum256([]byte(firstLine))
	c := &importCursors{store: a.store, key: "import:" + hex.EncodeToString(id[:16])}
	text, ok, err := a.store.Cursor(ctx, c.key)
	if err != nil {
		return nil, err
	}
	if ok && json.Unmarshal([]byte(text), &c.all) != nil {
		c.all = nil // unreadable: as if never imported
	}
	return c, nil
}

// set moves the file's own cursor.
func (c *importCursors) set(ctx context.Context, now importCursor) error {
	if c.own {
		c.all[len(c.all)-1] = now
	} else {
		c.all, c.own = append(c.all, now), true
	}
	c.all = c.all[max(0, len(c.all)-maxImportCursors):]
	return c.save(ctx)
}

// seen notes where the file of a cursor is now.
func (c *importCursors) seen(ctx context.Context, known importCursor, path string) error {
	i := slices.Index(c.all, known)
	if i < 0 || known.Path == path {
		return nil
	}
	c.all[i].Path = path
	return c.save(ctx)
}

func (c *importCursors) save(ctx context.Context) error {
	text, err := json.Marshal(c.all)
	if err != nil {
		return err
	}
	return c.store.SetCursor(ctx, c.key, string(text))
}

// known returns the longest beginning of the file that was imported before,
// with an empty SHA256 where that is the whole file and only the beginning of
// what a cursor stands for; the zero value if there is none.
func (c *importCursors) known(ctx context.Context, path string) (importCursor, error) {
	var best importCursor
	if len(c.all) == 0 {
		return best, nil
	}
	text, err := openText(ctx, path)
	if err != nil {
		return best, err
	}
	defer text.close()
	byLength := slices.SortedFunc(slices.Values(c.all), func(a, b importCursor) int { return cmp.Compare(a.Bytes, b.Bytes) })
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

// olderCopy is known for a file, read to its end as text, that is shorter
// than what the cursors stand for. A hash of the longer does not tell what it
// begins with, but the file it was taken of does, as long as it is there.
func olderCopy(ctx context.Context, path string, text *textReader, longer []importCursor, best importCursor) (importCursor, error) {
	begin, err := openText(ctx, path)
	if err != nil {
		return best, err
	}
	defer begin.close()
	head := begin.peek(text.bytes)
	sum := text.sum()
	for _, cursor := range longer {
		if cursor.Path == absolute(path) {
			continue
		}
		if startsWith(ctx, cursor, head, text.bytes, sum) {
			return importCursor{Lines: text.lines(), Bytes: text.bytes}, ctx.Err()
		}
	}
	return best, ctx.Err()
}

// startsWith tells whether the content a cursor stands for is still in its
// file and begins with the n bytes that have this sum and begin with head.
func startsWith(ctx context.Context, cursor importCursor, head string, n int64, sum string) bool {
	text, err := openText(ctx, cursor.Path)
	if err != nil {
		return false // moved or gone
	}
	defer text.close()
	if text.peek(n) != head { // spares reading the many that only share a header
		return false
	}
	if text.skip(n); text.sum() != sum {
		return false
	}
	text.skip(cursor.Bytes - n)
	return text.sum() == cursor.SHA256
}
