package network

import "testing"

func TestIsNXOS(t *testing.T) {
	for raw, want := range map[string]bool{
		"<189>: 2026 Mar  1 10:00:00 CET: %ETHPORT-5-IF_DOWN_LINK_FAILURE: Interface Ethernet1/5 is down":                true,
		"<187>Mar  1 10:00:00 nx1 : 2026 Mar  1 10:00:00.123 UTC: %AUTHPRIV-3-SYSTEM_MSG: pam_aaa:Authentication failed": true,
		"2026 Mar  1 10:00:00.123 nx1 %ETHPORT-5-IF_UP: Interface Ethernet1/5 is up":                                     true,
		"<189>29: Mar  1 2026 10:00:00.123 CET: %SYS-5-CONFIG_I: Configured from console by anna":                        false,
		"<189>2026: Mar  1 10:00:00: %SYS-5-CONFIG_I: Configured from console by anna":                                   false,
		"%SYS-5-CONFIG_I: Configured on 2026 Mar  1 from console":                                                        false,
		"": false,
	} {
		if got := isNXOS(raw); got != want {
			t.Errorf("%s: %v", raw, got)
		}
	}
}
