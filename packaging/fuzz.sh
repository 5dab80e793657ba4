#!/bin/sh
# Runs every fuzz target of the headless packages for a while each.
set -eu
time=${1:-10s}
found=0
packages=$(go list ./ingest/... ./detect/... ./app/...)
for pkg in $packages; do
	list=$(go test -list '^Fuzz' "$pkg")
	for target in $list; do
		case "$target" in
		Fuzz*) ;;
		*) continue ;; # the closing "ok  package  time"
		esac
		found=1
		echo "fuzz $pkg $target for $time"
		# Minimizing an interesting input can take all the time there is.
		go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 1x "$pkg"
	done
done
[ $found = 1 ] || { echo "fuzz.sh: no fuzz target found" >&2; exit 1; }
