#!/bin/sh
# Installs the Debian or Ubuntu packages that are missing for what is named:
#   run      build and run without a window
#   desktop  build and run the desktop app
#   test     run the tests: a virtual display, a notification daemon, real log senders
set -eu

packages=""
for part in "$@"; do
	case "$part" in
	run) packages="$packages ca-certificates" ;;
	desktop) packages="$packages ca-certificates gcc libc6-dev pkg-config libgl-dev libx11-dev libxcursor-dev libxrandr-dev libxinerama-dev libxi-dev libxxf86vm-dev libwayland-dev libxkbcommon-dev libgl1-mesa-dri" ;;
	test) packages="$packages xvfb xauth xdotool x11-utils imagemagick openbox dbus dunst rsyslog bsdutils" ;;
	*)
		echo "setup.sh: unknown part $part; known are run, desktop, test" >&2
		exit 2
		;;
	esac
done

if ! command -v go >/dev/null 2>&1; then
	echo "Go is missing. Install Go 1.26 or later from https://go.dev/dl (or: apt install golang-go, which fetches the right version by itself from 1.21 on), then run make again." >&2
	exit 1
fi
if ! command -v dpkg-query >/dev/null 2>&1; then
	echo "Not a Debian or Ubuntu system: install the equivalents of these packages yourself:$packages" >&2
	exit 0
fi

missing=""
for p in $packages; do
	dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -n "$missing" ] || exit 0

sudo=""
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null 2>&1; then
		echo "These packages are missing; install them as root and run make again: apt-get install$missing" >&2
		exit 1
	fi
	sudo=sudo
fi
echo "Installing:$missing"
$sudo apt-get update -qq
# shellcheck disable=SC2086 # a list of words
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
