package unix

import (
	"testing"

	"porchlight/ingest/normalize/read"
)

func TestPrefixVerdict(t *testing.T) {
	for in, want := range map[string]read.Verdict{
		"[UFW BLOCK]": read.Denied, "[UFW ALLOW]": read.Allowed, "[UFW LIMIT BLOCK]": read.Denied, "IPTables-Dropped:": read.Denied, "FORWARD_ACCEPT": read.Allowed, "nft-log": 0, "": 0,
		"[WAN_LOCAL-default-D]": read.Denied, "[LAN_IN-2000-A]": read.Allowed, "[WAN_OUT-4000-R]": read.Denied, "[LAN_IN-RET-1]": read.Allowed, "SFW2-INext-DROP-DEFLT": read.Denied, "D": 0,
	} {
		if got := prefixVerdict(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
