package cloud

import "porchlight/ingest/normalize/read"

// zoom is Zoom's webhooks (https://developers.zoom.us/docs/api/webhooks/).
var zoom = []read.JSONProduct{{
	Name: "zoom", Has: []string{"payload.account_id", "event"}, Module: "zoom", Dataset: "zoom.webhook", Table: `
event_ts  @time1
payload.account_id  organization.id
payload.operator  user.email:email
payload.operator_id  user.id
payload.object.id  zoom.object.id
payload.object.topic  zoom.topic
`, Finish: func(k *read.Keyed) {
		switch action := k.Get("event"); action {
		case "user.signed_in":
			k.Put(k.Get("payload.object.email"), zoomUser)
			k.LoggedOn(read.Success)
		case "user.signed_out":
			k.Put(k.Get("payload.object.email"), zoomUser)
			read.Classify(k.Event, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, read.Success)
		default:
			k.Put(k.Get("payload.object.email"), read.TargetEmail)
			k.CloudAction(action, read.Success)
		}
	},
}}

var zoomUser = read.NewBinding("user.email:email")
