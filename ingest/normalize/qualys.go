package normalize

// qualys is the host detections of Qualys VMDR, one detection a document
// (https://docs.qualys.com/en/vm/api/assets/host_lists/list_detection.htm).
var qualys = []jsonProduct{{
	name: "qualys", has: []string{"TRACKING_METHOD", "DETECTION_LIST.QID"}, vendor: "Qualys", product: "VMDR", kind: "vulnerability-scanner", module: "qualys_vmdr", dataset: "qualys_vmdr.asset_host_detection", table: `
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
`, finish: func(k *keyed) { k.vulnerabilityFound(k.get("DETECTION_LIST.STATUS")) },
}}
