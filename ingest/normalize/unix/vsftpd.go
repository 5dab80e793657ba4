package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Vsftpd reads the log of vsftpd, through syslog and from its own file:
//
//	Sun Mar  1 10:00:00 2026 [pid 3] [anna] OK LOGIN: Client "203.0.113.7"
var Vsftpd = read.Parser{
	Name:      "vsftpd",
	Apps:      []string{"vsftpd"},
	First:     "^{",
	Recognize: func(msg string) bool { return vsftpdHead(msg) != "" },
	Parse: func(m *read.Message, ev *event.Event) bool {
		if strings.HasPrefix(m.Text, "pam_") {
			return false
		}
		k := read.Keyed{Event: ev, Location: m.Location}
		text := m.Text
		if rest := vsftpdHead(text); rest != "" {
			read.SetTime(ev, strings.TrimSpace(text[:strings.Index(text, "[pid ")]), m.Location)
			text = rest
		}
		read.From(ev, "vsftpd", "vsftpd.log")
		fileMessage(&k, vsftpdTemplates, text)
		return true
	},
}

// vsftpdHead returns what follows "[pid 3] " in vsftpd's own log, which begins
// with a time: "Sun Mar  1 10:00:00 2026 [pid 3] [anna] OK LOGIN: ...".
func vsftpdHead(msg string) string {
	i := strings.Index(msg[:min(len(msg), 48)], "[pid ")
	if i < 0 {
		return ""
	}
	_, rest, ok := strings.Cut(msg[i:], "] ")
	if !ok || !strings.Contains(rest, ": Client \"") && !strings.HasPrefix(rest, "CONNECT: ") {
		return ""
	}
	return rest
}

var vsftpdTemplates = read.NewTemplates(`
* authentication start logon-success success | [{user.name}] OK LOGIN: Client "{source.ip:anyip}"[[{}]]
* authentication start logon-failed failure | [{user.name}] FAIL LOGIN: Client "{source.ip:anyip}"
* network connection+start connection-started - | CONNECT: Client "{source.ip:anyip}"[[{}]]
* file creation file-uploaded success | [{user.name}] OK UPLOAD: Client "{source.ip:anyip}", "{file.path}", {file.size} bytes{}
* file creation file-uploaded failure | [{user.name}] FAIL UPLOAD: Client "{source.ip:anyip}", "{file.path}"{}
* file access file-downloaded success | [{user.name}] OK DOWNLOAD: Client "{source.ip:anyip}", "{file.path}", {file.size} bytes{}
* file access file-downloaded failure | [{user.name}] FAIL DOWNLOAD: Client "{source.ip:anyip}", "{file.path}"{}
* file deletion file-deleted success | [{user.name}] OK DELETE: Client "{source.ip:anyip}", "{file.path}"
* file creation directory-created success | [{user.name}] OK MKDIR: Client "{source.ip:anyip}", "{file.path}"
`)
