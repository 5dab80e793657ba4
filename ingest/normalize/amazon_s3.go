package normalize

import (
	"strings"
	"time"

	"porchlight/ingest/event"
)

// s3Access reads a line of Amazon S3's access log
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html).
func (k *keyed) s3Access(head, stamp, rest string) bool {
	var f [24]string
	n := 0
	for rest != "" && n < len(f) {
		rest = strings.TrimLeft(rest, " ")
		if text, after, ok := cutQuoted(rest); ok {
			f[n], rest = text, after
		} else {
			f[n], rest = cutWord(rest)
		}
		n++
	}
	if n < 10 || !strings.Contains(f[3], ".") {
		return false
	}
	ev := k.ev
	setTime(ev, stamp, time.UTC)
	_, bucket := cutWord(strings.TrimSpace(head))
	setNamed(ev, "aws.s3.bucket", bucket)
	for i, b := range s3Columns {
		if i < n && b != nil {
			k.bind(b, f[i])
		}
	}
	if f[5] != "-" {
		requestLine(ev, f[5])
	}
	if host := strings.Split(f[19], "."); len(host) > 3 && strings.HasPrefix(host[len(host)-3], "amazonaws") || len(host) > 3 && host[len(host)-2] == "amazonaws" {
		for _, part := range host {
			if strings.Count(part, "-") >= 2 && isNumber(part[len(part)-1:]) {
				setNamed(ev, "cloud.region", part)
			}
		}
	}
	setNamed(ev, "cloud.provider", "aws")
	from(ev, "aws", "aws.s3access")
	k.webAccess()
	ev.Set(event.EventAction, f[3])
	return true
}

var s3Columns = newColumns(`
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
