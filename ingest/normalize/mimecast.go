package normalize

import "porchlight/ingest/event"

// mimecast is Mimecast's SIEM logs as JSON
// (https://integrations.mimecast.com/documentation/tutorials/understanding-siem-logs/).
var mimecast = []jsonProduct{{
	name: "mimecast", has: []string{"aCode", "acc", "datetime"}, vendor: "Mimecast", product: "Email Security", kind: "email-gateway", module: "mimecast", dataset: "mimecast.siem", table: `
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
`, finish: func(k *keyed) {
		outcome := ""
		switch lower(k.action) {
		case "acc", "accepted":
			outcome = success
		case "rej", "rejected", "hld", "blk", "blocked":
			outcome = failure
		}
		if k.get("Virus") != "" {
			k.ev.Set(event.EventKind, "alert")
			classify(k.ev, "email"+event.Separator+"malware", typeInfo, "malware-detected", outcome)
			return
		}
		classify(k.ev, "email", typeInfo, "message-handled", outcome)
	},
}}
