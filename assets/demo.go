package assets

import "embed"

// Demo holds demo/office.txt, the script that `porchlight demo` plays: an
// afternoon in an office, then an attack.
//
//go:embed demo/*.txt
var Demo embed.FS
