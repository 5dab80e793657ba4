package normalize

import (
	"strings"
	"time"

	"porchlight/ingest/event"
)

// microsoft365 is the unified audit log of Microsoft 365 (Office 365
// Management Activity API schema,
// https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema).
// CreationTime is UTC and says so nowhere.
var microsoft365 = []jsonProduct{
	{
		name: "microsoft365", has: []string{"RecordType", "Workload", "CreationTime"}, module: "o365", dataset: "o365.audit",
		table: `
Id  event.id
Operation  @action
ResultStatus  @outcome
UserId  user.id
UserKey  o365.user_key
ClientIP,ClientIPAddress,ActorIpAddress  client.ip:anyip source.ip:anyip
Workload  event.provider
ApplicationId,AppId  o365.application_id
OrganizationId  organization.id
SourceFileName,SharePointMetaData.FileName  file.name
SourceFileExtension  file.extension
SourceRelativeUrl  file.directory
SharePointMetaData.UniqueID  file.inode
SharePointMetaData.FileOwner  file.owner
SharePointMetaData.FilePathUrl  url.original
SharePointMetaData.LastModifiedTime  file.mtime:utc
ExchangeMetaData.From  source.user.email
ExchangeMetaData.Subject  email.subject
ExchangeMetaData.MessageID  email.message_id
UserAgent  user_agent.original
TargetUserOrGroupName  user.target.id
LogonError  event.reason
Name  rule.name
PolicyId  rule.id
`, finish: microsoft365Event,
	},
	{ // a row of the export of Purview's audit search
		name: "microsoft365_export", has: []string{"AuditData"}, not: []string{"Workload"}, module: "o365", dataset: "o365.audit",
		table: `
CreationDate  @time1:utc
Operation,Operations  event.action
UserId,UserIds  user.id
`, inner: func(k *keyed) (app, text string) { return "", k.get("AuditData") },
	},
	{ // a row of the export of Entra's sign-ins
		name: "entra_signin_export", has: []string{"Sign-in error code", "Request ID"}, module: "azure", dataset: "azure.signinlogs",
		table: `
Date\_(UTC)  @time1
Request\_ID  event.id
Username  user.email:email
User  user.full_name:text
User\_ID  user.id
User\_agent  user_agent.original
IP\_address  source.ip
Application  network.application:text
Device\_ID  host.id
Operating\_System  host.os.name:text
Sign-in\_error\_code  event.code
Failure\_reason  event.reason
`, finish: func(k *keyed) {
			if k.get("Status") == "Failure" || k.get("Sign-in error code") != "0" && k.get("Sign-in error code") != "" && k.get("Status") != "Success" {
				classify(k.ev, catAuthentication, typeStart, actionLogonFailed, failure)
			} else {
				classify(k.ev, catAuthentication, typeStart, actionLogonSuccess, success)
				k.ev.Delete(event.EventReason) // "Other."
			}
		},
	},
}

func microsoft365Event(k *keyed) {
	ev := k.ev
	if ns, ok := parseTime(k.get("CreationTime"), time.UTC); ok {
		ev.Time = ns
	}
	if user := k.get("UserId"); strings.IndexByte(user, '@') > 0 {
		k.put(user, microsoft365User)
	} else if strings.IndexByte(user, '\\') > 0 {
		k.put(user, microsoft365Account)
	}
	if object := k.get("ObjectId"); strings.Contains(object, "://") && !ev.Has(event.URLOriginal) {
		setURL(ev, object)
		ev.Delete(event.URLPath)
	}
	for _, list := range [...]string{"ExchangeMetaData.To", "ExchangeMetaData.CC", "ExchangeMetaData.BCC"} {
		for address := range event.Values(k.get(list)) {
			k.addTo(microsoft365Recipient, address)
		}
	}
	for _, list := range [...]string{"ExtendedProperties", "Parameters", "DeviceProperties", "ModifiedProperties"} {
		k.objects(list, func(o *event.Event) {
			name, value := lookup(o, "Name"), lookup(o, "Value")
			if name == "" || value == "" {
				return
			}
			setNamed(ev, "o365."+list+"."+name, value)
			switch name {
			case "UserAgent":
				ev.Set(event.UserAgentOriginal, value)
			case "ResultStatusDetail":
				ev.Set(event.EventReason, value)
			}
		})
	}
	k.objects("PolicyDetails", func(o *event.Event) {
		inner := keyed{ev: o, loc: k.loc}
		inner.objects("Rules", func(r *event.Event) {
			k.addTo(ruleID, lookup(r, "RuleId"))
			k.addTo(ruleName, lookup(r, "RuleName"))
			setNamed(ev, "o365.rule.severity", lookup(r, "Severity"))
		})
	})
	outcome := success
	if s := lower(k.outcome); strings.HasPrefix(s, "fail") || s == "false" || s == "partiallysucceeded" || k.get("LogonError") != "" {
		outcome = failure
	}
	ev.Set(event.EventCode, microsoft365RecordType(k.get("RecordType")))
	switch k.action {
	case "UserLoggedIn":
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
	case "UserLoginFailed":
		classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
	case "MailboxLogin":
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, outcome)
	case "FileDownloaded", "FileAccessed", "FilePreviewed", "FileSyncDownloadedFull":
		classify(ev, catFile, "access", k.action, outcome)
	case "FileModified", "FileRenamed", "FileMoved", "FileCheckedIn", "FileCheckedOut":
		classify(ev, catFile, typeChange, k.action, outcome)
	case "FileUploaded", "FileCopied", "FileRestored", "FolderCreated":
		classify(ev, catFile, typeCreated, k.action, outcome)
	case "FileDeleted", "FileRecycled", "FolderDeleted", "FileDeletedFirstStageRecycleBin", "FileDeletedSecondStageRecycleBin":
		classify(ev, catFile, typeDeleted, k.action, outcome)
	case "DlpRuleMatch":
		ev.Set(event.EventKind, "alert")
		classify(ev, catFile, "access", k.action, outcome)
	case "New-InboxRule", "Set-InboxRule", "UpdateInboxRules", "Set-Mailbox", "New-TransportRule", "Set-TransportRule":
		classify(ev, "email"+event.Separator+catConfiguration, typeChange, k.action, outcome)
	case "MailItemsAccessed", "Send", "SendAs", "SendOnBehalf", "HardDelete", "SoftDelete", "MoveToDeletedItems":
		classify(ev, "email", typeInfo, k.action, outcome)
	default:
		if k.action == "" {
			k.action = ev.Get(event.EventCode)
		}
		k.cloudAction(k.action, outcome)
	}
}

var (
	microsoft365User    = target("user.email:email")
	microsoft365Account = target("user.name:user")
	// as text: several addresses may be in it
	microsoft365Recipient = target("destination.user.email:text")
)

// microsoft365RecordType is the name of a RecordType, AuditLogRecordType in
// the schema; the number where it is none of the usual ones.
func microsoft365RecordType(n string) string {
	if name, ok := microsoft365RecordTypes[n]; ok {
		return name
	}
	return n
}

var microsoft365RecordTypes = map[string]string{
	"1": "ExchangeAdmin", "2": "ExchangeItem", "3": "ExchangeItemGroup", "4": "SharePoint", "6": "SharePointFileOperation", "7": "OneDrive", "8": "AzureActiveDirectory",
	"9": "AzureActiveDirectoryAccountLogon", "10": "DataCenterSecurityCmdlet", "11": "ComplianceDLPSharePoint", "12": "Sway", "13": "ComplianceDLPExchange", "14": "SharePointSharingOperation",
	"15": "AzureActiveDirectoryStsLogon", "16": "SkypeForBusinessPSTNUsage", "17": "SkypeForBusinessUsersBlocked", "18": "SecurityComplianceCenterEOPCmdlet", "19": "ExchangeAggregatedOperation",
	"20": "PowerBIAudit", "21": "CRM", "22": "Yammer", "23": "SkypeForBusinessCmdlets", "24": "Discovery", "25": "MicrosoftTeams", "28": "ThreatIntelligence", "29": "MailSubmission", "30": "MicrosoftFlow",
	"31": "AeD", "32": "MicrosoftStream", "33": "ComplianceDLPSharePointClassification", "34": "ThreatFinder", "35": "Project", "36": "SharePointListOperation", "37": "SharePointCommentOperation", "38": "DataGovernance",
	"39": "Kaizala", "40": "SecurityComplianceAlerts", "41": "ThreatIntelligenceUrl", "42": "SecurityComplianceInsights", "43": "MIPLabel", "44": "WorkplaceAnalytics", "45": "PowerAppsApp", "46": "PowerAppsPlan",
	"47": "ThreatIntelligenceAtpContent", "48": "LabelContentExplorer", "49": "TeamsHealthcare", "50": "ExchangeItemAggregated", "51": "HygieneEvent", "52": "DataInsightsRestApiAudit", "53": "InformationBarrierPolicyApplication",
	"54": "SharePointListItemOperation", "55": "SharePointContentTypeOperation", "56": "SharePointFieldOperation", "57": "MicrosoftTeamsAdmin", "58": "HRSignal", "59": "MicrosoftTeamsDevice", "60": "MicrosoftTeamsAnalytics",
	"61": "InformationWorkerProtection", "62": "Campaign", "63": "DLPEndpoint", "64": "AirInvestigation", "65": "Quarantine", "66": "MicrosoftForms", "68": "ComplianceSupervisionExchange", "69": "CustomerKeyServiceEncryption",
	"70": "OfficeNative", "71": "MipAutoLabelSharePointItem", "72": "MipAutoLabelSharePointPolicyLocation", "75": "SecureScore", "82": "SensitivityLabelPolicyMatch", "83": "SensitivityLabelAction", "84": "SensitivityLabeledFileAction",
	"93": "Mcas", "98": "UserTraining", "147": "CoreReportingSettings",
}
