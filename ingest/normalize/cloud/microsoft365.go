package cloud

import (
	"strings"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// microsoft365 is the unified audit log of Microsoft 365 (Office 365
// Management Activity API schema,
// https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema).
// CreationTime is UTC but does not say so.
var microsoft365 = []read.JSONProduct{
	{
		Name: "microsoft365", Has: []string{"RecordType", "Workload", "CreationTime"}, Module: "o365", Dataset: "o365.audit",
		Table: `
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
`, Finish: microsoft365Event,
	},
	{ // a row of the export of Purview's audit search
		Name: "microsoft365_export", Has: []string{"AuditData"}, Not: []string{"Workload"}, Module: "o365", Dataset: "o365.audit",
		Table: `
CreationDate  @time1:utc
Operation,Operations  event.action
UserId,UserIds  user.id
`, Inner: func(k *read.Keyed) (app, text string) { return "", k.Get("AuditData") },
	},
	{ // a row of the export of Entra's sign-ins
		Name: "entra_signin_export", Has: []string{"Sign-in error code", "Request ID"}, Module: "azure", Dataset: "azure.signinlogs",
		Table: `
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
`, Finish: func(k *read.Keyed) {
			if k.Get("Status") == "Failure" || k.Get("Sign-in error code") != "0" && k.Get("Sign-in error code") != "" && k.Get("Status") != "Success" {
				read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
			} else {
				read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
				k.Event.Delete(event.EventReason) // "Other."
			}
		},
	},
}

func microsoft365Event(k *read.Keyed) {
	ev := k.Event
	if ns, ok := read.ParseTime(k.Get("CreationTime"), time.UTC); ok {
		ev.Time = ns
	}
	if user := k.Get("UserId"); strings.IndexByte(user, '@') > 0 {
		k.Put(user, microsoft365User)
	} else if strings.IndexByte(user, '\\') > 0 {
		k.Put(user, microsoft365Account)
	}
	if object := k.Get("ObjectId"); strings.Contains(object, "://") && !ev.Has(event.URLOriginal) {
		read.SetURL(ev, object)
		ev.Delete(event.URLPath)
	}
	for _, list := range [...]string{"ExchangeMetaData.To", "ExchangeMetaData.CC", "ExchangeMetaData.BCC"} {
		for address := range event.Values(k.Get(list)) {
			k.AddTo(microsoft365Recipient, address)
		}
	}
	for _, list := range [...]string{"ExtendedProperties", "Parameters", "DeviceProperties", "ModifiedProperties"} {
		k.Objects(list, func(o *event.Event) {
			name, value := read.Lookup(o, "Name"), read.Lookup(o, "Value")
			if name == "" || value == "" {
				return
			}
			read.SetNamed(ev, "o365."+list+"."+name, value)
			switch name {
			case "UserAgent":
				ev.Set(event.UserAgentOriginal, value)
			case "ResultStatusDetail":
				ev.Set(event.EventReason, value)
			}
		})
	}
	k.Objects("PolicyDetails", func(o *event.Event) {
		inner := read.Keyed{Event: o, Location: k.Location}
		inner.Objects("Rules", func(r *event.Event) {
			k.AddTo(read.RuleID, read.Lookup(r, "RuleId"))
			k.AddTo(read.RuleName, read.Lookup(r, "RuleName"))
			read.SetNamed(ev, "o365.rule.severity", read.Lookup(r, "Severity"))
		})
	})
	outcome := read.Success
	if s := read.Lower(k.Outcome); strings.HasPrefix(s, "fail") || s == "false" || s == "partiallysucceeded" || k.Get("LogonError") != "" {
		outcome = read.Failure
	}
	ev.Set(event.EventCode, microsoft365RecordType(k.Get("RecordType")))
	switch k.Action {
	case "UserLoggedIn":
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case "UserLoginFailed":
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	case "MailboxLogin":
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, outcome)
	case "FileDownloaded", "FileAccessed", "FilePreviewed", "FileSyncDownloadedFull":
		read.Classify(ev, read.CategoryFile, "access", k.Action, outcome)
	case "FileModified", "FileRenamed", "FileMoved", "FileCheckedIn", "FileCheckedOut":
		read.Classify(ev, read.CategoryFile, read.TypeChange, k.Action, outcome)
	case "FileUploaded", "FileCopied", "FileRestored", "FolderCreated":
		read.Classify(ev, read.CategoryFile, read.TypeCreated, k.Action, outcome)
	case "FileDeleted", "FileRecycled", "FolderDeleted", "FileDeletedFirstStageRecycleBin", "FileDeletedSecondStageRecycleBin":
		read.Classify(ev, read.CategoryFile, read.TypeDeleted, k.Action, outcome)
	case "DlpRuleMatch":
		ev.Set(event.EventKind, "alert")
		read.Classify(ev, read.CategoryFile, "access", k.Action, outcome)
	case "New-InboxRule", "Set-InboxRule", "UpdateInboxRules", "Set-Mailbox", "New-TransportRule", "Set-TransportRule":
		read.Classify(ev, "email"+event.Separator+read.CategoryConfiguration, read.TypeChange, k.Action, outcome)
	case "MailItemsAccessed", "Send", "SendAs", "SendOnBehalf", "HardDelete", "SoftDelete", "MoveToDeletedItems":
		read.Classify(ev, "email", read.TypeInfo, k.Action, outcome)
	default:
		if k.Action == "" {
			k.Action = ev.Get(event.EventCode)
		}
		k.CloudAction(k.Action, outcome)
	}
}

var (
	microsoft365User    = read.NewBinding("user.email:email")
	microsoft365Account = read.NewBinding("user.name:user")
	// as text: it may contain several addresses
	microsoft365Recipient = read.NewBinding("destination.user.email:text")
)

// microsoft365RecordType returns the name of a RecordType, AuditLogRecordType
// in the schema; the number if it is not a common one.
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
