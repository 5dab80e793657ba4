package normalize

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
)

// dropbox is the team log of Dropbox Business
// (https://www.dropbox.com/developers/documentation/http/teams#team_log-get_events).
var dropbox = []jsonProduct{{
	name: "dropbox", has: []string{"event_category..tag", "event_type..tag"}, vendor: "Dropbox", product: "Dropbox", module: "dropbox", dataset: "dropbox.team_log", table: `
timestamp  @time1
event_category..tag  event.provider
event_type.description  event.reason
actor.user.team_member_id,actor.admin.team_member_id  user.id
actor.user.email,actor.admin.email  user.email:email
actor.user.display_name,actor.admin.display_name  user.full_name
origin.geo_location.ip_address  source.ip
origin.geo_location.country  source.geo.country_iso_code
origin.geo_location.city  source.geo.city_name
`, finish: func(k *keyed) {
		action, outcome := k.get("event_type..tag"), success
		if strings.Contains(action, "fail") {
			outcome = failure
		}
		k.objects("participants", func(o *event.Event) {
			k.put(cmp.Or(lookup(o, "user.email"), lookup(o, "user.user.email")), targetEmail)
			k.put(lookup(o, "group.display_name"), targetGroup)
		})
		k.objects("assets", func(o *event.Event) {
			if path := lookup(o, "path.contextual"); path != "" && !k.ev.Has(event.FilePath) {
				setPath(k.ev, path)
			}
		})
		k.cloudAction(action, outcome)
	},
}}
