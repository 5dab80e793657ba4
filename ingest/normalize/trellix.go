package normalize

import "strings"

// trellix is the events of Trellix (McAfee) ePO's cloud service
// (https://developer.manage.trellix.com/mvision/apis/events).
var trellix = []jsonProduct{{
	name: "trellix_epo", has: []string{"attributes.agentguid", "attributes.threateventid"}, vendor: "Trellix", product: "ePO", module: "trellix_epo_cloud", dataset: "trellix_epo_cloud.event", finish: trellixEvent,
}}

// trellixKeys are bound by trellixEvent, which knows the word None.
var trellixKeys = lazyBindings(`
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

func trellixEvent(k *keyed) {
	ev := k.ev
	for name, b := range trellixKeys() {
		if v := k.get(name); v != "" && v != "_" && !strings.EqualFold(v, "none") {
			k.put(v, b)
		}
	}
	outcome := ""
	switch k.get("attributes.threathandled") {
	case "true":
		outcome = success
	case "false":
		outcome = failure
	}
	action := "threat-detected"
	taken := lower(k.get("attributes.threatactiontaken"))
	for _, word := range [...]string{"block", "den", "del", "clean", "quarantin"} {
		if strings.Contains(taken, word) {
			action = "threat-blocked"
		}
	}
	switch category, _, _ := strings.Cut(k.get("attributes.threatcategory"), "."); category {
	case "ops", "mgmt", "config":
		classify(ev, catHost, typeInfo, k.get("attributes.threatcategory"), outcome)
	case "av":
		k.alert("malware", typeInfo, strings.Replace(action, "threat", "malware", 1), outcome)
	default:
		k.alert("intrusion_detection", typeInfo, action, outcome)
	}
}
