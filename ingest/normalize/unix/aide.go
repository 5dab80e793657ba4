package unix

import "porchlight/ingest/normalize/read"

// AIDE reads AIDE, which watches over the files of a computer.
var AIDE = read.Daemon("aide", []string{"aide"}, `
* file change file-changed - | File: {file.path} changed
* file change file-changed - | changed: {file.path}
* file creation file-created - | added: {file.path}
* file deletion file-deleted - | removed: {file.path}
* host info integrity-checked success | [[{}]]found NO differences[[{}]]
* intrusion_detection info integrity-violated failure | [[{}]]found differences[[{}]]
`)
