package web

import (
	"encoding/base64"
	"net/url"
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// akamai is the security events of Akamai's SIEM integration
// (https://techdocs.akamai.com/siem-integration/reference/api-siem).
var akamai = []read.JSONProduct{{
	Name: "akamai", Has: []string{"attackData.clientIP", "attackData.configId", "httpMessage.start"}, Vendor: "Akamai", Product: "App & API Protector", Type: "waf", Module: "akamai", Dataset: "akamai.siem", Table: `
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
`, Finish: func(k *read.Keyed) {
		action := k.Get("attackData.appliedAction")
		for _, one := range akamaiList(k.Get("attackData.ruleActions")) {
			if action == "" || read.VerdictOf(one) == read.Denied {
				action = one
			}
		}
		for _, one := range akamaiList(k.Get("attackData.rules")) {
			k.AddTo(read.RuleID, one)
		}
		for _, one := range akamaiList(k.Get("attackData.ruleMessages")) {
			k.AddTo(read.RuleName, one)
		}
		headers, _ := url.QueryUnescape(k.Get("httpMessage.requestHeaders"))
		for line := range strings.SplitSeq(headers, "\r\n") {
			if name, value, ok := strings.Cut(line, ": "); ok && strings.EqualFold(name, "User-Agent") {
				k.Event.Set(event.UserAgentOriginal, value)
			}
		}
		k.Event.Set(event.EventKind, "alert")
		k.Attack(action)
	},
}}

// akamaiList decodes a list in Akamai's SIEM events: URL-encoded base64 parts
// separated by semicolons.
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
