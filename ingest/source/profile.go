package source

// Profile is what is known about a source besides its counters.
type Profile struct {
	FirstSeen int64  `json:"first_seen,omitempty"` // receive time of its first message, Unix nanoseconds; 0 for sources that predate profiles
	Label     string `json:"label,omitempty"`      // the name the admin gave it
	Known     bool   `json:"known,omitempty"`      // the admin has acknowledged it

	// Kinds are what its messages look like, most frequent first.
	Kinds [maxKinds]KindCount `json:"kinds"`

	// Aspects counts its events by what they are about, indexed by Aspect.
	Aspects [NumAspects]uint64 `json:"aspects"`

	Clock Clock `json:"clock"`

	// Usual is the device its messages usually name.
	Usual Device `json:"usual,omitzero"`
}

// Device is a device as its messages name it.
type Device struct {
	Vendor  string `json:"vendor,omitempty"` // observer.*
	Product string `json:"product,omitempty"`
	Type    string `json:"type,omitempty"`
	Host    string `json:"host,omitempty"` // host.name of these messages

	// Weight is how many more messages named this device than another; those
	// count fourfold. It is at most MaxDeviceWeight.
	Weight int   `json:"weight,omitempty"`
	Sure   bool  `json:"sure,omitempty"`  // enough messages have named it
	Named  int64 `json:"named,omitempty"` // receive time of the last message naming it, Unix nanoseconds
}

// MaxDeviceWeight caps a device's weight: another device at the same address
// replaces it after a quarter as many messages.
const MaxDeviceWeight = 200

const maxKinds = 4

// KindCount is a kind of device with the number of messages that look like it.
type KindCount struct {
	Kind  string `json:"kind"` // "Netgate pfSense firewall", "Linux computer"
	Count uint64 `json:"count"`
}

// Count counts a message of a kind. When there are too many kinds, the rarest
// is dropped.
func (p *Profile) Count(kind string) {
	for i := range p.Kinds {
		k := &p.Kinds[i]
		if k.Kind != "" && k.Kind != kind && i < len(p.Kinds)-1 {
			continue
		}
		if k.Kind != kind {
			k.Kind, k.Count = kind, 0
		}
		k.Count++
		if i > 0 && k.Count > p.Kinds[i-1].Count {
			p.Kinds[i-1], p.Kinds[i] = p.Kinds[i], p.Kinds[i-1]
		}
		return
	}
}

// Looks returns what the source looks like, "" if unknown.
func (p *Profile) Looks() string { return p.Kinds[0].Kind }

// Aspect is what events are about, in an admin's terms.
type Aspect uint8

// The aspects.
const (
	AspectConnections Aspect = iota // allowed, denied or seen
	AspectLogins
	AspectAccounts // users, groups, rights
	AspectConfiguration
	AspectThreats // malware, intrusions
	AspectNames   // DNS, DHCP
	AspectWeb
	AspectFiles
	AspectPrograms
	AspectMail
	AspectDevice // the state of the device itself

	NumAspects
)

// AspectOf returns the aspect of an event category; ok is false if it has
// none.
func AspectOf(category string) (a Aspect, ok bool) {
	switch category {
	case "network":
		return AspectConnections, true
	case "authentication", "session":
		return AspectLogins, true
	case "iam":
		return AspectAccounts, true
	case "configuration", "registry":
		return AspectConfiguration, true
	case "malware", "intrusion_detection", "threat", "vulnerability":
		return AspectThreats, true
	case "web", "api":
		return AspectWeb, true
	case "file", "database":
		return AspectFiles, true
	case "process", "library", "driver", "package":
		return AspectPrograms, true
	case "email":
		return AspectMail, true
	case "host":
		return AspectDevice, true
	}
	return 0, false
}

// Clock is what is known about the clock of a source.
type Clock struct {
	// Offset is how far its times are behind the time of receipt, in
	// nanoseconds; negative for a clock that is ahead. It is valid only if
	// Measured.
	Offset   int64 `json:"offset,omitempty"`
	Measured bool  `json:"measured,omitempty"`

	// Corrected is what is added to its times, in nanoseconds; 0 for no
	// correction.
	Corrected int64 `json:"corrected,omitempty"`

	// Trusted means that the admin wants its times left alone.
	Trusted bool `json:"trusted,omitempty"`
}
