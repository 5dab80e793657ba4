package assets

import "embed"

// Products holds the table of products, products/*.yaml, and Guides the guides
// to setting devices up, guides/*.md. Package ingest/product reads both.
var (
	//go:embed products/*.yaml
	Products embed.FS
	//go:embed guides/*.md
	Guides embed.FS
)
