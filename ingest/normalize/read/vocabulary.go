package read

import "porchlight/ingest/event"

// The values of event.action, the same for every product. Rules and searches
// rely on them.
//
// A logon attempt is counted once: the line in which the service itself says
// how it ended has logon-success or logon-failed. Lines around it (PAM's view
// of the same attempt, an unknown name, giving up) have their own actions and
// are still event.category authentication with event.outcome failure.
const (
	ActionLogonSuccess     = "logon-success"           // someone proved their identity
	ActionLogonFailed      = "logon-failed"            // or failed to
	ActionLogonDenied      = "logon-denied"            // refused by policy, regardless of the password
	ActionLogonAborted     = "logon-aborted"           // gave up before the logon was decided
	ActionLogonLimit       = "logon-attempts-exceeded" // too many attempts on one connection
	ActionLogonPending     = "logon-pending"           // one of several steps completed
	ActionUserUnknown      = "user-unknown"            // the name tried does not exist
	ActionAuthFailed       = "authentication-failed"   // PAM's view of an attempt that the service reports too
	ActionAuthSucceeded    = "authentication-succeeded"
	ActionAccountLocked    = "account-locked"
	ActionAccountUnlocked  = "account-unlocked"
	ActionLogoff           = "logoff"
	ActionSessionOpened    = "session-opened"
	ActionSessionClosed    = "session-closed"
	ActionPrivilegeGranted = "privilege-elevated" // acting as another user: sudo, su, pkexec
	ActionPrivilegeDenied  = "privilege-denied"

	ActionUserCreated        = "user-created"
	ActionUserDeleted        = "user-deleted"
	ActionUserChanged        = "user-changed"
	ActionPasswordChanged    = "password-changed"
	ActionGroupCreated       = "group-created"
	ActionGroupDeleted       = "group-deleted"
	ActionGroupChanged       = "group-changed"
	ActionGroupMemberAdded   = "group-member-added"
	ActionGroupMemberRemoved = "group-member-removed"

	ActionConnectionAllowed  = "connection-allowed"
	ActionConnectionDenied   = "connection-denied"
	ActionConnectionLogged   = "connection-logged" // seen; the line does not say what was decided
	ActionConnectionStarted  = "connection-started"
	ActionConnectionClosed   = "connection-closed"
	ActionConnectionRejected = "connection-rejected" // by the service: wrong protocol, no common algorithms

	ActionProcessStarted = "process-started"
	actionProcessEnded   = "process-ended"
	ActionServiceStarted = "service-started"
	ActionServiceStopped = "service-stopped"
	ActionServiceFailed  = "service-failed"
	ActionSystemShutdown = "system-shutdown"
	ActionSystemRestart  = "system-restart"
	ActionSystemSuspend  = "system-suspend"
	ActionServiceAdded   = "service-installed"
	ActionConfigChanged  = "config-changed"
	ActionLogCleared     = "log-cleared"
	ActionLogRotated     = "log-rotated"
	ActionLogLost        = "log-messages-lost" // a log service dropped messages
)

// Values of event.outcome.
const (
	Success = "success"
	Failure = "failure"
)

// Values of event.category and event.type, single and in the pairs in use (ECS
// 8, allowed values).
const (
	CategoryAuthentication = "authentication"
	CategoryConfiguration  = "configuration"
	CategoryFile           = "file"
	CategoryRegistry       = "registry"
	CategoryDatabase       = "database"
	CategoryHost           = "host"
	CategoryIAM            = "iam"
	CategoryNetwork        = "network"
	CategoryProcess        = "process"
	CategorySession        = "session"

	TypeStart      = "start"
	TypeEnd        = "end"
	TypeInfo       = "info"
	TypeChange     = "change"
	TypeUser       = "user"
	TypeGroup      = "group"
	TypeCreated    = "creation"
	TypeDeleted    = "deletion"
	TypeAllowed    = "allowed"
	TypeDenied     = "denied"
	TypeConnection = "connection"

	TypeUserCreated       = TypeUser + event.Separator + TypeCreated
	TypeUserDeleted       = TypeUser + event.Separator + TypeDeleted
	TypeUserChanged       = TypeUser + event.Separator + TypeChange
	TypeGroupCreated      = TypeGroup + event.Separator + TypeCreated
	TypeGroupDeleted      = TypeGroup + event.Separator + TypeDeleted
	TypeGroupChanged      = TypeGroup + event.Separator + TypeChange
	TypeConnectionAllowed = TypeConnection + event.Separator + TypeAllowed
	TypeConnectionDenied  = TypeConnection + event.Separator + TypeDenied
	TypeConnectionInfo    = TypeConnection + event.Separator + TypeInfo
	TypeConnectionStart   = TypeConnection + event.Separator + TypeStart
	TypeConnectionEnd     = TypeConnection + event.Separator + TypeEnd
)

// Fields without a slot that several parsers set.
const (
	// FieldCount is how often the event happened, for a message that stands
	// for several ("message repeated 5 times", "3 incorrect password
	// attempts"). Absent means once.
	FieldCount = "event.count"

	FieldTTY         = "process.tty.name"
	FieldEffectiveID = "user.effective.id"
	FieldSSHMethod   = "system.auth.ssh.method"
	FieldSSHKey      = "system.auth.ssh.signature" // type and fingerprint of the key
	FieldPAMModule   = "system.auth.pam.module"
	FieldPAMService  = "system.auth.pam.service"
	FieldPAMType     = "system.auth.pam.type"
	FieldICMPType    = "icmp.type"
	FieldICMPCode    = "icmp.code"
	FieldVLAN        = "network.vlan.id"
)

// From sets the module and data set, as Elastic's integrations do.
func From(ev *event.Event, module, dataset string) {
	ev.Set(event.EventModule, module)
	ev.Set(event.EventDataset, dataset)
}

// FromAuth sets the data set of a system's logins and accounts.
func FromAuth(ev *event.Event) { From(ev, "system", "system.auth") }

// FromSystem sets the data set of all other messages of a system.
func FromSystem(ev *event.Event) { From(ev, "system", "system.syslog") }
