package app

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"porchlight/ingest/enrich"
	"porchlight/ingest/pack"
)

// The folders of a data folder into which the admin puts files: parsers
// (parsers.go) and databases of addresses. What is put there, replaced or
// taken away is noticed within folderPause.
const folderPause = 10 * time.Second

// GeoDir is the folder of databases in MaxMind's format (*.mmdb).
func GeoDir(data string) string { return filepath.Join(data, "geoip") }

// watchFolders loads what has changed.
func (a *App) watchFolders() {
	a.parserMu.Lock()
	changed := packStamp(ParserDir(a.cfg.Dir)) != a.parserStamp
	a.parserMu.Unlock()
	if changed {
		a.loadParsers()
	}
	if a.enricher == nil || !a.enricher.Is(enrich.Stamp(GeoDir(a.cfg.Dir))) {
		a.loadDatabases()
	}
}

// loadDatabases opens the databases of addresses. One that cannot be used is
// skipped and logged.
func (a *App) loadDatabases() {
	e, errs := enrich.Open(GeoDir(a.cfg.Dir))
	for _, err := range errs {
		a.log.Error("addresses are looked up without a database", "error", err)
	}
	if files := e.Files(); len(files) > 0 {
		a.log.Info("addresses are looked up", "databases", strings.Join(files, "; "))
	}
	a.enricher = e
	a.pipeline.SetEnricher(e)
}

// packStamp identifies the parsers a folder holds and when they were written.
func packStamp(dir string) string {
	var b strings.Builder
	paths, _ := filepath.Glob(filepath.Join(dir, "*"+pack.Suffix))
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			fmt.Fprintf(&b, "%s %d %d\n", path, info.Size(), info.ModTime().UnixNano())
		}
	}
	return b.String()
}
