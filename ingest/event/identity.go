package event

// Identity is what was known about an address for a time: which network card
// had it, which host it was, who was logged in there.
type Identity struct {
	Address string // IP address
	Kind    IdentityKind
	Value   string // hardware address (RFC 7042), host name, user name
	First   int64  // event times of the first and last event that say so, Unix nanoseconds
	Last    int64
	From    string // how it is known: the action of the last such event, such as "dhcpack"
}

// IdentityKind says what an identity is about.
type IdentityKind uint8

// The kinds.
const (
	IdentityMAC IdentityKind = iota + 1
	IdentityHost
	IdentityUser
)

func (k IdentityKind) String() string {
	switch k {
	case IdentityMAC:
		return "mac"
	case IdentityHost:
		return "host"
	case IdentityUser:
		return "user"
	}
	return "unknown"
}
