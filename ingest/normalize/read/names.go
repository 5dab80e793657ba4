package read

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"
)

// maxNames bounds the cached names: senders can make up any number.
const maxNames = 2048

// fieldNames caches the names that senders' keys become, so that they need not
// be rebuilt for each message.
var fieldNames nameCache

// NameShape is how a sender's key is written as a name.
type NameShape uint8

const (
	NameAsIs       NameShape = iota // as the sender writes it
	NameLower                       // in lower case
	NameUnderlined                  // in lower case, with underscores for spaces
	NamePlain                       // in lower-case letters and digits, with underscores for all else
)

type nameKey struct {
	prefix, key string
	shape       NameShape
}

// nameCache is a table that is read without a lock and copied for each new
// name, up to maxNames.
type nameCache struct {
	table atomic.Pointer[map[nameKey]string]
	mu    sync.Mutex // held while copying
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

// underlined writes a key in lower-case ASCII, with underscores for spaces.
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

// FieldName returns prefix and a sender's key as one field name, in the given
// shape. It caches the names it makes, so that common ones cost nothing.
func FieldName(prefix, key string, shape NameShape) string { return fieldNames.get(prefix, key, shape) }
