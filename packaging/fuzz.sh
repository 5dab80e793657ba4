#!/bin/sh
# Runs every fuzz target of the headless packages for a while each.
set -eu
time=${1:-10s}
found=0
for pkg in $(go list ./ingest/... ./detect/... ./app/...); do
	for target in $(go test -list '^Fuzz' "$pkg" | grep '^Fuzz' || true); do
		found=1
		echo "fuzz $pkg $target for $time"
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 1x "$pkg"
	done
done
[ $found = 1 ] || { echo "fuzz.sh: no fuzz target found" >&2; exit 1; }
