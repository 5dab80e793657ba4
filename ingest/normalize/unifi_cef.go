package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// unifiOS is what UniFi OS 4 and later sends for activity
// (https://help.ui.com/hc/en-us/articles/33349041044119). Its values have
// blanks and equal signs in them, and an address may stand in the text only.
var unifiOS = cefVendor{
	prefix: "ubiquiti",
	finish: unifiOSKind,
}

func unifiOSKind(k *keyed, name string) {
	ev := k.ev
	from(ev, "unifi", "unifi.activity")
	ev.Set(event.ObserverType, "gateway")
	get := func(key string) string { v, _ := ev.LookupName(key); return v }
	if v := get("UNIFIadmin"); v != "" {
		setUser(ev, event.UserName, v)
	}
	for _, p := range [...]struct{ key, field string }{
		{"UNIFIclientHostname", "source.domain"}, {"UNIFIlastConnectedToDeviceName", "observer.name"}, {"UNIFIconnectedToDeviceName", "observer.name"},
		{"UNIFIwifiName", "network.name"}, {"UNIFInetworkName", "network.name"}, {"UNIFInetworkVlan", "network.vlan.id"}, {"UNIFIpolicyName", "rule.name"}, {"UNIFIipsSignature", "rule.name"}, {"UNIFIipsSignatureId", "rule.id"},
	} {
		if v := get(p.key); v != "" {
			ev.SetName(p.field, v)
		}
	}
	message := get("msg")
	if message == "" {
		message = name
	}
	k.prose(message)
	s := lower(name)
	has := func(w string) bool { return strings.Contains(s, w) }
	switch {
	case has("threat") || has("intrusion") || has("honeypot") || get("UNIFIsubCategory") == "Intrusion Prevention":
		ev.Set(event.EventKind, "alert")
		action, outcome := "threat-detected", ""
		if has("block") {
			action, outcome = "threat-blocked", failure
		}
		classify(ev, "intrusion_detection"+event.Separator+catNetwork, typeInfo, action, outcome)
	case has("blocked by firewall") || has("firewall") && has("block"):
		classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
	case has("accessed unifi") || has("admin logged in") || has("admin login") && !has("fail"):
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
	case has("login") && has("fail") || has("access denied"):
		classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
	case has("roamed"):
		classify(ev, catSession, typeChange, "client-roamed", success)
	case has("disconnected") && has("client"):
		classify(ev, catSession, typeEnd, "client-disconnected", success)
	case has("connected") && has("client"):
		classify(ev, catSession, typeStart, "client-connected", success)
	case has("made config") || has("config") && has("change") || has("modified") || has("updated"):
		classify(ev, catConfiguration, typeChange, actionConfigChanged, success)
	default:
		if !proseLogin(ev, name) {
			classify(ev, catHost, typeInfo, strings.ReplaceAll(s, " ", "-"), proseOutcome(name))
		}
	}
}
