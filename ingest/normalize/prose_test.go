package normalize

import (
	"testing"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// TestLoginOfAnything: a sentence about a login is understood whatever the
// device, other sentences are not.
func TestLoginOfAnything(t *testing.T) {
	for _, tt := range []struct{ text, action, user, ip string }{
		{"Login failed for user bob from 192.0.2.9", read.ActionLogonFailed, "bob", "192.0.2.9"},
		{"authentication failure: user=carl src=192.0.2.9", read.ActionLogonFailed, "carl", "192.0.2.9"},
		{"User 'anna' logged in successfully from 10.1.1.5 via web", read.ActionLogonSuccess, "anna", "10.1.1.5"},
		{"Login failed for user bob from /192.0.2.9:50100", read.ActionLogonFailed, "bob", "192.0.2.9"},
		{"Login failed for user bob from pc7.example.org/192.0.2.9", read.ActionLogonFailed, "bob", "192.0.2.9"},
		{"User anna logged out", read.ActionLogoff, "anna", ""},
		{"Password expired", "", "", ""},
		{"login page was requested", "", "", ""},
		{"the disk is full", "", "", ""},
		{"login failed", "", "", ""}, // by nobody, from nowhere
	} {
		var ev event.Event
		ev.Set(event.Message, tt.text)
		understood := Apply(&ev, Context{})
		if understood != (tt.action != "") || ev.Get(event.EventAction) != tt.action || ev.Get(event.UserName) != tt.user || ev.Get(event.SourceIP) != tt.ip {
			t.Errorf("%q: understood %v, action %q, user %q, address %q", tt.text, understood, ev.Get(event.EventAction), ev.Get(event.UserName), ev.Get(event.SourceIP))
		}
		if !understood && ev.Has(event.EventCategory) {
			t.Errorf("%q: not understood, but %s", tt.text, ev.Get(event.EventCategory))
		}
	}
}

// TestLooseProducts: documents of unknown products.
func TestLooseProducts(t *testing.T) {
	for _, tt := range []struct{ doc, category, action, outcome, user, ip string }{
		{`{"event_type":"user.login","result":"failed","actor":{"email":"bob@example.org"},"ip":"192.0.2.9"}`, "authentication", read.ActionLogonFailed, read.Failure, "bob", "192.0.2.9"},
		{`{"eventName":"DeleteUser","outcome":"success","user":{"name":"anna"},"sourceIp":"192.0.2.9"}`, "iam", "DeleteUser", read.Success, "anna", "192.0.2.9"},
		{`{"level":"warn","msg":"authentication failed for user bob from 192.0.2.9","service":"vault"}`, "authentication", read.ActionLogonFailed, read.Failure, "bob", "192.0.2.9"},
		{`{"operation":"update","object":"policy","user":"anna","client_ip":"10.1.1.5","success":true}`, "configuration", "update", read.Success, "anna", "10.1.1.5"},
		{`{"request":{"method":"GET","path":"/x","remote_addr":"192.0.2.9"},"status":403}`, "web", "request", read.Failure, "", "192.0.2.9"},
		{`{"host":"web01","program":"sshd","message":"Failed password for root from 192.0.2.9 port 22 ssh2"}`, "authentication", read.ActionLogonFailed, read.Failure, "root", "192.0.2.9"},
		{`{"type":"heartbeat","status":"ok","uptime":5}`, "", "", "", "", ""},
	} {
		var ev event.Event
		ev.Set(event.Message, tt.doc)
		Apply(&ev, Context{})
		got := [...]string{ev.Get(event.EventCategory), ev.Get(event.EventAction), ev.Get(event.EventOutcome), ev.Get(event.UserName), ev.Get(event.SourceIP)}
		if want := [...]string{tt.category, tt.action, tt.outcome, tt.user, tt.ip}; got != want {
			t.Errorf("%s:\n got %q\nwant %q", tt.doc, got, want)
		}
	}
}
