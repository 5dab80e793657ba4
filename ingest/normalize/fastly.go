package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// signalSciences is the requests that Fastly's Next-Gen WAF (Signal Sciences)
// recorded (https://docs.fastly.com/en/ngwaf/extract-your-data).
var signalSciences = []jsonProduct{{
	name: "fastly_ngwaf", has: []string{"agentResponseCode", "serverHostname", "remoteIP"}, vendor: "Fastly", product: "Next-Gen WAF", kind: "proxy", module: "fastly", dataset: "fastly.ngwaf", table: `
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
`, finish: func(k *keyed) {
		ev := k.ev
		// What they call tags are objects; their types are what ours are.
		tags := ev.Get(event.Tags)
		ev.Delete(event.Tags)
		blocked := k.get("agentResponseCode") == "406"
		for tag := range event.Values(tags) {
			var o event.Event
			if !strings.HasPrefix(tag, "{") {
				ev.Add(event.Tags, tag)
			} else if event.FlattenJSON(tag, &o) == nil {
				k.addTo(ruleName, lookup(&o, "type"))
				blocked = blocked || lookup(&o, "type") == "BLOCKED"
			}
		}
		ev.Set(event.EventKind, "alert")
		if blocked {
			k.attack("deny")
		} else {
			k.attack("")
		}
	},
}}
