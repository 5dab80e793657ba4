package read

import (
	"strings"

	"porchlight/ingest/event"
)

// Sentences: what devices write when no format says which word is which. Only
// the words before a value say what it is ("from 192.0.2.1", "user anna"), so
// that little is found, but seldom anything wrong.

// Prose sets the addresses, ports, users, interfaces and hardware addresses
// that a sentence names, unless already set.
func (k *Keyed) Prose(text string) {
	ev := k.Event
	before, last, earlier := "", "", ""
	from, to := "", "" // with an arrow between
	words := 0
	for rest := text; rest != "" && words < 128; words++ {
		var word string
		rest = strings.TrimLeft(rest, " \t,;\r\n")
		if word, rest = CutWord(rest); word == "" {
			continue
		}
		if word == "->" && to == "" {
			from, to = proseArrow(last, rest)
		}
		bare := strings.Trim(word, `"'()[]<>.,;`)
		last, bare = prosePair(last, bare)
		key := strings.TrimRight(Lower(last), ":=")
		if word[0] == '(' && (before == "from" || before == "by") { // from pc7 (192.0.2.1)
			key = before
		}
		switch {
		case k.proseAddress(proseSide(key, before, earlier), bare):
		case key == "port" && IsPort(bare) && k.prosePort(proseSide(key, before, earlier), bare):
		case isUserWord(key, before) && isUserName(bare) && !ev.Has(event.UserName):
			if more := proseQuoted(word, rest); more != "" {
				bare += " " + more
			}
			k.bindAccount(&Binding{as: asAccount, field: event.UserName, side: proseUser}, bare)
		}
		earlier, before, last = before, key, bare
		if strings.HasSuffix(word, ":") || bare == "" {
			last = strings.Trim(word, `"'()[]<>.,;`)
		}
	}
	switch known := ev.Has(event.SourceIP) || ev.Has(event.DestinationIP); {
	case known:
	case to != "":
		k.proseAddress("from", from)
		k.proseAddress("to", to)
	case k.userIP != "":
		SetSource(ev, k.userIP)
	}
}

var proseUser = userSide("user.name")

// proseArrow returns the two addresses with an arrow between them, "" where
// they are none: 192.0.2.1:51234 -> 198.51.100.7:443. rest is what follows the
// arrow.
func proseArrow(last, rest string) (from, to string) {
	next, _ := CutWord(rest)
	next = strings.Trim(next, `"'()[]<>.,;`)
	ip, port := ProseIP(last)
	nextIP, nextPort := ProseIP(next)
	if ip != "" && nextIP != "" && (port != "" || nextPort != "") {
		return last, next
	}
	return "", ""
}

// prosePair splits key=value and key:value; for other words the key is the
// preceding word.
func prosePair(last, word string) (key, value string) {
	if name, value, ok := strings.Cut(word, "="); ok && value != "" {
		return name, strings.Trim(value, `"'`)
	}
	if name, value, ok := strings.Cut(word, ":"); ok && value != "" && isLetterWord(name) && !strings.HasPrefix(value, "//") {
		return name, strings.Trim(value, `"'`)
	}
	return last, word
}

// proseQuoted returns what else belongs to a name that begins with word: in
// quotes it may contain spaces.
func proseQuoted(word, rest string) string {
	q := word[0]
	if q != '\'' && q != '"' || strings.HasSuffix(strings.TrimRight(word, ".,;:)"), string(q)) {
		return ""
	}
	if end := strings.IndexByte(rest, q); end >= 0 && end < 64 {
		return rest[:end]
	}
	return ""
}

// proseSide returns whose address or port a value is, by the words before it:
// "destination" in "Destination IP Address: 192.0.2.1".
func proseSide(key, before, earlier string) string {
	switch key {
	case "ip", "address", "addr", "port":
		for _, w := range [...]string{before, earlier} {
			switch w {
			case "source", "src", "destination", "dst", "dest", "server", "client", "target", "remote", "peer":
				return w
			}
		}
	}
	return key
}

// prosePort stores a port if the words say whose it is.
func (k *Keyed) prosePort(side, value string) bool {
	field := event.SourcePort
	switch side {
	case "source", "src", "client":
	case "destination", "dst", "dest", "server", "target":
		field = event.DestinationPort
	default:
		return false
	}
	if !k.Event.Has(field) {
		SetPort(k.Event, field, value)
	}
	return true
}

// proseAddress stores an address after a word that says whose it is.
func (k *Keyed) proseAddress(key, value string) bool {
	ev := k.Event
	if len(value) < 7 || !strings.ContainsAny(value, ".:") {
		return false
	}
	ip, port := ProseIP(value)
	if ip == "" {
		ip, port = ProseIP(strings.TrimRight(value, ":"))
	}
	if ip == "" {
		return false
	}
	field, portField := event.SourceIP, event.SourcePort
	switch key {
	case "to", "dst", "destination", "against", "dest", "server", "remotegw", "remote_gw", "target":
		field, portField = event.DestinationIP, event.DestinationPort
	case "from", "src", "source", "client", "ip", "host", "by", "addr", "address", "localgw", "peer", "remote", "rhost", "at":
	default:
		return false
	}
	if !ev.Has(field) {
		SetAddress(ev, field, event.None, ip)
		SetPort(ev, portField, port)
	}
	return true
}

// ProseIP reads 192.0.2.1, 192.0.2.1:80, 192.0.2.1/80, [2001:db8::1]:80 and
// what Java makes of an address: pc7/192.0.2.1:80, or /192.0.2.1:80.
func ProseIP(s string) (ip, port string) {
	s = strings.Trim(s, "[]")
	if ip, _ := ParseIP(s); ip != "" {
		return ip, ""
	}
	for _, separator := range [...]string{"]:", ":", "/"} {
		if host, port, ok := CutLast(s, separator); ok && IsPort(port) {
			if ip, _ := ParseIP(host); ip != "" {
				return ip, port
			}
		}
	}
	if name, rest, ok := strings.Cut(s, "/"); ok && len(rest) < 64 && (name == "" || IsHostName(name)) && strings.IndexByte(rest, '/') < 0 {
		return ProseIP(rest)
	}
	return "", ""
}

// isUserWord reports whether a user's name may follow the word.
func isUserWord(word, before string) bool {
	switch word {
	case "login":
		return before != "admin" && before != "administrator" // admin login web success
	case "user", "username", "set_id", "account", "admin", "administrator", "uname", "user_name", "usr":
		return true
	case "id":
		return before == "user"
	case "name":
		return before == "user" || before == "login" || before == "account"
	case "for":
		switch before {
		case "attempt", "attempts", "failure", "failed", "password", "succeeded", "successful", "accepted", "error", "login", "logon", "authentication", "auth", "request", "credentials", "rejected":
			return true
		}
		return before != "" && before[0] == '/' // failed login on /admin for root
	case "using": // logged in using root
		return before == "in" || before == "on"
	}
	return false
}

// isUserName reports whether a word can be a user's name and is not one of
// those that follow "user" in a sentence.
func isUserName(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if c < 0x80 && !IsLetter(c) && (c < '0' || c > '9') && !strings.ContainsRune(`.-_@\$+/`, rune(c)) {
			return false
		}
	}
	return !notUsers[Lower(s)]
}

var notUsers = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq("a an and the is was has have had been to from on in at by for of or with not no via as if when because that this it its his their " +
		"login logged logout log logs name id account accounts authentication authenticated authorization session sessions password user users group agent data database does did can could will would failed " +
		"fail failure success successful successfully incorrect wrong bad ok authenticator locked unlocked added created deleted removed changed modified denied rejected accepted connected disconnected timed expired disabled enabled attempt attempts tried using access request requests " +
		"space input interface defined space settings mode role roles privilege privileges policy profile list lists unknown invalid none null type level " +
		"name/password name/passwords") {
		m[w] = true
	}
	return m
}()

// ProseLogin reports whether a sentence's words are about somebody logging in
// or out; if so it sets category, action and outcome.
func ProseLogin(ev *event.Event, text string) bool {
	if !mentionsLogin(text) {
		return false
	}
	s := strings.ToLower(text)
	any := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(s, w) {
				return true
			}
		}
		return false
	}
	switch {
	case any("logged out", "logged off", "logout", "log out", "logoff", "signed out"):
		Classify(ev, CategoryAuthentication, TypeEnd, ActionLogoff, Success)
	case !any("logged in", "log in", "login", "logon", "authenticat", "sign in", "signed in", "password", "credential"):
		return false
	case any("fail", "reject", "denied", "invalid", "incorrect", "wrong", "unsuccessful", "not authenticated", "bad password", "refused", "unauthorized", "error", " locked user"):
		Classify(ev, CategoryAuthentication, TypeStart, ActionLogonFailed, Failure)
	case any("logged in", "success", "accepted", "succeeded", "signed in", "authenticated", "login ok"):
		Classify(ev, CategoryAuthentication, TypeStart, ActionLogonSuccess, Success)
	default:
		return false
	}
	return true
}

// mentionsLogin reports cheaply whether a sentence may be about a login:
// whether it contains parts of the words that ProseLogin looks for.
func mentionsLogin(text string) bool {
	for _, part := range [...]string{"og", "OG", "uthent", "UTHENT", "assword", "ASSWORD", "ign", "IGN", "redential", "REDENTIAL"} {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// Login is the last resort: a sentence that no format knows, about somebody
// who logged in or could not, with a name or an address. A login attempt is
// worth seeing whatever the device.
func (m *Message) Login(ev *event.Event) bool {
	if len(m.Text) > maxTemplateText || !mentionsLogin(m.Text) {
		return false
	}
	found := Scratch.Get()
	defer Scratch.Put(found)
	found.Reset()
	if !ProseLogin(found, m.Text) {
		return false
	}
	k := Keyed{Event: found, Location: m.Location}
	k.Prose(m.Text)
	if !found.Has(event.SourceIP) && !found.Has(event.UserName) {
		return false
	}
	for ref, v := range found.Each() {
		ev.SetName(ref.Name, v)
	}
	From(ev, "text", "text.login")
	m.Trace.Add(Step{Parser: "text", Recognized: true, Understood: true})
	return true
}
