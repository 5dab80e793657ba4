package web

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// signalSciences is the requests recorded by Fastly's Next-Gen WAF (Signal
// Sciences) (https://docs.fastly.com/en/ngwaf/extract-your-data).
var signalSciences = []read.JSONProduct{{
	Name: "fastly_ngwaf", Has: []string{"agentResponseCode", "serverHostname", "remoteIP"}, Vendor: "Fastly", Product: "Next-Gen WAF", Type: "waf", Module: "fastly", Dataset: "fastly.ngwaf", Table: `
timestamp  @time1
id  event.id
serverHostname  observer.name
serverName  url.domain
remoteIP  source.ip
remoteHostname  source.domain
remoteCountryCode  source.geo.country_iso_code
userAgent  user_agent.original
method  http.request.method
protocol  http.version:httpversion
path  url.path
uri  url.original
responseCode  http.response.status_code
responseSize  http.response.body.bytes:number
responseMillis  event.duration:ms
tlsProtocol  tls.version:tlsversion
tlsCipher  tls.cipher
`, Finish: func(k *read.Keyed) {
		ev := k.Event
		// Its tags are objects; their types are what we call tags.
		tags := ev.Get(event.Tags)
		ev.Delete(event.Tags)
		blocked := k.Get("agentResponseCode") == "406"
		for tag := range event.Values(tags) {
			var o event.Event
			if !strings.HasPrefix(tag, "{") {
				ev.Add(event.Tags, tag)
			} else if event.FlattenJSON(tag, &o) == nil {
				k.AddTo(read.RuleName, read.Lookup(&o, "type"))
				blocked = blocked || read.Lookup(&o, "type") == "BLOCKED"
			}
		}
		ev.Set(event.EventKind, "alert")
		if blocked {
			k.Attack("deny")
		} else {
			k.Attack("")
		}
	},
}}
