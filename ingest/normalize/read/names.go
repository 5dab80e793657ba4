package read

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"
)

// maxNames bounds the names kept: senders can make up any number.
const maxNames = 2048

// fieldNames keeps the names that senders' keys become, so that each message
// need not make them anew.
var fieldNames nameCache

// NameShape is how a sender's key is written as a name.
type NameShape uint8

const (
	NameAsIs       NameShape = iota // as the sender writes it
	NameLower                       // in small letters
	NameUnderlined                  // in small letters, with underscores for blanks
	NamePlain                       // in small letters and digits, with underscores for all else
)

type nameKey struct {
	prefix, key string
	shape       NameShape
}

// nameCache is a table that is read without a lock and copied when a name is
// new, which ends at maxNames.
type nameCache struct {
	table atomic.Pointer[map[nameKey]string]
	mu    sync.Mutex // held by who copies
}

// get returns prefix and key as one name.
func (c *nameCache) get(prefix, key string, shape NameShape) string {
	k := nameKey{prefix, key, shape}
	if t := c.table.Load(); t != nil {
		if name, ok := (*t)[k]; ok {
			return name
		}
	}
	shaped := key
	switch shape {
	case NameLower:
		shaped = Lower(key)
	case NameUnderlined:
		shaped = underlined(key)
	case NamePlain:
		shaped = plainWord(key)
	}
	name := prefix + shaped
	if t := c.table.Load(); len(key) > 64 || t != nil && len(*t) >= maxNames {
		return name
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	old := c.table.Load()
	if old == nil {
		old = &map[nameKey]string{}
	}
	if len(*old) < maxNames {
		grown := maps.Clone(*old)
		grown[nameKey{prefix, strings.Clone(key), shape}] = strings.Clone(name)
		c.table.Store(&grown)
	}
	return name
}

// underlined writes a key in small letters of ASCII, with underscores for
// blanks.
func underlined(key string) string {
	b := make([]byte, len(key))
	for i := range len(key) {
		switch c := key[i]; {
		case 'A' <= c && c <= 'Z':
			b[i] = c | 0x20
		case IsBlank(c):
			b[i] = '_'
		default:
			b[i] = c
		}
	}
	return string(b)
}

// FieldName returns prefix and a sender's key as one name of a field, in the
// given shape. It keeps the names it makes, so that the usual ones cost nothing.
func FieldName(prefix, key string, shape NameShape) string { return fieldNames.get(prefix, key, shape) }
