package endpoint

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// jamf is Jamf Protect: the endpoint telemetry of macOS (Endpoint Security
// events) and web threat and traffic events
// (https://learn.jamf.com/bundle/jamf-protect-documentation/page/Data_Models.html).
var jamf = []read.JSONProduct{
	{
		Name: "jamf_telemetry", Has: []string{"metadata.vendor", "host.provisioningUDID", "event_type"}, Module: "jamf_protect", Dataset: "jamf_protect.telemetry", Table: `
*  device.manufacturer:=Apple
time  @time1 event.start
uuid  event.id
event_type  event.code
host.hostname  host.name:host
host.ips  host.ip
host.serial  host.serial device.id
host.os  host.os.version
glob_seq_num  event.sequence
thread.thread_id  process.thread.id
event.exec.args  process.args
event.exec.cwd.path  process.working_directory
event.exec.env  process.env_vars
event.openssh_login.source_address,event.openssh_logout.source_address,event.screensharing_attach.source_address  source.ip
event.openssh_login.username,event.openssh_logout.username,event.login_login.username,event.login_logout.username  user.name:text
event.authentication.data.od.record_name,event.authentication.data.touchid.username  user.name:text
event.sudo.from_username,event.su.from_username  user.name:text
event.lw_session_login.username,event.lw_session_logout.username,event.lw_session_lock.username  user.name:text
event.lw_session_unlock.username,event.screensharing_attach.authentication_username,event.od_create_user.user_name  user.name:text
event.od_delete_user.user_name,event.od_enable_user.user_name,event.od_disable_user.user_name  user.name:text
event.od_modify_password.account_name  user.name:text
event.sudo.command  process.command_line
event.su.to_username,event.sudo.to_username  user.effective.name
event.od_create_group.group_name,event.od_delete_group.group_name,event.od_group_add.group_name  group.name
event.od_group_remove.group_name,event.od_group_set.group_name  group.name
event.xp_malware_detected.malware_identifier,event.xp_malware_remediated.malware_identifier  rule.name
event.xp_malware_detected.detected_path,event.xp_malware_remediated.remediated_path  threat.indicator.file.path
event.od_group_add.member.member_value,event.od_group_remove.member.member_value  user.target.name:text
event.btm_launch_item_add.item.executable_path  file.path
`, Finish: func(k *read.Keyed) {
			jamfProcess(k)
			jamfKind(k)
		},
	},
	{
		Name: "jamf_web", Has: []string{"event.metadata.vendor", "event.signatureId.name"}, Module: "jamf_protect", Dataset: "jamf_protect.web_traffic_events", Table: `
event.timestamp  @time1 event.start
event.signatureId.name  rule.name
event.hostName  dns.question.name
event.dns.recordType  dns.answers.type
event.dns.ttl  dns.answers.ttl
event.dns.responseStatus  dns.response_code
event.user.email  user.email
event.user.name  user.name:text
event.source.ip  source.ip
event.destination.ips  destination.ip
event.device.deviceId  host.id
event.threat.result  event.reason
`, Finish: func(k *read.Keyed) {
			if k.Get("event.blocked") == "true" {
				read.Classify(k.Event, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
			} else {
				read.Classify(k.Event, read.CategoryNetwork, read.TypeConnectionAllowed, read.ActionConnectionAllowed, read.Success)
			}
		},
	},
}

// jamfProcess reads the process an event is about rather than the one that
// reported it: the one executed, or the one that asked a daemon to act.
func jamfProcess(k *read.Keyed) {
	prefix := "process."
	for _, e := range k.Event.Extras() {
		if i := strings.Index(e.Name, ".instigator.audit_token.pid"); i > 0 {
			prefix = e.Name[:i] + ".instigator."
			break
		}
		if e.Name == "event.exec.target.audit_token.pid" {
			prefix = "event.exec.target."
			break
		}
	}
	for name, b := range jamfProcessKeys {
		k.Put(k.Get(prefix+name), b)
	}
	if !k.Event.Has(event.ProcessParentPID) {
		k.Put(k.Get(prefix+"parent_audit_token.pid"), jamfProcessKeys["ppid"])
	}
	if k.Get(prefix+"audit_token.pid") != "" {
		interactive := "false"
		if k.Get(prefix+"tty.path") != "" {
			interactive = "true"
		}
		read.SetNamed(k.Event, "process.interactive", interactive)
	}
}

var jamfProcessKeys = read.NewBindings(`
audit_token.pid  process.pid
audit_token.uuid  process.entity_id
audit_token.euid  user.effective.id
executable.path  process.executable
executable.sha1  process.hash.sha1
executable.sha256  process.hash.sha256
signing_id  process.code_signature.signing_id
team_id  process.code_signature.team_id
start_time  process.start
ppid  process.parent.pid
parent_audit_token.uuid  process.parent.entity_id
parent_audit_token.euid  process.parent.user.id
parent_audit_token.ruid  process.parent.real_user.id
parent_audit_token.rgid  process.parent.real_group.id
responsible_audit_token.uuid  process.group_leader.entity_id
responsible_audit_token.pid  process.group_leader.pid
responsible_audit_token.euid  process.group_leader.user.id
responsible_audit_token.ruid  process.group_leader.real_user.id
responsible_audit_token.rgid  process.group_leader.real_group.id
`)

// jamfKind classifies by which Endpoint Security event the document contains.
func jamfKind(k *read.Keyed) {
	ev := k.Event
	has := func(name string) bool {
		for _, e := range ev.Extras() {
			if len(e.Name) > len("event.")+len(name) && e.Name[:len("event.")] == "event." && e.Name[len("event."):len("event.")+len(name)] == name && e.Name[len("event.")+len(name)] == '.' {
				return true
			}
		}
		return false
	}
	auth := func(name string) {
		if k.Get("event."+name+".success") == "false" {
			read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
		} else {
			read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
		}
	}
	switch {
	case has("exec"):
		read.Classify(ev, read.CategoryProcess, read.TypeStart, read.ActionProcessStarted, read.Success)
	case has("openssh_login"):
		auth("openssh_login")
	case has("login_login"):
		auth("login_login")
	case has("authentication"):
		auth("authentication")
	case has("screensharing_attach"):
		auth("screensharing_attach")
	case has("lw_session_login"):
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case has("openssh_logout"), has("login_logout"), has("lw_session_logout"):
		read.Classify(ev, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, read.Success)
	case has("sudo"):
		if k.Get("event.sudo.success") == "false" {
			read.Classify(ev, read.CategoryProcess, read.TypeStart, read.ActionPrivilegeDenied, read.Failure)
		} else {
			read.Classify(ev, read.CategoryProcess, read.TypeStart, read.ActionPrivilegeGranted, read.Success)
		}
	case has("su"):
		if k.Get("event.su.success") == "false" {
			read.Classify(ev, read.CategoryProcess, read.TypeStart, read.ActionPrivilegeDenied, read.Failure)
		} else {
			read.Classify(ev, read.CategoryProcess, read.TypeStart, read.ActionPrivilegeGranted, read.Success)
		}
	case has("od_create_user"):
		read.Classify(ev, read.CategoryIAM, read.TypeUserCreated, read.ActionUserCreated, read.Success)
	case has("od_delete_user"):
		read.Classify(ev, read.CategoryIAM, read.TypeUserDeleted, read.ActionUserDeleted, read.Success)
	case has("od_modify_password"):
		read.Classify(ev, read.CategoryIAM, read.TypeUserChanged, read.ActionPasswordChanged, read.Success)
	case has("od_enable_user"), has("od_disable_user"), has("od_attribute_set"), has("od_attribute_value_add"), has("od_attribute_value_remove"):
		read.Classify(ev, read.CategoryIAM, read.TypeUserChanged, read.ActionUserChanged, read.Success)
	case has("od_create_group"):
		read.Classify(ev, read.CategoryIAM, read.TypeGroupCreated, read.ActionGroupCreated, read.Success)
	case has("od_delete_group"):
		read.Classify(ev, read.CategoryIAM, read.TypeGroupDeleted, read.ActionGroupDeleted, read.Success)
	case has("od_group_add"), has("od_group_set"):
		read.Classify(ev, read.CategoryIAM, read.TypeGroupChanged, read.ActionGroupMemberAdded, read.Success)
	case has("od_group_remove"):
		read.Classify(ev, read.CategoryIAM, read.TypeGroupChanged, read.ActionGroupMemberRemoved, read.Success)
	case has("xp_malware_detected"):
		ev.Set(event.EventKind, "alert")
		read.Classify(ev, "malware", read.TypeInfo, "malware-detected", "")
	case has("xp_malware_remediated"):
		ev.Set(event.EventKind, "alert")
		outcome := read.Success
		if k.Get("event.xp_malware_remediated.success") == "false" {
			outcome = read.Failure
		}
		read.Classify(ev, "malware", read.TypeInfo, "malware-blocked", outcome)
	case has("btm_launch_item_add"):
		read.Classify(ev, read.CategoryConfiguration, read.TypeCreated, read.ActionServiceAdded, read.Success)
	default:
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "", "")
	}
}
