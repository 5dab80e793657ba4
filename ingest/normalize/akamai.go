package normalize

import (
	"encoding/base64"
	"net/url"
	"strings"

	"porchlight/ingest/event"
)

// akamai is the security events of Akamai's SIEM integration
// (https://techdocs.akamai.com/siem-integration/reference/api-siem).
var akamai = []jsonProduct{{
	name: "akamai", has: []string{"attackData.clientIP", "attackData.configId", "httpMessage.start"}, vendor: "Akamai", product: "App & API Protector", kind: "proxy", module: "akamai", dataset: "akamai.siem", table: `
httpMessage.start  @time1
httpMessage.requestId  event.id
httpMessage.method  http.request.method
httpMessage.protocol  http.version:httpversion
httpMessage.host  url.domain
httpMessage.path  url.path
httpMessage.query  url.query
httpMessage.port  url.port
httpMessage.status  http.response.status_code
httpMessage.bytes  http.response.bytes
httpMessage.tls  tls.version:tlsversion
attackData.clientIP  source.ip
attackData.policyId  rule.ruleset
geo.country  source.geo.country_iso_code
geo.city  source.geo.city_name
geo.asn  source.as.number
`, finish: func(k *keyed) {
		action := k.get("attackData.appliedAction")
		for _, one := range akamaiList(k.get("attackData.ruleActions")) {
			if action == "" || verdictOf(one) == 'D' {
				action = one
			}
		}
		for _, one := range akamaiList(k.get("attackData.rules")) {
			k.addTo(ruleID, one)
		}
		for _, one := range akamaiList(k.get("attackData.ruleMessages")) {
			k.addTo(ruleName, one)
		}
		headers, _ := url.QueryUnescape(k.get("httpMessage.requestHeaders"))
		for line := range strings.SplitSeq(headers, "\r\n") {
			if name, value, ok := strings.Cut(line, ": "); ok && strings.EqualFold(name, "User-Agent") {
				k.ev.Set(event.UserAgentOriginal, value)
			}
		}
		k.ev.Set(event.EventKind, "alert")
		k.attack(action)
	},
}}

// akamaiList decodes a list in Akamai's SIEM events: parts in base64, with
// semicolons between, encoded as in URLs.
func akamaiList(s string) (list []string) {
	s, err := url.QueryUnescape(s)
	if err != nil || len(s) > 16384 {
		return nil
	}
	for part := range strings.SplitSeq(s, ";") {
		if text, err := base64.StdEncoding.DecodeString(part); err == nil && len(text) > 0 {
			list = append(list, string(text))
		}
	}
	return list
}
