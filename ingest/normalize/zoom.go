package normalize

// zoom is Zoom's webhooks (https://developers.zoom.us/docs/api/webhooks/).
var zoom = []jsonProduct{{
	name: "zoom", has: []string{"payload.account_id", "event"}, module: "zoom", dataset: "zoom.webhook", table: `
event_ts  @time1
payload.account_id  organization.id
payload.operator  user.email:email
payload.operator_id  user.id
payload.object.id  zoom.object.id
payload.object.topic  zoom.topic
`, finish: func(k *keyed) {
		switch action := k.get("event"); action {
		case "user.signed_in":
			k.put(k.get("payload.object.email"), zoomUser)
			k.loggedOn(success)
		case "user.signed_out":
			k.put(k.get("payload.object.email"), zoomUser)
			classify(k.ev, catAuthentication, typeEnd, actionLogoff, success)
		default:
			k.put(k.get("payload.object.email"), targetEmail)
			k.cloudAction(action, success)
		}
	},
}}

var zoomUser = target("user.email:email")
