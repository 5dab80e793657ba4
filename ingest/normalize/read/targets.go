package read

// Bindings for Keyed.Put and Keyed.AddTo, for values in lists and objects that
// a table of bindings cannot reach.
var (
	RuleID   = NewBinding("rule.id")
	RuleName = NewBinding("rule.name")

	// Whom and what an alert is about.
	AlertHost        = NewBinding("host.name:host")
	AlertHostIP      = NewBinding("host.ip")
	AlertHostMAC     = NewBinding("host.mac")
	AlertUser        = NewBinding("user.name:account")
	AlertURL         = NewBinding("url.original")
	AlertFile        = NewBinding("file.path")
	AlertDestination = NewBinding("destination.ip")
	AlertStart       = NewBinding("event.start")
	AlertEnd         = NewBinding("event.end")

	// Whom somebody did something to.
	TargetUserID   = NewBinding("user.target.id")
	TargetUser     = NewBinding("user.target.name:account")
	TargetEmail    = NewBinding("user.target.email:email")
	TargetFullName = NewBinding("user.target.full_name")
	TargetGroupID  = NewBinding("group.id user.target.group.id")
	TargetGroup    = NewBinding("group.name user.target.group.name")

	// What answers to DNS queries contain.
	DNSAnswerData = NewBinding("dns.answers.data")
	DNSAnswerType = NewBinding("dns.answers.type")
	DNSResolvedIP = NewBinding("dns.resolved_ip:text")
)
