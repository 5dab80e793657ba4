package windows

import "strings"

// The wording of rendered Windows event log messages.

// windowsSections says whose data the labels under a heading are.
var windowsSections = map[string]string{
	"Subject": "Subject", "New Logon": "Target", "Account For Which Logon Failed": "Target", "Account Whose Credentials Were Used": "Target", "Target Account": "Target",
	"New Account": "Target", "Account That Was Locked Out": "Target", "Account Information": "Target", "Target Subject": "Target", "New Computer Account": "Target",
	"Computer Account That Was Changed": "Target", "User": "Target", "Target Computer": "Target", "Member": "Member", "Group": "Group", "New Group": "Group", "Deleted Group": "Group",
	"Logon Information": "Target", "Failure Information": "", "Process Information": "", "Network Information": "", "Detailed Authentication Information": "", "Object": "",
	"Additional Information": "", "Service Information": "", "Service": "", "Target Server": "", "Attributes": "", "Changed Attributes": "", "Share Information": "",
	"Access Request Information": "", "Application Information": "", "Filter Information": "", "Task Information": "", "Permissions Change": "", "Requested Operation": "",
	"Audit Policy Change": "", "Creator Subject": "Subject", "Provider": "", "Session": "", "User Information": "Target", "Certificate Information": "",
}

// windowsLabels maps the labels of rendered messages to the data they stand
// for; those with * depend on the heading above.
var windowsLabels = map[string]string{
	"Security ID": "*Sid", "Account Name": "*UserName", "Account Domain": "*DomainName", "Logon ID": "*LogonId", "Group Name": "*UserName", "Group Domain": "*DomainName",
	"Logon GUID": "LogonGuid", "Logon Type": "LogonType", "Failure Reason": "FailureReason", "Status": "Status", "Sub Status": "SubStatus", "Caller Process ID": "ProcessId",
	"Caller Process Name": "ProcessName", "Workstation Name": "WorkstationName", "Source Network Address": "IpAddress", "Source Port": "*Port", "Client Address": "IpAddress",
	"Client Port": "IpPort", "Network Address": "IpAddress", "Port": "IpPort", "Source Address": "*Address", "Logon Process": "LogonProcessName", "Authentication Package": "*Package",
	"Transited Services": "TransmittedServices", "Package Name (NTLM only)": "LmPackageName", "Key Length": "KeyLength", "New Process ID": "NewProcessId",
	"New Process Name": "NewProcessName", "Token Elevation Type": "TokenElevationType", "Mandatory Label": "MandatoryLabel", "Creator Process ID": "ProcessId",
	"Creator Process Name": "ParentProcessName", "Process Command Line": "CommandLine", "Process ID": "ProcessId", "Process Name": "ProcessName", "Exit Status": "Status",
	"Object Server": "ObjectServer", "Object Type": "ObjectType", "Object Name": "ObjectName", "Handle ID": "HandleId", "Accesses": "AccessList", "Access Mask": "AccessMask",
	"Desired Access": "AccessMask", "Access Reasons": "AccessReason", "Service Name": "ServiceName", "Service ID": "ServiceSid", "Service File Name": "ServiceFileName",
	"Service Type": "ServiceType", "Service Start Type": "ServiceStartType", "Service Account": "ServiceAccount", "Task Name": "TaskName", "Task Content": "TaskContent",
	"Share Name": "ShareName", "Share Path": "ShareLocalPath", "Relative Target Name": "RelativeTargetName", "Destination Address": "DestAddress", "Destination Port": "DestPort",
	"Protocol": "Protocol", "Application Name": "Application", "Direction": "Direction", "Supplied Realm Name": "TargetDomainName", "User ID": "TargetSid",
	"Ticket Options": "TicketOptions", "Result Code": "Status", "Failure Code": "Status", "Error Code": "Status", "Ticket Encryption Type": "TicketEncryptionType",
	"Pre-Authentication Type": "PreAuthType", "Logon Account": "TargetUserName", "Source Workstation": "Workstation", "Caller Computer Name": "TargetDomainName",
	"Old Account Name": "OldTargetUserName", "New Account Name": "NewTargetUserName", "Privileges": "PrivilegeList", "Elevated Token": "ElevatedToken",
	"Impersonation Level": "ImpersonationLevel", "Virtual Account": "VirtualAccount", "Restricted Admin Mode": "RestrictedAdminMode", "Linked Logon ID": "TargetLinkedLogonId",
	"Network Account Name": "TargetOutboundUserName", "Network Account Domain": "TargetOutboundDomainName", "Session Name": "SessionName", "Client Name": "ClientName",
	"Filter Run-Time ID": "FilterRTID", "Layer Name": "LayerName", "Layer Run-Time ID": "LayerRTID", "SAM Account Name": "SamAccountName", "Display Name": "DisplayName",
	"User Principal Name": "UserPrincipalName", "Target Server Name": "TargetServerName", "ScriptBlock ID": "ScriptBlockId", "Path": "Path", "Rule Name": "RuleName",
	"Rule ID": "RuleId", "Category": "CategoryId", "Subcategory": "SubcategoryId", "Changes": "AuditPolicyChanges", "Operation Type": "OperationType", "Read Operation": "ReadOperation",
}

// windowsSentence finds the event whose message begins like text.
func windowsSentence(text string) *rendered {
	text = strings.TrimLeft(text, " \t\r\n")
	if len(text) < 12 || text[0] >= 0x80 {
		return nil
	}
	for i := range windowsSentences[text[0]] {
		if s := &windowsSentences[text[0]][i]; strings.HasPrefix(text, s.text) {
			return s
		}
	}
	return nil
}

// rendered is how an event's message begins.
type rendered struct{ text, id, channel string }

var windowsSentences = func() (m [128][]rendered) {
	add := func(channel, list string) {
		for line := range strings.Lines(list) {
			if id, text, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
				m[text[0]] = append(m[text[0]], rendered{text, id, channel})
			}
		}
	}
	add("Security", `
1100 The event logging service has shut down.
1102 The audit log was cleared.
4608 Windows is starting up.
4616 The system time was changed.
4624 An account was successfully logged on.
4625 An account failed to log on.
4634 An account was logged off.
4647 User initiated logoff:
4648 A logon was attempted using explicit credentials.
4656 A handle to an object was requested.
4657 A registry value was modified.
4658 The handle to an object was closed.
4660 An object was deleted.
4662 An operation was performed on an object.
4663 An attempt was made to access an object.
4670 Permissions on an object were changed.
4672 Special privileges assigned to new logon.
4673 A privileged service was called.
4674 An operation was attempted on a privileged object.
4688 A new process has been created.
4689 A process has exited.
4697 A service was installed in the system.
4698 A scheduled task was created.
4699 A scheduled task was deleted.
4700 A scheduled task was enabled.
4701 A scheduled task was disabled.
4702 A scheduled task was updated.
4703 A user right was adjusted.
4703 A token right was adjusted.
4704 A user right was assigned.
4705 A user right was removed.
4719 System audit policy was changed.
4720 A user account was created.
4722 A user account was enabled.
4723 An attempt was made to change an account's password.
4724 An attempt was made to reset an account's password.
4725 A user account was disabled.
4726 A user account was deleted.
4727 A security-enabled global group was created.
4728 A member was added to a security-enabled global group.
4729 A member was removed from a security-enabled global group.
4730 A security-enabled global group was deleted.
4731 A security-enabled local group was created.
4732 A member was added to a security-enabled local group.
4733 A member was removed from a security-enabled local group.
4734 A security-enabled local group was deleted.
4735 A security-enabled local group was changed.
4737 A security-enabled global group was changed.
4738 A user account was changed.
4740 A user account was locked out.
4741 A computer account was created.
4742 A computer account was changed.
4743 A computer account was deleted.
4754 A security-enabled universal group was created.
4755 A security-enabled universal group was changed.
4756 A member was added to a security-enabled universal group.
4757 A member was removed from a security-enabled universal group.
4758 A security-enabled universal group was deleted.
4767 A user account was unlocked.
4768 A Kerberos authentication ticket (TGT) was requested.
4769 A Kerberos service ticket was requested.
4770 A Kerberos service ticket was renewed.
4771 Kerberos pre-authentication failed.
4776 The computer attempted to validate the credentials for an account.
4776 The domain controller attempted to validate the credentials for an account.
4778 A session was reconnected to a Window Station.
4779 A session was disconnected from a Window Station.
4781 The name of an account was changed:
4798 A user's local group membership was enumerated.
4799 A security-enabled local group membership was enumerated.
4800 The workstation was locked.
4801 The workstation was unlocked.
5140 A network share object was accessed.
5145 A network share object was checked to see whether client can be granted desired access.
5152 The Windows Filtering Platform has blocked a packet.
5156 The Windows Filtering Platform has permitted a connection.
5157 The Windows Filtering Platform has blocked a connection.
5158 The Windows Filtering Platform has permitted a bind to a local port.
`)
	add("Microsoft-Windows-Sysmon/Operational", `
1 Process Create:
2 File creation time changed:
3 Network connection detected:
4 Sysmon service state changed:
5 Process terminated:
6 Driver loaded:
7 Image loaded:
8 CreateRemoteThread detected:
9 RawAccessRead detected:
10 Process accessed:
11 File created:
12 Registry object added or deleted:
13 Registry value set:
14 Registry object renamed:
15 File stream created:
17 Pipe Created:
18 Pipe Connected:
22 Dns query:
23 File Delete archived:
26 File Delete logged:
`)
	add("Windows PowerShell", `
400 Engine state is changed from None to Available.
403 Engine state is changed from Available to Stopped.
800 Pipeline execution details for command line:
`)
	add("Microsoft-Windows-PowerShell/Operational", `
4104 Creating Scriptblock text (
`)
	return m
}()
