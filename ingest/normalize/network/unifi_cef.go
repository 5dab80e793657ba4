package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// UniFiOS is what UniFi OS 4 and later sends for activity
// (https://help.ui.com/hc/en-us/articles/33349041044119). Its values contain
// spaces and equal signs, and an address may be in the text only.
var UniFiOS = read.CEFVendor{
	Prefix: "ubiquiti",
	Finish: unifiOSKind,
}

func unifiOSKind(k *read.Keyed, name string) {
	ev := k.Event
	read.From(ev, "unifi", "unifi.activity")
	ev.Set(event.ObserverType, "gateway")
	get := func(key string) string { v, _ := ev.LookupName(key); return v }
	if v := get("UNIFIadmin"); v != "" {
		read.SetUser(ev, event.UserName, v)
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
	k.Prose(message)
	s := read.Lower(name)
	has := func(w string) bool { return strings.Contains(s, w) }
	switch {
	case has("threat") || has("intrusion") || has("honeypot") || get("UNIFIsubCategory") == "Intrusion Prevention":
		ev.Set(event.EventKind, "alert")
		action, outcome := "threat-detected", ""
		if has("block") {
			action, outcome = "threat-blocked", read.Failure
		}
		read.Classify(ev, "intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeInfo, action, outcome)
	case has("blocked by firewall") || has("firewall") && has("block"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	case has("accessed unifi") || has("admin logged in") || has("admin login") && !has("fail"):
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case has("login") && has("fail") || has("access denied"):
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	case has("roamed"):
		read.Classify(ev, read.CategorySession, read.TypeChange, "client-roamed", read.Success)
	case has("disconnected") && has("client"):
		read.Classify(ev, read.CategorySession, read.TypeEnd, "client-disconnected", read.Success)
	case has("connected") && has("client"):
		read.Classify(ev, read.CategorySession, read.TypeStart, "client-connected", read.Success)
	case has("made config") || has("config") && has("change") || has("modified") || has("updated"):
		read.Classify(ev, read.CategoryConfiguration, read.TypeChange, read.ActionConfigChanged, read.Success)
	default:
		if !read.ProseLogin(ev, name) {
			read.Classify(ev, read.CategoryHost, read.TypeInfo, strings.ReplaceAll(s, " ", "-"), read.ProseOutcome(name))
		}
	}
}
