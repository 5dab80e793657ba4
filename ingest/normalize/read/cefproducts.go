package read

import (
	"slices"
	"strings"
	"sync"

	"porchlight/ingest/event"
)

// CEFVendor is a maker whose CEF or LEEF needs more than the dictionary.
type CEFVendor struct {
	Prefix string // prefix of its name in the header, in any case

	// Finish says what kind of event it is; name is the event's name.
	Finish func(k *Keyed, name string)
}

// CEFVendors are the makers known to the parsers of CEF and LEEF.
type CEFVendors []CEFVendor

// find returns the maker of that name, nil for those that keep to the
// dictionary.
func (vs CEFVendors) find(name string) *CEFVendor {
	for i := range vs {
		if v := &vs[i]; len(name) >= len(v.Prefix) && strings.EqualFold(name[:len(v.Prefix)], v.Prefix) {
			return v
		}
	}
	return nil
}

// conclude says what kind of event it is; name is the event's name.
func (vs CEFVendors) conclude(k *Keyed, name string) {
	vendor := vs.find(k.Event.Get(event.ObserverVendor))
	if vendor == nil {
		k.cefProduct(name)
		return
	}
	own := keyedScratch.Get() // so that k can stay on the stack
	*own = *k
	vendor.Finish(own, name)
	*own = Keyed{}
	keyedScratch.Put(own)
}

// cefProduct classifies what CEF's and LEEF's dictionaries leave open: they
// say who and where, but seldom what kind of event it is. name is the event's
// name. Logins are recognized by its words; otherwise the product's kind
// decides.
func (k *Keyed) cefProduct(name string) {
	ev := k.Event
	typ, category := cefKind(ev.Get(event.ObserverVendor), ev.Get(event.ObserverProduct))
	if typ != "" && !ev.Has(event.ObserverType) {
		ev.Set(event.ObserverType, typ)
	}
	if ev.Has(event.EventCategory) && ev.Get(event.EventCategory) != CategoryNetwork {
		return
	}
	outcome := ev.Get(event.EventOutcome)
	if ProseLogin(ev, name) {
		if outcome != "" && ev.Get(event.EventAction) != ActionLogoff && outcome != ev.Get(event.EventOutcome) {
			ev.Set(event.EventOutcome, outcome)
		}
		return
	}
	if category == "" {
		return
	}
	if ev.Has(event.EventCategory) { // network
		ev.Add(event.EventCategory, category)
		return
	}
	ev.Set(event.EventCategory, category)
	ev.Set(event.EventType, TypeInfo)
}

// cefKinds are kinds of products by words in the vendor's or product's name:
// observer.type and event.category.
type cefKindWord struct{ word, typ, category string }

var cefKinds = []cefKindWord{
	{"asm", "waf", "intrusion_detection"}, {"waf", "waf", "intrusion_detection"}, {"securesphere", "waf", "intrusion_detection"}, {"incapsula", "waf", "intrusion_detection"}, {"appfw", "waf", "intrusion_detection"}, {"netscaler", "load-balancer", "intrusion_detection"},
	{"fireeye", "ids", "malware"}, {"trellix", "ids", "malware"}, {"deep security", "ips", "intrusion_detection"}, {"tippingpoint", "ips", "intrusion_detection"}, {"unitytwo", "ips", "intrusion_detection"},
	{"darktrace", "ids", "intrusion_detection"}, {"vectra", "ids", "intrusion_detection"}, {"extrahop", "ids", "intrusion_detection"}, {"suricata", "ids", "intrusion_detection"}, {"snort", "ids", "intrusion_detection"},
	{"antivirus", "antivirus", "malware"}, {"endpoint", "endpoint", "malware"}, {"kaspersky", "endpoint", "malware"}, {"gravityzone", "endpoint", "malware"}, {"sentinelone", "endpoint", "malware"},
	{"carbon black", "endpoint", "malware"}, {"cylance", "endpoint", "malware"}, {"apex", "endpoint", "malware"}, {"officescan", "endpoint", "malware"}, {"virusscan", "endpoint", "malware"}, {"falcon", "endpoint", "malware"},
	{"email", "email-gateway", "email"}, {"mail", "email-gateway", "email"}, {"web gateway", "proxy", "web"}, {"proxysg", "proxy", "web"}, {"nssweblog", "proxy", "web"}, {"websense", "proxy", "web"}, {"web security", "proxy", "web"},
	{"vault", "", CategoryIAM}, {"clearpass", "nac", CategoryAuthentication}, {"active directory", "", CategoryIAM}, {"varonis", "", CategoryFile}, {"dlp", "dlp", CategoryFile},
	{"firewall", "firewall", CategoryNetwork}, {"fortigate", "firewall", CategoryNetwork}, {"pan-os", "firewall", CategoryNetwork}, {"vpn-1", "firewall", CategoryNetwork}, {"sonicwall", "firewall", CategoryNetwork}, {"switch", "switch", CategoryHost},
}

// cefKind finds the kind of a vendor's product. Senders are few and the same
// all day: results are cached, for as many as an office can have.
func cefKind(vendor, product string) (typ, category string) {
	names := [2]string{vendor, product}
	cefKindsMu.RLock()
	i, ok := cefKindsFound[names]
	cefKindsMu.RUnlock()
	if !ok {
		vendor, product := strings.ToLower(vendor), strings.ToLower(product)
		i = slices.IndexFunc(cefKinds, func(w cefKindWord) bool {
			return product == w.word || len(w.word) > 3 && (strings.Contains(product, w.word) || strings.Contains(vendor, w.word))
		})
		if len(vendor)+len(product) <= 128 {
			cefKindsMu.Lock()
			if len(cefKindsFound) >= 256 { // somebody is making up names
				clear(cefKindsFound)
			}
			cefKindsFound[[2]string{strings.Clone(names[0]), strings.Clone(names[1])}] = i
			cefKindsMu.Unlock()
		}
	}
	if i < 0 {
		return "", ""
	}
	return cefKinds[i].typ, cefKinds[i].category
}

var (
	cefKindsMu    sync.RWMutex
	cefKindsFound = map[[2]string]int{} // index in cefKinds, -1 for none
)
