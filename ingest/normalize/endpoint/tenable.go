package endpoint

import "porchlight/ingest/normalize/read"

// tenable is the vulnerability exports of Tenable Vulnerability Management
// (https://developer.tenable.com/reference/exports-vulns-download-chunk).
var tenable = []read.JSONProduct{{
	Name: "tenable", Has: []string{"plugin.id", "asset.uuid", "severity_id"}, Vendor: "Tenable", Product: "Vulnerability Management", Type: "vulnerability-scanner", Module: "tenable_io", Dataset: "tenable_io.vulnerability", Table: `
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
`, Finish: func(k *read.Keyed) {
		k.Vulnerability("CVE", k.Get("plugin.cve"))
		k.SeverityWord(k.Get("severity"))
		k.VulnerabilityFound(k.Get("state"))
	},
}}
