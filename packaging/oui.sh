#!/bin/sh
# Regenerates ingest/enrich/oui.txt.gz: who has which hardware addresses, from
# the IEEE's registries as the npm package oui-data (BSD-2-Clause) carries
# them. Needs npm, node and gzip.
set -eu
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
(cd "$dir" && npm pack --silent oui-data >/dev/null && tar xzf oui-data-*.tgz)
node -e '
const data = require(process.argv[1] + "/package/index.json"), by = {};
for (const [prefix, text] of Object.entries(data)) {
  const name = text.split("\n")[0].trim().replace(/[\t\r]/g, " ").slice(0, 48);
  if (name && name !== "Private") (by[name] = by[name] || []).push(prefix.toUpperCase());
}
for (const name of Object.keys(by).sort()) console.log(name + "\t" + by[name].sort().join(" "));
' "$dir" | gzip -9 -n >ingest/enrich/oui.txt.gz
