// Package read is the engine that parsers of log messages are written with: it
// finds in messages what a vendor's tables describe, and sets it as ECS fields
// of events. It knows formats (CEF, LEEF, key=value, JSON, XML, packs), not
// makers; those are in the packages beside it.
//
// A vendor's file defines a Parser and says what is particular to the vendor:
//
//	// Gate reads the controllers of Acme's gates:
//	//
//	//	gate7: id=7 state=open badge=4711 ip=192.0.2.7
//	//	gate7: Login of anna from 192.0.2.9 failed
//	var Gate = read.Parser{
//		Name:      "acme_gate",
//		Apps:      []string{"gated"},
//		Recognize: func(msg string) bool { return strings.HasPrefix(msg, "gate") && strings.Contains(msg, " badge=") },
//		Parse:     parseGate,
//	}
//
//	func parseGate(m *read.Message, ev *event.Event) bool {
//		_, text, ok := strings.Cut(m.Text, ": ")
//		if !ok {
//			return false
//		}
//		k := read.Keyed{Event: ev, Location: m.Location, Prefix: "gate."}
//		read.From(ev, "acme", "acme.gate")
//		read.Observe(ev, "Acme", "Gate", "access-control")
//		if !gateSentences.Match("*", text, &k) {
//			k.AddPairs(text, gateKeys)
//			k.Finish()
//		}
//		return true
//	}
//
//	var gateKeys = read.NewBindings(`
//	badge  user.id
//	ip  source.ip
//	state  @action
//	`)
//
//	var gateSentences = read.NewTemplates(`
//	* authentication start logon-failed failure | Login of {user.name} from {source.ip} failed
//	`)
//
// What to use for what a vendor sends:
//
//   - keys: Keyed with tables of bindings (NewBindings); Keyed.AddPairs for
//     key=value, PairScanner where pairs are mixed with other text
//   - columns: NewColumns, SplitCSV
//   - sentences: NewTemplates, and Keyed.Prose with ProseLogin for those that
//     no template matches
//   - message ids that say what happened: NewKinds
//   - only sentences: a Pack, which BuiltIn turns into a parser
//   - JSON documents: a JSONProduct in the family's list
//   - its own use of CEF or LEEF: a CEFVendor
//   - what kind of event it is, in words that all makers share: Classify with
//     the constants of the vocabulary, Keyed.LoggedOn, Keyed.CloudAction,
//     Keyed.WebAccess, Keyed.Alert, ConcludeAction
//   - single values: the functions Set..., Parse..., Is... and Cut...
//
// What parsers can rely on: the event has the header's fields and message;
// every text is an immutable string, so substrings are free and may be kept.
// What they promise: no panics, no work that grows faster than the message, no
// regular expressions, no fields set by a parser that then reports it did not
// understand, and only fields from the vocabulary (vocabulary.go) and ECS; the
// sender's own keys keep their names.
//
// Tables are package variables, read once: a mistake in one is a panic. Rarely
// needed ones are made with LazyBindings and LazyTemplates.
package read
