package normalize

// tenable is the vulnerability exports of Tenable Vulnerability Management
// (https://developer.tenable.com/reference/exports-vulns-download-chunk).
var tenable = []jsonProduct{{
	name: "tenable", has: []string{"plugin.id", "asset.uuid", "severity_id"}, vendor: "Tenable", product: "Vulnerability Management", kind: "vulnerability-scanner", module: "tenable_io", dataset: "tenable_io.vulnerability", table: `
*  vulnerability.scanner.vendor:=Tenable vulnerability.classification:=CVSS
last_found  @time2
indexed  @time0
first_found  event.start
last_fixed  event.end
asset.uuid  host.id
asset.hostname  host.name:host
asset.ipv4  host.ip
asset.mac_address  host.mac
asset.operating_system  host.os.full
plugin.id  rule.id
plugin.name  rule.name vulnerability.title
plugin.family  vulnerability.category
plugin.cve  vulnerability.id
plugin.description  vulnerability.description
plugin.see_also  vulnerability.reference
plugin.cvss_base_score  vulnerability.score.base
plugin.cvss3_base_score  vulnerability.score.base
scan.uuid  vulnerability.report_id
port.protocol  network.transport
severity  vulnerability.severity
`, finish: func(k *keyed) {
		k.vulnerability("CVE", k.get("plugin.cve"))
		k.severityWord(k.get("severity"))
		k.vulnerabilityFound(k.get("state"))
	},
}}
