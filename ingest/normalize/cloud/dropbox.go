package cloud

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// dropbox is the team log of Dropbox Business
// (https://www.dropbox.com/developers/documentation/http/teams#team_log-get_events).
var dropbox = []read.JSONProduct{{
	Name: "dropbox", Has: []string{"event_category..tag", "event_type..tag"}, Vendor: "Dropbox", Product: "Dropbox", Module: "dropbox", Dataset: "dropbox.team_log", Table: `
timestamp  @time1
event_category..tag  event.provider
event_type.description  event.reason
actor.user.team_member_id,actor.admin.team_member_id  user.id
actor.user.email,actor.admin.email  user.email:email
actor.user.display_name,actor.admin.display_name  user.full_name
origin.geo_location.ip_address  source.ip
origin.geo_location.country  source.geo.country_iso_code
origin.geo_location.city  source.geo.city_name
`, Finish: func(k *read.Keyed) {
		action, outcome := k.Get("event_type..tag"), read.Success
		if strings.Contains(action, "fail") {
			outcome = read.Failure
		}
		k.Objects("participants", func(o *event.Event) {
			k.Put(cmp.Or(read.Lookup(o, "user.email"), read.Lookup(o, "user.user.email")), read.TargetEmail)
			k.Put(read.Lookup(o, "group.display_name"), read.TargetGroup)
		})
		k.Objects("assets", func(o *event.Event) {
			if path := read.Lookup(o, "path.contextual"); path != "" && !k.Event.Has(event.FilePath) {
				read.SetPath(k.Event, path)
			}
		})
		k.CloudAction(action, outcome)
	},
}}
