package server

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// minIO is the audit log of MinIO
// (https://min.io/docs/minio/linux/operations/monitoring/minio-logging.html).
var minIO = []read.JSONProduct{{
	Name: "minio", Has: []string{"deploymentid", "api.name", "requestID"}, Vendor: "MinIO", Product: "MinIO", Module: "minio", Dataset: "minio.audit", Table: `
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
`, Finish: func(k *read.Keyed) {
		outcome := read.Success
		if status := k.Event.Get(event.HTTPResponseStatusCode); strings.HasPrefix(status, "4") || strings.HasPrefix(status, "5") {
			outcome = read.Failure
		}
		k.URLHost(k.Get("requestHost"))
		name, bucket, object := k.Get("api.name"), k.Get("api.bucket"), k.Get("api.object")
		if object == "" {
			k.CloudAction(name, outcome)
			return
		}
		read.SetNamed(k.Event, "file.path", bucket+"/"+object)
		typ := "access"
		switch {
		case strings.HasSuffix(name, "Tagging"), strings.HasSuffix(name, "Acl"), strings.HasSuffix(name, "ACL"), strings.HasSuffix(name, "Retention"), strings.HasSuffix(name, "LegalHold"), strings.Contains(name, "Restore"):
			typ = read.TypeChange
		case strings.HasPrefix(name, "Put"), strings.HasPrefix(name, "Copy"), strings.HasPrefix(name, "Post"), strings.HasPrefix(name, "CompleteMultipart"):
			typ = "creation"
		case strings.HasPrefix(name, "Delete"), strings.HasPrefix(name, "Remove"):
			typ = "deletion"
		}
		read.Classify(k.Event, read.CategoryFile, typ, name, outcome)
	},
}}
