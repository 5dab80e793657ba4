#!/bin/sh
# Runs every fuzz target of the headless packages for a while each.
set -eu
time=${1:-10s}
found=0
out=$(mktemp)
trap 'rm -f "$out"' EXIT

# Fuzzes one target. It fails for good when an input was found that fails, and
# the second time: when the time is up while an input is being tried, Go calls
# that a failure too ("context deadline exceeded").
fuzz() {
	# Minimizing an interesting input can take all the time there is.
	if go test -run '^$' -fuzz "^$2\$" -fuzztime "$time" -fuzzminimizetime 1x "$1" >"$out" 2>&1; then
		cat "$out"
		return 0
	fi
	cat "$out"
	if [ "${3:-}" ] || ! grep -q '^ *context deadline exceeded$' "$out" || grep -q 'Failing input' "$out"; then
		exit 1
	fi
	return 1
}

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
		fuzz "$pkg" "$target" || fuzz "$pkg" "$target" again
	done
done
[ $found = 1 ] || { echo "fuzz.sh: no fuzz target found" >&2; exit 1; }
