package assets

import "embed"

// Rules holds the built-in detection rules, rules/*/*.yml, and their
// examples, rules/tests/*.txtar.
//
//go:embed all:rules
var Rules embed.FS
