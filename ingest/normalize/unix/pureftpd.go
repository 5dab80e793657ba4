package unix

import "porchlight/ingest/normalize/read"

// PureFTPd reads Pure-FTPd's log:
//
//	(?@203.0.113.7) [WARNING] Authentication failed for user [anna]
var PureFTPd = fileService("pure-ftpd", pureFTPdTemplates)

var pureFTPdTemplates = read.NewTemplates(`
* authentication start logon-success success | (?@{source.ip}) [INFO] {user.name} is now logged in
* authentication start logon-failed failure | (?@{source.ip}) [WARNING] Authentication failed for user [{user.name}]
* network connection+start connection-started - | (?@{source.ip}) [INFO] New connection from {}
* authentication end logoff success | ({user.name}@{source.ip}) [INFO] Logout.
* file creation file-uploaded success | ({user.name}@{source.ip}) [NOTICE] {file.path} uploaded {}
* file access file-downloaded success | ({user.name}@{source.ip}) [NOTICE] {file.path} downloaded {}
`)
