package mail

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// mimecast is Mimecast's SIEM logs as JSON
// (https://integrations.mimecast.com/documentation/tutorials/understanding-siem-logs/).
var mimecast = []read.JSONProduct{{
	Name: "mimecast", Has: []string{"aCode", "acc", "datetime"}, Vendor: "Mimecast", Product: "Email Security", Type: "email-gateway", Module: "mimecast", Dataset: "mimecast.siem", Table: `
datetime  @time1
aCode  event.id
IP,SourceIP  source.ip
Sender  email.sender.address
headerFrom,HdrFrom  email.from.address
Rcpt,Recipient  email.to.address
Subject  email.subject
MsgId  email.message_id
MsgSize  email.size
Dir,Route  email.direction:lower
Act  @action
RejInfo,Error  event.reason
Virus  threat.name
md5  file.hash.md5
sha1  file.hash.sha1
sha256  file.hash.sha256
fileName,AttNames  file.name
`, Finish: func(k *read.Keyed) {
		outcome := ""
		switch read.Lower(k.Action) {
		case "acc", "accepted":
			outcome = read.Success
		case "rej", "rejected", "hld", "blk", "blocked":
			outcome = read.Failure
		}
		if k.Get("Virus") != "" {
			k.Event.Set(event.EventKind, "alert")
			read.Classify(k.Event, "email"+event.Separator+"malware", read.TypeInfo, "malware-detected", outcome)
			return
		}
		read.Classify(k.Event, "email", read.TypeInfo, "message-handled", outcome)
	},
}}
