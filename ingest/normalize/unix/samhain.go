package unix

import "porchlight/ingest/normalize/read"

// Samhain reads Samhain, which watches over the files of a computer:
//
//	CRIT   :  [2026-03-01T12:00:00+0100] msg=<POLICY [ReadOnly] C--------->, path=</etc/passwd>, ...
var Samhain = read.Daemon("samhain", []string{"samhain"}, `
* file change file-changed - | [[{}]]msg=<POLICY [{rule.name}] {}>, path=<{file.path}>[[{}]]
* file creation file-created - | [[{}]]msg=<POLICY ADDED>, path=<{file.path}>[[{}]]
* file deletion file-deleted - | [[{}]]msg=<POLICY MISSING>, path=<{file.path}>[[{}]]
* authentication start logon-success success | [[{}]]msg=<Login>{} name=<{user.name}>{} host=<{source.ip}>[[{}]]
`)
