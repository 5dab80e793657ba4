package unix

import "testing"

func TestPrefixVerdict(t *testing.T) {
	for in, want := range map[string]byte{
		"[UFW BLOCK]": 'D', "[UFW ALLOW]": 'A', "[UFW LIMIT BLOCK]": 'D', "IPTables-Dropped:": 'D', "FORWARD_ACCEPT": 'A', "nft-log": 0, "": 0,
		"[WAN_LOCAL-default-D]": 'D', "[LAN_IN-2000-A]": 'A', "[WAN_OUT-4000-R]": 'D', "[LAN_IN-RET-1]": 'A', "SFW2-INext-DROP-DEFLT": 'D', "D": 0,
	} {
		if got := prefixVerdict(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
