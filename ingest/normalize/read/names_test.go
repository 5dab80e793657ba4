package read

import (
	"fmt"
	"sync"
	"testing"
)

// TestFieldNames: names are the same whether cached or newly made, even with
// many concurrent readers and a full table.
func TestFieldNames(t *testing.T) {
	var c nameCache
	for range 2 {
		for _, tt := range []struct {
			prefix, key string
			shape       NameShape
			want        string
		}{
			{"cef.", "Rule Name", NameAsIs, "cef.Rule Name"},
			{"cef.", "Rule Name", NameUnderlined, "cef.rule_name"},
			{"hp.", "JobName", NameLower, "hp.jobname"},
			{"cisco.ise.", "NAS-IP-Address", NamePlain, "cisco.ise.nas_ip_address"},
			{"", "Ünder", NameLower, "ünder"},
		} {
			if got := c.get(tt.prefix, tt.key, tt.shape); got != tt.want {
				t.Errorf("%s%s: %s, want %s", tt.prefix, tt.key, got, tt.want)
			}
		}
	}
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 2 * maxNames {
				key := fmt.Sprint("key", i*(w%2+1))
				if got := c.get("x.", key, NameAsIs); got != "x."+key {
					t.Errorf("x.%s is %s", key, got)
					return
				}
			}
		})
	}
	wg.Wait()
	if n := len(*c.table.Load()); n != maxNames {
		t.Errorf("%d names are kept, want %d", n, maxNames)
	}
}
