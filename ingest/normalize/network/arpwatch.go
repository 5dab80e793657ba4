package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Arpwatch reads which hardware address has which IP address, as arpwatch and
// the kernels of BSD firewalls report when that is new or changes:
//
//	new station 192.0.2.44 00:00:5e:00:53:23 eth0
//	arp: 192.0.2.44 moved from 00:00:5e:00:53:23 to 00:00:5e:00:53:24 on em1
var Arpwatch = read.Parser{
	Name:      "arpwatch",
	Apps:      []string{"arpwatch", "arpalert", "kernel"},
	First:     "a",
	Recognize: func(msg string) bool { return strings.HasPrefix(msg, "arp: ") },
	Parse:     parseArpwatch,
}

func parseArpwatch(m *read.Message, ev *event.Event) bool {
	if m.App == "kernel" && !strings.HasPrefix(m.Text, "arp: ") {
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	text := padMACs(m.Text)
	if !arpTemplates.Match("*", text, &k) {
		if m.App != "arpwatch" {
			return false
		}
		k.Prose(text)
		read.Classify(ev, read.CategoryNetwork, read.TypeInfo, "arp-message", "")
	}
	read.From(ev, "arp", "arp.log")
	ev.Set(event.NetworkProtocol, "arp")
	return true
}

// padMACs writes hardware addresses with two digits per byte: arpwatch omits
// leading zeros.
func padMACs(text string) string {
	if len(text) > 256 {
		return text
	}
	words := strings.Split(text, " ")
	padded := false
	for i, w := range words {
		bare := strings.Trim(w, "()")
		if len(bare) > 16 || strings.Count(bare, ":") != 5 {
			continue
		}
		bytes := strings.Split(bare, ":")
		for j, b := range bytes {
			if len(b) == 1 {
				bytes[j] = "0" + b
			}
		}
		words[i], padded = strings.Replace(w, bare, strings.Join(bytes, ":"), 1), true
	}
	if !padded {
		return text
	}
	return strings.Join(words, " ")
}

var arpTemplates = read.NewTemplates(`
* network info arp-new-station - | new station {source.ip} {source.mac}[[ {observer.ingress.interface.name}]]
* network info arp-new-station - | new activity {source.ip} {source.mac}[[ {observer.ingress.interface.name}]]
* network info arp-address-changed - | changed ethernet address {source.ip} {source.mac} ({arp.previous_mac:mac})[[ {observer.ingress.interface.name}]]
* network info arp-flip-flop - | flip flop {source.ip} {source.mac} ({arp.previous_mac:mac})[[ {observer.ingress.interface.name}]]
* network info arp-flip-flop - | reused old ethernet address {source.ip} {source.mac} ({arp.previous_mac:mac})[[ {observer.ingress.interface.name}]]
* network info arp-bogon - | bogon {source.ip} {source.mac}[[ {observer.ingress.interface.name}]]
* network info arp-mismatch - | ethernet mismatch {source.ip} {source.mac} ({arp.previous_mac:mac})[[ {observer.ingress.interface.name}]]
* network info arp-address-changed - | arp: {source.ip} moved from {arp.previous_mac:mac} to {source.mac} on {observer.ingress.interface.name}
* network info arp-conflict failure | arp: {source.mac} is using my IP address {source.ip} on {observer.ingress.interface.name}[[!]]
* network info arp-static-attempt failure | arp: {source.mac} attempts to modify permanent entry for {source.ip} on {observer.ingress.interface.name}
`)
