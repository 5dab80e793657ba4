package normalize

import "porchlight/ingest/event"

// The values of event.action, the same for every product. Rules and searches
// rely on them.
//
// A logon attempt is counted once: the line in which the service itself says
// how it ended has logon-success or logon-failed. Lines around it (PAM's view
// of the same attempt, an unknown name, giving up) have their own actions and
// are still event.category authentication with event.outcome failure.
const (
	actionLogonSuccess     = "logon-success"           // someone proved who they are
	actionLogonFailed      = "logon-failed"            // and failed to
	actionLogonDenied      = "logon-denied"            // refused by policy, whatever the password
	actionLogonAborted     = "logon-aborted"           // left before the logon was decided
	actionLogonLimit       = "logon-attempts-exceeded" // too many attempts on one connection
	actionLogonPending     = "logon-pending"           // one of several steps done
	actionUserUnknown      = "user-unknown"            // the name tried does not exist
	actionAuthFailed       = "authentication-failed"   // PAM's view of an attempt that the service reports too
	actionAuthSucceeded    = "authentication-succeeded"
	actionAccountLocked    = "account-locked"
	actionAccountUnlocked  = "account-unlocked"
	actionLogoff           = "logoff"
	actionSessionOpened    = "session-opened"
	actionSessionClosed    = "session-closed"
	actionPrivilegeGranted = "privilege-elevated" // acting as another user: sudo, su, pkexec
	actionPrivilegeDenied  = "privilege-denied"

	actionUserCreated        = "user-created"
	actionUserDeleted        = "user-deleted"
	actionUserChanged        = "user-changed"
	actionPasswordChanged    = "password-changed"
	actionGroupCreated       = "group-created"
	actionGroupDeleted       = "group-deleted"
	actionGroupChanged       = "group-changed"
	actionGroupMemberAdded   = "group-member-added"
	actionGroupMemberRemoved = "group-member-removed"

	actionConnectionAllowed  = "connection-allowed"
	actionConnectionDenied   = "connection-denied"
	actionConnectionLogged   = "connection-logged" // seen; the line does not say what was decided
	actionConnectionStarted  = "connection-started"
	actionConnectionClosed   = "connection-closed"
	actionConnectionRejected = "connection-rejected" // by the service: not its protocol, nothing in common

	actionProcessStarted = "process-started"
	actionProcessEnded   = "process-ended"
	actionServiceStarted = "service-started"
	actionServiceStopped = "service-stopped"
	actionServiceFailed  = "service-failed"
	actionSystemShutdown = "system-shutdown"
	actionSystemRestart  = "system-restart"
	actionSystemSuspend  = "system-suspend"
	actionServiceAdded   = "service-installed"
	actionConfigChanged  = "config-changed"
	actionLogCleared     = "log-cleared"
	actionLogRotated     = "log-rotated"
	actionLogLost        = "log-messages-lost" // a log service dropped messages
)

// Values of event.outcome.
const (
	success = "success"
	failure = "failure"
)

// Values of event.category and event.type, alone and in the pairs in use
// (ECS 8, allowed values).
const (
	catAuthentication = "authentication"
	catConfiguration  = "configuration"
	catFile           = "file"
	catRegistry       = "registry"
	catDatabase       = "database"
	catHost           = "host"
	catIAM            = "iam"
	catNetwork        = "network"
	catProcess        = "process"
	catSession        = "session"

	typeStart   = "start"
	typeEnd     = "end"
	typeInfo    = "info"
	typeChange  = "change"
	typeUser    = "user"
	typeGroup   = "group"
	typeCreated = "creation"
	typeDeleted = "deletion"
	typeAllowed = "allowed"
	typeDenied  = "denied"
	typeConn    = "connection"

	userCreated  = typeUser + event.Separator + typeCreated
	userDeleted  = typeUser + event.Separator + typeDeleted
	userChanged  = typeUser + event.Separator + typeChange
	groupCreated = typeGroup + event.Separator + typeCreated
	groupDeleted = typeGroup + event.Separator + typeDeleted
	groupChanged = typeGroup + event.Separator + typeChange
	connAllowed  = typeConn + event.Separator + typeAllowed
	connDenied   = typeConn + event.Separator + typeDenied
	connInfo     = typeConn + event.Separator + typeInfo
	connStart    = typeConn + event.Separator + typeStart
	connEnd      = typeConn + event.Separator + typeEnd
)

// Fields without a slot that several parsers set.
const (
	// fieldCount is how many times the event happened, for a message that
	// stands for several ("message repeated 5 times", "3 incorrect password
	// attempts"). Absent means once.
	fieldCount = "event.count"

	fieldTTY         = "process.tty.name"
	fieldEffectiveID = "user.effective.id"
	fieldSSHMethod   = "system.auth.ssh.method"
	fieldSSHKey      = "system.auth.ssh.signature" // type and fingerprint of the key
	fieldPAMModule   = "system.auth.pam.module"
	fieldPAMService  = "system.auth.pam.service"
	fieldPAMType     = "system.auth.pam.type"
	fieldICMPType    = "icmp.type"
	fieldICMPCode    = "icmp.code"
	fieldVLAN        = "network.vlan.id"
)

// classify sets what kind of event it is. outcome may be empty: not every
// event succeeds or fails.
func classify(ev *event.Event, category, typ, action, outcome string) {
	ev.Set(event.EventCategory, category)
	ev.Set(event.EventType, typ)
	ev.Set(event.EventAction, action)
	ev.Set(event.EventOutcome, outcome)
}

// from names the module and data set, as Elastic's integrations do.
func from(ev *event.Event, module, dataset string) {
	ev.Set(event.EventModule, module)
	ev.Set(event.EventDataset, dataset)
}

func fromAuth(ev *event.Event) { from(ev, "system", "system.auth") }
func fromSys(ev *event.Event)  { from(ev, "system", "system.syslog") }
