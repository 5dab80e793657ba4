package ingest

import (
	"slices"

	"porchlight/ingest/enrich"
	"porchlight/ingest/normalize/read"
)

// WithPacks returns a parser that tries packs on what no format understands.
func (p Parser) WithPacks(packs read.Packs) Parser {
	p.ctx.Packs = slices.Clip(packs)
	return p
}

// SetPacks replaces the packs, from the next batch on.
func (p *Pipeline) SetPacks(packs read.Packs) { p.packs.Store(&packs) }

// Parser returns the parser currently in use.
func (p *Pipeline) Parser() Parser {
	parser := p.parser
	if packs := p.packs.Load(); packs != nil {
		parser = parser.WithPacks(*packs)
	}
	if e := p.enricher.Load(); e != nil {
		parser = parser.With(e)
	}
	return parser
}

// SetEnricher replaces the enricher, from the next batch on.
func (p *Pipeline) SetEnricher(e *enrich.Enricher) { p.enricher.Store(e) }
