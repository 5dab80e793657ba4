package store

import (
	"context"
	"testing"
	"time"

	"porchlight/ingest/event"
)

func TestIdentities(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := openStore(t, t.TempDir())
	hour := int64(time.Hour)
	base := noon.UnixNano()
	mac := event.Identity{Address: "10.1.1.5", Kind: event.IdentityMAC, Value: "00-00-5E-00-53-23", First: base, Last: base + hour, From: "dhcpack"}
	user := event.Identity{Address: "10.1.1.5", Kind: event.IdentityUser, Value: "anna", First: base, Last: base, From: "logon-success"}
	other := event.Identity{Address: "10.1.1.6", Kind: event.IdentityHost, Value: "pc8", First: base, Last: base, From: "dhcpack"}
	if err := s.SaveIdentities(ctx, []event.Identity{mac, user, other}); err != nil {
		t.Fatal(err)
	}
	longer := mac
	longer.Last = base + 3*hour
	next := mac
	next.Value, next.First, next.Last = "00-00-5E-00-53-99", base+5*hour, base+6*hour
	if err := s.SaveIdentities(ctx, []event.Identity{longer, next}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Identities(ctx, "10.1.1.5", 10)
	if err != nil || len(got) != 3 || got[0] != next || got[1] != longer || got[2] != user {
		t.Fatalf("%+v, %v", got, err)
	}
	if all, err := s.Identities(ctx, "", 10); err != nil || len(all) != 4 {
		t.Errorf("%d of all, %v", len(all), err)
	}
	if err := s.DropIdentities(ctx, time.Unix(0, base+hour)); err != nil {
		t.Fatal(err)
	}
	if all, err := s.Identities(ctx, "", 10); err != nil || len(all) != 2 {
		t.Errorf("%d are left, %v", len(all), err)
	}
}
