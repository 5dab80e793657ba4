package endpoint

import "porchlight/ingest/normalize/read"

// qualys is the host detections of Qualys VMDR, one detection a document
// (https://docs.qualys.com/en/vm/api/assets/host_lists/list_detection.htm).
var qualys = []read.JSONProduct{{
	Name: "qualys", Has: []string{"TRACKING_METHOD", "DETECTION_LIST.QID"}, Vendor: "Qualys", Product: "VMDR", Type: "vulnerability-scanner", Module: "qualys_vmdr", Dataset: "qualys_vmdr.asset_host_detection", Table: `
*  vulnerability.scanner.vendor:=Qualys
LAST_SCAN_DATETIME,LAST_VM_SCANNED_DATE  @time0
DETECTION_LIST.LAST_FOUND_DATETIME  @time2
DETECTION_LIST.FIRST_FOUND_DATETIME  event.start
DETECTION_LIST.UNIQUE_VULN_ID  event.id
DETECTION_LIST.QID  rule.id
DETECTION_LIST.SEVERITY  event.severity
DETECTION_LIST.TYPE  vulnerability.category
DETECTION_LIST.RESULTS  event.reason
DETECTION_LIST.PROTOCOL  network.transport
ID  host.id
IP  host.ip
DNS,NETBIOS  host.name:host
DNS_DATA.FQDN  host.name:host
OS  host.os.full
`, Finish: func(k *read.Keyed) { k.VulnerabilityFound(k.Get("DETECTION_LIST.STATUS")) },
}}
