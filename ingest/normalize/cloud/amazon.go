package cloud

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// amazon is what Amazon Web Services write as JSON: CloudTrail
// (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference.html),
// GuardDuty and Security Hub findings, and WAF logs.
var amazon = []read.JSONProduct{
	{
		Name: "aws_cloudtrail", Has: []string{"eventVersion", "eventSource", "eventName"}, Module: "aws", Dataset: "aws.cloudtrail", Table: `
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
`, Finish: cloudTrailEvent,
	},
	{
		Name: "aws_guardduty", Has: []string{"service.serviceName", "severity", "schemaVersion"}, Module: "aws", Dataset: "aws.guardduty", Table: `
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
`, Finish: func(k *read.Keyed) {
			k.Event.Set(event.EventKind, "alert")
			read.Classify(k.Event, "intrusion_detection", read.TypeInfo, "threat-detected", "")
		},
	},
	{
		Name: "aws_securityhub", Has: []string{"ProductArn", "AwsAccountId", "SchemaVersion"}, Module: "aws", Dataset: "aws.securityhub_findings", Table: `
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
`, Finish: func(k *read.Keyed) {
			k.Event.Set(event.EventKind, "alert")
			k.Objects("Vulnerabilities", func(o *event.Event) {
				k.AddTo(vulnerabilityID, read.Lookup(o, "Id"))
				k.AddTo(vulnerabilityReference, read.Lookup(o, "ReferenceUrls"))
				read.SetNamed(k.Event, "vulnerability.scanner.vendor", read.Lookup(o, "Vendor.Name"))
				inner := read.Keyed{Event: o}
				inner.Objects("Cvss", func(c *event.Event) {
					read.SetNamed(k.Event, "vulnerability.score.base", read.Lookup(c, "BaseScore"))
					read.SetNamed(k.Event, "vulnerability.score.version", read.Lookup(c, "Version"))
				})
			})
			read.Classify(k.Event, "vulnerability", read.TypeInfo, "finding-"+read.Lower(k.Get("Workflow.Status")), "")
		},
	},
	{
		Name: "aws_waf", Has: []string{"webaclId", "httpRequest.clientIp"}, Module: "aws", Dataset: "aws.waf", Table: `
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
`, Finish: func(k *read.Keyed) {
			if arn := strings.Split(k.Get("webaclId"), ":"); len(arn) > 5 {
				read.SetNamed(k.Event, "cloud.service.name", arn[2])
				read.SetNamed(k.Event, "cloud.region", arn[3])
				read.SetNamed(k.Event, "cloud.account.id", arn[4])
			}
			k.Objects("httpRequest.headers", func(o *event.Event) {
				switch value := read.Lookup(o, "value"); strings.ToLower(read.Lookup(o, "name")) {
				case "host":
					k.Event.Set(event.URLDomain, value)
				case "user-agent":
					k.Event.Set(event.UserAgentOriginal, value)
				case "referer":
					read.SetNamed(k.Event, "http.request.referrer", value)
				}
			})
			k.Event.Set(event.NetworkProtocol, "http")
			k.WebVerdict(k.Action)
		},
	},
	{
		Name: "aws_vpcflow_json", Has: []string{"interface-id", "srcaddr"}, Module: "aws", Dataset: "aws.vpcflow", Table: `
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
`, Finish: func(k *read.Keyed) { read.ConcludeAction(k.Event, k.Action, "") },
	},
}

func cloudTrailEvent(k *read.Keyed) {
	ev := k.Event
	outcome := read.Success
	if k.Get("errorCode") != "" || k.Get("errorMessage") != "" {
		outcome = read.Failure
	}
	name := k.Get("eventName")
	if name == "ConsoleLogin" {
		if k.Get("responseElements.ConsoleLogin") == "Failure" {
			outcome = read.Failure
		}
		if outcome == read.Failure {
			read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
		} else {
			read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
		}
		return
	}
	switch {
	case strings.HasPrefix(name, "Get"), strings.HasPrefix(name, "List"), strings.HasPrefix(name, "Describe"), strings.HasPrefix(name, "Head"), strings.HasPrefix(name, "Lookup"):
		read.Classify(ev, read.CategoryConfiguration, "access", name, outcome)
	default:
		k.CloudAction(name, outcome)
	}
}
