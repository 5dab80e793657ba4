package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// amazon is what Amazon Web Services write as JSON: CloudTrail
// (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference.html),
// GuardDuty and Security Hub findings, and WAF logs.
var amazon = []jsonProduct{
	{
		name: "aws_cloudtrail", has: []string{"eventVersion", "eventSource", "eventName"}, module: "aws", dataset: "aws.cloudtrail", table: `
*  cloud.provider:=aws
eventTime  @time1
eventID  event.id
eventSource  event.provider
errorMessage  error.message
errorCode  event.reason
awsRegion  cloud.region
recipientAccountId  cloud.account.id
userIdentity.accountId  cloud.account.id
userIdentity.principalId  user.id
userIdentity.userName,userIdentity.sessionContext.sessionIssuer.userName  user.name
sourceIPAddress  source.ip
userAgent  user_agent.original
requestParameters.userName  user.target.name
requestParameters.groupName  group.name
requestParameters.newUserName  user.changes.name
tlsDetails.cipherSuite  tls.cipher
tlsDetails.clientProvidedHostHeader  tls.client.server_name
tlsDetails.tlsVersion  tls.version:tlsversion
vpcEndpointId  aws.vpc_endpoint_id
`, finish: cloudTrailEvent,
	},
	{
		name: "aws_guardduty", has: []string{"service.serviceName", "severity", "schemaVersion"}, module: "aws", dataset: "aws.guardduty", table: `
*  cloud.provider:=aws
createdAt  event.created
updatedAt  @time1
accountId  cloud.account.id
region  cloud.region
id  event.id
type  rule.name
title  event.reason
service.action.networkConnectionAction.remoteIpDetails.ipAddressV4,service.action.awsApiCallAction.remoteIpDetails.ipAddressV4  source.ip
service.action.networkConnectionAction.localPortDetails.port  destination.port
service.action.networkConnectionAction.protocol  network.transport
resource.instanceDetails.instanceId  cloud.instance.id
resource.accessKeyDetails.userName  user.name
resource.accessKeyDetails.principalId  user.id
`, finish: func(k *keyed) {
			k.ev.Set(event.EventKind, "alert")
			classify(k.ev, "intrusion_detection", typeInfo, "threat-detected", "")
		},
	},
	{
		name: "aws_securityhub", has: []string{"ProductArn", "AwsAccountId", "SchemaVersion"}, module: "aws", dataset: "aws.securityhub_findings", table: `
*  cloud.provider:=aws
CreatedAt  @time1
Id  event.id
AwsAccountId  cloud.account.id
Region  cloud.region
Title  rule.name
Description  event.reason
GeneratorId  rule.id
Severity.Label  log.level
Network.SourceIpV4,Network.SourceIpV6  source.ip
Network.SourcePort  source.port
Network.SourceMac  source.mac
Network.SourceDomain  source.domain
Network.DestinationIpV4,Network.DestinationIpV6  destination.ip
Network.DestinationPort  destination.port
Network.DestinationDomain  destination.domain
Network.Protocol  network.protocol
Process.Name  process.name
Process.Path  process.executable
Process.Pid  process.pid
Process.ParentPid  process.parent.pid
Process.LaunchedAt  process.start
Process.TerminatedAt  process.end
SourceUrl  url.original
`, finish: func(k *keyed) {
			k.ev.Set(event.EventKind, "alert")
			k.objects("Vulnerabilities", func(o *event.Event) {
				k.addTo(vulnerabilityID, lookup(o, "Id"))
				k.addTo(vulnerabilityReference, lookup(o, "ReferenceUrls"))
				setNamed(k.ev, "vulnerability.scanner.vendor", lookup(o, "Vendor.Name"))
				inner := keyed{ev: o}
				inner.objects("Cvss", func(c *event.Event) {
					setNamed(k.ev, "vulnerability.score.base", lookup(c, "BaseScore"))
					setNamed(k.ev, "vulnerability.score.version", lookup(c, "Version"))
				})
			})
			classify(k.ev, "vulnerability", typeInfo, "finding-"+lower(k.get("Workflow.Status")), "")
		},
	},
	{
		name: "aws_waf", has: []string{"webaclId", "httpRequest.clientIp"}, module: "aws", dataset: "aws.waf", table: `
*  cloud.provider:=aws cloud.service.name:=wafv2 network.transport:=tcp
timestamp  @time1
terminatingRuleId  rule.id
terminatingRuleType  rule.category
action  @action
httpRequest.clientIp  source.ip
httpRequest.country  source.geo.country_iso_code
httpRequest.uri  url.path
httpRequest.args  url.query
httpRequest.httpMethod  http.request.method
httpRequest.httpVersion  http.version:httpversion
httpRequest.requestId  http.request.id
webaclId  aws.waf.arn
`, finish: func(k *keyed) {
			if arn := strings.Split(k.get("webaclId"), ":"); len(arn) > 5 {
				setNamed(k.ev, "cloud.service.name", arn[2])
				setNamed(k.ev, "cloud.region", arn[3])
				setNamed(k.ev, "cloud.account.id", arn[4])
			}
			k.objects("httpRequest.headers", func(o *event.Event) {
				switch value := lookup(o, "value"); strings.ToLower(lookup(o, "name")) {
				case "host":
					k.ev.Set(event.URLDomain, value)
				case "user-agent":
					k.ev.Set(event.UserAgentOriginal, value)
				case "referer":
					setNamed(k.ev, "http.request.referrer", value)
				}
			})
			k.ev.Set(event.NetworkProtocol, "http")
			k.webVerdict(k.action)
		},
	},
	{
		name: "aws_vpcflow_json", has: []string{"interface-id", "srcaddr"}, module: "aws", dataset: "aws.vpcflow", table: `
*  cloud.provider:=aws
account-id  cloud.account.id
srcaddr  source.ip
dstaddr  destination.ip
srcport  source.port
dstport  destination.port
protocol  network.transport
packets  source.packets network.packets
bytes  source.bytes network.bytes
start  event.start
end  event.end @time1
action  @action
`, finish: func(k *keyed) { concludeAction(k.ev, k.action, "") },
	},
}

func cloudTrailEvent(k *keyed) {
	ev := k.ev
	outcome := success
	if k.get("errorCode") != "" || k.get("errorMessage") != "" {
		outcome = failure
	}
	name := k.get("eventName")
	if name == "ConsoleLogin" {
		if k.get("responseElements.ConsoleLogin") == "Failure" {
			outcome = failure
		}
		if outcome == failure {
			classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
		} else {
			classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
		}
		return
	}
	switch {
	case strings.HasPrefix(name, "Get"), strings.HasPrefix(name, "List"), strings.HasPrefix(name, "Describe"), strings.HasPrefix(name, "Head"), strings.HasPrefix(name, "Lookup"):
		classify(ev, catConfiguration, "access", name, outcome)
	default:
		k.cloudAction(name, outcome)
	}
}
