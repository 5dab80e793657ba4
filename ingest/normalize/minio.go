package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// minIO is the audit log of MinIO
// (https://min.io/docs/minio/linux/operations/monitoring/minio-logging.html).
var minIO = []jsonProduct{{
	name: "minio", has: []string{"deploymentid", "api.name", "requestID"}, vendor: "MinIO", product: "MinIO", module: "minio", dataset: "minio.audit", table: `
time  @time1
requestID  event.id
remotehost  source.ip:anyip
userAgent  user_agent.original
accessKey  user.name
requestPath  url.original
api.statusCode  http.response.status_code
api.rx  source.bytes
api.tx  destination.bytes
api.timeToResponseInNS  event.duration:ns
error  event.reason
`, finish: func(k *keyed) {
		outcome := success
		if status := k.ev.Get(event.HTTPResponseStatusCode); strings.HasPrefix(status, "4") || strings.HasPrefix(status, "5") {
			outcome = failure
		}
		k.urlHost(k.get("requestHost"))
		name, bucket, object := k.get("api.name"), k.get("api.bucket"), k.get("api.object")
		if object == "" {
			k.cloudAction(name, outcome)
			return
		}
		setNamed(k.ev, "file.path", bucket+"/"+object)
		typ := "access"
		switch {
		case strings.HasSuffix(name, "Tagging"), strings.HasSuffix(name, "Acl"), strings.HasSuffix(name, "ACL"), strings.HasSuffix(name, "Retention"), strings.HasSuffix(name, "LegalHold"), strings.Contains(name, "Restore"):
			typ = typeChange
		case strings.HasPrefix(name, "Put"), strings.HasPrefix(name, "Copy"), strings.HasPrefix(name, "Post"), strings.HasPrefix(name, "CompleteMultipart"):
			typ = "creation"
		case strings.HasPrefix(name, "Delete"), strings.HasPrefix(name, "Remove"):
			typ = "deletion"
		}
		classify(k.ev, catFile, typ, name, outcome)
	},
}}
