package endpoint

import (
	"strings"

	"porchlight/ingest/normalize/read"
)

// trellix is the events of Trellix (McAfee) ePO's cloud service
// (https://developer.manage.trellix.com/mvision/apis/events).
var trellix = []read.JSONProduct{{
	Name: "trellix_epo", Has: []string{"attributes.agentguid", "attributes.threateventid"}, Vendor: "Trellix", Product: "ePO", Module: "trellix_epo_cloud", Dataset: "trellix_epo_cloud.event", Finish: trellixEvent,
}}

// trellixKeys are bound by trellixEvent, which handles the word None.
var trellixKeys = read.LazyBindings(`
attributes.timestamp  @time1
attributes.detectedutc  @time2
attributes.receivedutc  event.created
id  event.id
attributes.threateventid  event.code
attributes.agentguid  host.id
attributes.analyzerhostname  host.name:host
attributes.analyzeripv4  host.ip
attributes.analyzermac  host.mac
attributes.analyzername  event.provider
attributes.analyzerversion  observer.version
attributes.sourcehostname  source.domain
attributes.sourceipv4  source.ip
attributes.sourcemac  source.mac
attributes.sourceusername  source.user.name
attributes.sourceprocessname  process.executable
attributes.sourceprocesshash  process.hash.md5:lower
attributes.sourceurl  url.original
attributes.targethostname  destination.domain
attributes.targetipv4  destination.ip
attributes.targetmac  destination.mac
attributes.targetport  destination.port
attributes.targetprotocol  network.transport
attributes.targetusername  user.name
attributes.targetfilename  file.path
attributes.targethash  file.hash.md5:lower
attributes.threatseverity  event.severity
attributes.threatname  rule.name
attributes.threatcategory  rule.category
`)

func trellixEvent(k *read.Keyed) {
	ev := k.Event
	for name, b := range trellixKeys() {
		if v := k.Get(name); v != "" && v != "_" && !strings.EqualFold(v, "none") {
			k.Put(v, b)
		}
	}
	outcome := ""
	switch k.Get("attributes.threathandled") {
	case "true":
		outcome = read.Success
	case "false":
		outcome = read.Failure
	}
	action := "threat-detected"
	taken := read.Lower(k.Get("attributes.threatactiontaken"))
	for _, word := range [...]string{"block", "den", "del", "clean", "quarantin"} {
		if strings.Contains(taken, word) {
			action = "threat-blocked"
		}
	}
	switch category, _, _ := strings.Cut(k.Get("attributes.threatcategory"), "."); category {
	case "ops", "mgmt", "config":
		read.Classify(ev, read.CategoryHost, read.TypeInfo, k.Get("attributes.threatcategory"), outcome)
	case "av":
		k.Alert("malware", read.TypeInfo, strings.Replace(action, "threat", "malware", 1), outcome)
	default:
		k.Alert("intrusion_detection", read.TypeInfo, action, outcome)
	}
}
