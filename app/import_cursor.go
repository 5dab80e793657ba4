package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"porchlight/app/store"
	"porchlight/ingest/file"
)

// maxImportCursors bounds the cursors that share a first line; the oldest go
// first. Many do: every file of a web server begins with the same header.
const maxImportCursors = 2_048

// importCursors are the cursors of all files with one first line, and so of
// one file under all its names: rotated, compressed, copied. Each holds the
// hash of the beginning it stands for. They are in the order of importing,
// and a file that has grown adds one, so that a copy from before is known.
type importCursors struct {
	store  *store.Store
	key    string
	all    []file.Cursor
	own    bool     // the last one is that of the file being imported
	killed []string // keys of stored positions that are among all, and not saved with them yet
}

// importCursors reads the cursors of the files that begin with a line: those
// of imports that came to an end, and the positions stored by those that were
// killed.
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
	return c, c.adopt(ctx)
}

// adopt makes cursors of the positions that killed imports have left, under
// whatever name their files had.
func (c *importCursors) adopt(ctx context.Context) error {
	killed, err := c.store.Positions(ctx, c.positionKey(""))
	if err != nil || len(killed) == 0 {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(killed)) {
		path, position := strings.TrimPrefix(key, c.positionKey("")), killed[key]
		c.killed = append(c.killed, key)
		if cursor, ok := file.ParsePosition(path, position); ok && !slices.Contains(c.all, cursor) {
			c.all = append(c.all, cursor)
		}
	}
	if err := c.save(ctx); err != nil {
		return err
	}
	for key := range killed {
		c.store.ForgetPosition(key)
	}
	return nil
}

// positionKey is the key of the positions of a file while it is imported.
func (c *importCursors) positionKey(path string) string { return c.key + ":" + path }

// set moves the file's own cursor.
func (c *importCursors) set(ctx context.Context, now file.Cursor) error {
	if c.own {
		c.all[len(c.all)-1] = now
	} else {
		c.all, c.own = append(c.all, now), true
	}
	return c.save(ctx)
}

// seen notes where the file of a cursor is now.
func (c *importCursors) seen(ctx context.Context, known file.Cursor, path string) error {
	i := slices.Index(c.all, known)
	if i < 0 || known.Path == path {
		return nil
	}
	c.all[i].Path = path
	return c.save(ctx)
}

func (c *importCursors) save(ctx context.Context) error {
	c.all = c.all[max(0, len(c.all)-maxImportCursors):]
	text, err := json.Marshal(c.all)
	if err != nil {
		return err
	}
	if err := c.store.SetCursor(ctx, c.key, string(text)); err != nil {
		return err
	}
	for _, key := range c.killed {
		c.store.ForgetPosition(key)
	}
	c.killed = nil
	return nil
}
