package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// edgeNGFW is the syslog of Arista Edge Threat Management (Untangle NG
// Firewall), whose events name their class.
var edgeNGFW = []jsonProduct{
	{
		name: "arista_ngfw", has: []string{"class", "timeStamp"}, vendor: "Arista", product: "NG Firewall", kind: "firewall", module: "arista", dataset: "arista.ngfw", table: `
timeStamp  @time1
login  user.name
sessionEvent.username,httpRequestEvent.sessionEvent.username,username  user.name
clientAddress,clientAddr,sessionEvent.CClientAddr,httpRequestEvent.sessionEvent.CClientAddr,CClientAddr  source.ip
sessionEvent.CClientPort,httpRequestEvent.sessionEvent.CClientPort,CClientPort  source.port
sessionEvent.SServerAddr,httpRequestEvent.sessionEvent.SServerAddr,SServerAddr  destination.ip destination.nat.ip
sessionEvent.SServerPort,httpRequestEvent.sessionEvent.SServerPort,SServerPort  destination.port destination.nat.port
sessionEvent.SClientAddr,httpRequestEvent.sessionEvent.SClientAddr,SClientAddr  source.nat.ip
sessionEvent.SClientPort,httpRequestEvent.sessionEvent.SClientPort,SClientPort  source.nat.port
sessionEvent.protocol,httpRequestEvent.sessionEvent.protocol,protocol  network.transport
sessionEvent.clientIntf,httpRequestEvent.sessionEvent.clientIntf,clientIntf  observer.ingress.interface.id
sessionEvent.serverIntf,httpRequestEvent.sessionEvent.serverIntf,serverIntf  observer.egress.interface.id
sessionEvent.hostname,httpRequestEvent.sessionEvent.hostname,hostname  host.name:host
domain,host,httpRequestEvent.domain,httpRequestEvent.host  destination.domain url.domain
method,httpRequestEvent.method  http.request.method
requestUri,httpRequestEvent.requestUri  url.original
srcAddr,sourceAddress,ipSource  source.ip
dstAddr,destinationAddress,ipDestination  destination.ip
srcPort,sourcePort  source.port
dstPort,destinationPort  destination.port
ruleId,signatureId  rule.id
msg  rule.name
contentFilename  file.name
`, finish: edgeEvent,
	},
}

func edgeEvent(k *keyed) {
	ev := k.ev
	class := k.get("class")
	class = class[strings.LastIndexByte(class, '.')+1:]
	if _, line, ok := strings.Cut(k.get("requestLine"), " "); ok {
		setURL(ev, line)
	}
	length := k.get("contentLength")
	switch class {
	case "HttpRequestEvent":
		setNamed(ev, "http.request.bytes", length)
	case "HttpResponseEvent":
		setNamed(ev, "http.response.bytes", length)
	}
	outcome := ""
	switch k.first("succeeded", "blocked") {
	case "true":
		outcome = success
		if k.get("blocked") == "true" {
			outcome = failure
		}
	case "false":
		outcome = failure
		if k.get("blocked") == "false" {
			outcome = success
		}
	}
	switch {
	case strings.HasSuffix(class, "LoginEvent"):
		action := actionLogonSuccess
		if outcome == failure {
			action = actionLogonFailed
		}
		classify(ev, catAuthentication, typeStart, action, outcome)
	case k.get("blocked") == "true":
		classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
	case k.get("blocked") == "false":
		classify(ev, catNetwork, connAllowed, actionConnectionAllowed, success)
	case ev.Has(event.SourceIP):
		classify(ev, catNetwork, connInfo, actionConnectionLogged, "")
	default:
		classify(ev, catHost, typeInfo, class, "")
	}
}
