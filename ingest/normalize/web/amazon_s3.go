package web

import (
	"strings"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// s3Access reads a line of Amazon S3's access log
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html).
func s3Access(k *read.Keyed, head, stamp, rest string) bool {
	var f [24]string
	n := 0
	for rest != "" && n < len(f) {
		rest = strings.TrimLeft(rest, " ")
		if text, after, ok := read.CutQuoted(rest); ok {
			f[n], rest = text, after
		} else {
			f[n], rest = read.CutWord(rest)
		}
		n++
	}
	if n < 10 || !strings.Contains(f[3], ".") {
		return false
	}
	ev := k.Event
	read.SetTime(ev, stamp, time.UTC)
	_, bucket := read.CutWord(strings.TrimSpace(head))
	read.SetNamed(ev, "aws.s3.bucket", bucket)
	for i, b := range s3Columns {
		if i < n && b != nil {
			k.Bind(b, f[i])
		}
	}
	if f[5] != "-" {
		read.RequestLine(ev, f[5])
	}
	if host := strings.Split(f[19], "."); len(host) > 3 && strings.HasPrefix(host[len(host)-3], "amazonaws") || len(host) > 3 && host[len(host)-2] == "amazonaws" {
		for _, part := range host {
			if strings.Count(part, "-") >= 2 && read.IsNumber(part[len(part)-1:]) {
				read.SetNamed(ev, "cloud.region", part)
			}
		}
	}
	read.SetNamed(ev, "cloud.provider", "aws")
	read.From(ev, "aws", "aws.s3access")
	k.WebAccess()
	ev.Set(event.EventAction, f[3])
	return true
}

var s3Columns = read.NewColumns(`
0  source.ip client.ip
1  client.user.id user.id
2  http.request.id
3  event.action
4  file.name
6  http.response.status_code
7  error.code
8  http.response.body.bytes
9  file.size
10  event.duration:ms
12  http.request.referrer
13  user_agent.original
17  tls.cipher
20  tls.version:tlsversion
`)
