package model

import (
	"testing"
	"time"

	"porchlight/detect/alert"
)

func TestFormat(t *testing.T) {
	for _, c := range []struct{ name, got, want string }{
		{"count", Count(1284302), "1,284,302"},
		{"count small", Count(999), "999"},
		{"count thousand", Count(1000), "1,000"},
		{"count negative", Count(-12345), "-12,345"},
		{"short zero", Short(0), "0"},
		{"short fraction", Short(1.26), "1.3"},
		{"short whole", Short(812), "812"},
		{"short rounds over", Short(999.9), "1 k"},
		{"short k", Short(1284), "1.3 k"},
		{"short 10k", Short(24_400), "24 k"},
		{"short M", Short(1_100_000), "1.1 M"},
		{"short G", Short(2e9), "2 G"},
		{"rate none", Rate(0), "0"},
		{"rate second", Rate(12.3), "12/s"},
		{"rate minute", Rate(0.5), "30/min"},
		{"rate hour", Rate(3.0 / 3600), "3/h"},
		{"percent nothing", Percent(0, 0), "–"},
		{"percent all", Percent(7, 7), "100 %"},
		{"percent none", Percent(0, 7), "0 %"},
		{"percent nearly all", Percent(999_999, 1_000_000), "99.9 %"},
		{"percent hardly any", Percent(1, 1_000_000), "0.1 %"},
		{"percent", Percent(3, 4), "75.0 %"},
		{"bytes", Bytes(812), "812 B"},
		{"bytes KiB", Bytes(1536), "1.5 KiB"},
		{"bytes GiB", Bytes(20 << 30), "20 GiB"},
		{"ago now", Ago(time.Second), "now"},
		{"ago future", Ago(-time.Hour), "now"},
		{"ago seconds", Ago(12 * time.Second), "12 s ago"},
		{"ago minutes", Ago(5*time.Minute + 59*time.Second), "5 min ago"},
		{"ago hours", Ago(47 * time.Hour), "47 h ago"},
		{"ago days", Ago(100 * time.Hour), "4 days ago"},
		{"plural one", Plural(1, "source", "sources"), "1 source"},
		{"plural many", Plural(1200, "source", "sources"), "1,200 sources"},
		{"level", LevelName(alert.Critical), "Critical"},
		{"level none", LevelName(""), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}
