package app

import (
	"context"
	"path/filepath"
	"strings"

	"porchlight/detect/query"
	"porchlight/ingest/event"
	"porchlight/ingest/pack"
)

// ParserDir is the folder of the admin's own parsers (pack.Suffix) in a
// data folder.
func ParserDir(data string) string { return filepath.Join(data, "parsers") }

// loadParsers reads the admin's own parsers. An invalid one is skipped and
// logged: it is no reason not to collect.
func (a *App) loadParsers() {
	a.parserMu.Lock()
	defer a.parserMu.Unlock()
	a.parserStamp = packStamp(ParserDir(a.cfg.Dir))
	loaded, errs := pack.Load(ParserDir(a.cfg.Dir))
	for _, err := range errs {
		a.log.Error("parser skipped", "error", err)
	}
	a.pipeline.SetPacks(loaded)
}

// maxProposeFrom bounds how many messages a proposal looks at, and how many of
// the newest events are looked through for them.
const (
	maxProposeFrom = 2_000
	maxProposeLook = 20_000
)

// ProposeParser makes a parser from the messages of a source that nothing
// understands. messages are those it was made from; text is "" when there are
// too few of them or they have nothing in common.
func (a *App) ProposeParser(ctx context.Context, address, name string) (text string, messages []string, err error) {
	q := query.Query{Expr: query.Is{Field: query.NewField("log.source.address"), Test: query.Text(address)}}
	looked := 0
	_, err = a.store.Search(ctx, q, func(ev *event.Event) bool {
		looked++
		if !ev.Has(event.EventModule) {
			if m := strings.TrimSpace(ev.Get(event.Message)); m != "" {
				messages = append(messages, strings.Clone(m))
			}
		}
		return len(messages) < maxProposeFrom && looked < maxProposeLook
	})
	if err != nil || len(messages) == 0 {
		return "", nil, err
	}
	text, _ = pack.Propose(name, messages)
	return text, messages, nil
}

// TryParser checks the text of a parser and counts the messages it reads.
func (a *App) TryParser(text string, messages []string) (fits int, err error) {
	p, err := pack.Read(text)
	if err != nil {
		return 0, err
	}
	return pack.Fits(p, messages), nil
}

// SaveParser stores a parser that reads messages from now on. One of the same
// name is replaced.
func (a *App) SaveParser(_ context.Context, text string) error {
	p, err := pack.Save(ParserDir(a.cfg.Dir), text)
	if err != nil {
		return err
	}
	a.loadParsers()
	a.log.Info("parser saved", "name", p.Name, "folder", ParserDir(a.cfg.Dir))
	return nil
}

// Parsers returns the admin's own parsers.
func (a *App) Parsers(context.Context) ([]pack.File, error) {
	return pack.List(ParserDir(a.cfg.Dir))
}

// RemoveParser deletes one of the admin's own parsers; messages from now on are
// read without it.
func (a *App) RemoveParser(_ context.Context, name string) error {
	if err := pack.Remove(ParserDir(a.cfg.Dir), name); err != nil {
		return err
	}
	a.loadParsers()
	a.log.Info("parser removed", "name", name)
	return nil
}
