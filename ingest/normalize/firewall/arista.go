package firewall

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// edgeNGFW is the syslog of Arista Edge Threat Management (Untangle NG
// Firewall), whose events name their class.
var edgeNGFW = []read.JSONProduct{
	{
		Name: "arista_ngfw", Has: []string{"class", "timeStamp"}, Vendor: "Arista", Product: "NG Firewall", Type: "firewall", Module: "arista", Dataset: "arista.ngfw", Table: `
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
`, Finish: edgeEvent,
	},
}

func edgeEvent(k *read.Keyed) {
	ev := k.Event
	class := k.Get("class")
	class = class[strings.LastIndexByte(class, '.')+1:]
	if _, line, ok := strings.Cut(k.Get("requestLine"), " "); ok {
		read.SetURL(ev, line)
	}
	length := k.Get("contentLength")
	switch class {
	case "HttpRequestEvent":
		read.SetNamed(ev, "http.request.bytes", length)
	case "HttpResponseEvent":
		read.SetNamed(ev, "http.response.bytes", length)
	}
	outcome := ""
	switch k.First("succeeded", "blocked") {
	case "true":
		outcome = read.Success
		if k.Get("blocked") == "true" {
			outcome = read.Failure
		}
	case "false":
		outcome = read.Failure
		if k.Get("blocked") == "false" {
			outcome = read.Success
		}
	}
	switch {
	case strings.HasSuffix(class, "LoginEvent"):
		action := read.ActionLogonSuccess
		if outcome == read.Failure {
			action = read.ActionLogonFailed
		}
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, action, outcome)
	case k.Get("blocked") == "true":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	case k.Get("blocked") == "false":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionAllowed, read.ActionConnectionAllowed, read.Success)
	case ev.Has(event.SourceIP):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionLogged, "")
	default:
		read.Classify(ev, read.CategoryHost, read.TypeInfo, class, "")
	}
}
