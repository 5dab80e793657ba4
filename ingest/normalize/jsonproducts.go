package normalize

import (
	"strings"
	"sync"

	"porchlight/ingest/event"
)

// A jsonProduct says what the names in the JSON of one product mean. The
// document has been flattened before (event.FlattenJSON): every value stays
// under its own name, and has its ECS meaning besides.
type jsonProduct struct {
	name string // of the fixtures

	// has are names that only documents of the product have together. The
	// first must be a rare one without an ECS slot: products are found by it.
	has []string
	not []string // names that its documents never have

	vendor, product, kind string // observer.*; empty for none
	module, dataset       string

	// table is read by bindings when it is first needed; what stands under
	// "*" is bound in any case.
	table string
	keys  func() map[string]*binding

	// finish sets what needs several values together: category and action.
	finish func(k *keyed)

	// inner returns the program and the text of the message that the document
	// is about, to be read by the parser for it.
	inner func(k *keyed) (app, text string)
}

// jsonProducts is every product whose JSON is known, found by the first of
// its names.
var jsonProducts = func() map[string][]*jsonProduct {
	m := map[string][]*jsonProduct{}
	for _, list := range [][]jsonProduct{
		actionTrail, adGuard, akamai, amazon, asana, atlassian, auth0, authentik, azure, beyondInsight, bitdefender, bitwarden, box, caddy, carbonBlack, cortexXDR,
		cisco, cloudflare, crowdStrike, cyberArk, darktrace, dashlane, defender, delinea, docker, dropbox, edgeNGFW, elasticsearch, envoy, eset,
		extraHop, falco, forgeRock, gelf, github, gitlab, google, googleCloud, huntress, jamf, journal, jumpcloud, keeper, kibana, kubernetes,
		lacework, lastPass, macOS, mattermost, messageTrace, microsoft365, microsoftGraph, mimecast, minIO, miro, modsecurity, mongoDB, netskope, nextcloud, okta,
		onePassword, openCanary, oracleCloud, osquery, pingOne, prismaCloud, proofpoint, qualys, salesforce, sentinelOne, serilog, signalSciences, slack,
		snortJSON, snowflake, snyk, sophosCentral, suricata, symantecCloud, sysdig, tailscale, tanium, teleport, tenable, threatDown, traefik,
		trellix, trueNAS, twingate, vault, vectra, visionOne, webex, winlogbeat, withSecure, wiz, zeek, zendesk, zoom, zscaler,
	} {
		for i := range list {
			p := &list[i]
			p.keys = sync.OnceValue(func() map[string]*binding { return bindings(p.table) })
			m[p.has[0]] = append(m[p.has[0]], p)
		}
	}
	return m
}()

// unwrap takes a known product's document out of the object around it,
// {"integration": "github", "github": {...}}, as collectors wrap what they
// fetch: the names lose the wrapper's. It returns nil where nothing known is
// inside.
func unwrap(ev *event.Event) *jsonProduct {
	inside := objectScratch.get()
	defer objectScratch.put(inside)
	tried, tries := "", 0
	for _, e := range ev.Extras() {
		name, _, ok := strings.Cut(e.Name, ".")
		if !ok || name == tried {
			continue
		}
		if tried, tries = name, tries+1; tries > maxWrappers {
			return nil
		}
		prefix := e.Name[:len(name)+1]
		inside.Reset()
		n := 0
		for _, o := range ev.Extras() {
			if rest, ok := strings.CutPrefix(o.Name, prefix); ok && rest != "" {
				inside.SetName(rest, o.Value)
				n++
			}
		}
		p := (*jsonProduct)(nil)
		if n*2 >= len(ev.Extras()) {
			p = productOf(inside)
		}
		if p == nil {
			continue
		}
		ev.KeepExtras(func(o event.Pair) bool { return !strings.HasPrefix(o.Name, prefix) })
		for ref, value := range inside.Each() {
			ev.SetName(ref.Name, value) // what the wrapper calls the same is about the wrapper
		}
		return p
	}
	return nil
}

// maxWrappers bounds how many parts of an unknown document are looked into.
const maxWrappers = 4

// productOf finds the product whose names a flattened document has; of
// several the one that asks for most. It returns nil for unknown ones.
func productOf(ev *event.Event) *jsonProduct {
	var best *jsonProduct
	for _, e := range ev.Extras() {
		for _, p := range jsonProducts[e.Name] {
			if (best == nil || len(p.has) > len(best.has)) && p.fits(ev) {
				best = p
			}
		}
	}
	return best
}

func (p *jsonProduct) fits(ev *event.Event) bool {
	for _, name := range p.has[1:] {
		if _, ok := ev.LookupName(name); !ok {
			return false
		}
	}
	for _, name := range p.not {
		if _, ok := ev.LookupName(name); ok {
			return false
		}
	}
	return true
}

// read sets what the document says in ECS.
func (p *jsonProduct) read(k *keyed) {
	// Binding may add extras: first see what there is to bind.
	var found [128]struct {
		b     *binding
		value string
	}
	n := 0
	keys := p.keys()
	for _, e := range k.ev.Extras() {
		if b := keys[e.Name]; b != nil && n < len(found) && e.Value != "" {
			found[n].b, found[n].value = b, e.Value
			n++
		}
	}
	k.hosts = true // an alert is about a machine, not about the collector that forwards it
	for i := range n {
		k.bind(found[i].b, found[i].value)
	}
	if b := keys["*"]; b != nil {
		k.bind(b, "*")
	}
	if p.vendor != "" {
		observe(k.ev, p.vendor, p.product, p.kind)
	}
	from(k.ev, p.module, p.dataset)
	if p.finish != nil {
		p.finish(k)
	}
}

// get returns a value of the document under the sender's own name.
func (k *keyed) get(name string) string {
	v, _ := k.ev.Lookup(resolve(name))
	return v
}

// first returns the first of several values.
func (k *keyed) first(names ...string) string {
	for _, n := range names {
		if v := k.get(n); v != "" {
			return v
		}
	}
	return ""
}

// maxObjects bounds how many objects of an array are looked into.
const maxObjects = 32

var objectScratch = newPool(func() *event.Event { return new(event.Event) })

// objects calls read with every object of an array, flattened. The event is
// only good during the call.
func (k *keyed) objects(name string, read func(o *event.Event)) {
	text := k.get(name)
	if text == "" {
		return
	}
	o := objectScratch.get()
	defer objectScratch.put(o)
	n := 0
	for one := range event.Values(text) {
		if n++; n > maxObjects {
			return
		}
		o.Reset()
		if strings.HasPrefix(one, "{") && event.FlattenJSON(one, o) == nil {
			read(o)
		}
	}
}

// lookup is LookupName for objects.
func lookup(o *event.Event, name string) string {
	v, _ := o.LookupName(name)
	return v
}

// put stores a value as a binding's text says; targets is as in bindings.
func (k *keyed) put(value string, b *binding) {
	if value != "" {
		k.bind(b, value)
	}
}

// target makes bindings for put.
func target(text string) *binding {
	b, err := newBinding(strings.Fields(text))
	if err != nil {
		panic(err)
	}
	return b
}

// cloudAction classifies an event of a cloud service by the words in the name
// of its action ("user.session.start", "DeleteTrail").
func (k *keyed) cloudAction(action, outcome string) {
	k.ev.Set(event.EventAction, action)
	k.ev.Set(event.EventOutcome, outcome)
	what, _ := actionKind(action, outcome)
	classify(k.ev, what.category, what.typ, what.action, what.outcome)
}

// actionKind is what kind of event the words of an action's name stand for;
// sure is false where they say nothing, and somebody looking at a setting is
// the best guess.
func actionKind(action, outcome string) (what kind, sure bool) {
	s := lower(action)
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(s, w) {
				return true
			}
		}
		return false
	}
	typ := typeInfo
	switch {
	case has("delete", "remove", "destroy", "revoke", "deactivate", "unassign", "detach", "terminate", "purge"):
		typ = typeDeleted
	case has("create", "add", "invite", "register", "generate", "provision", "attach", "put", "assign"):
		typ = typeCreated
	case has("update", "change", "modify", "edit", "set", "enable", "disable", "rename", "reset", "suspend", "move"):
		typ = typeChange
	}
	if typ != typeInfo && has("member", "to_team", "to_group", "togroup", "to-group", "to group", "from_team", "from_group", "fromgroup", "from-group", "from group") && has("group", "team") {
		typ = typeChange // of the group
	}
	switch {
	case has("logout", "signout", "sign_out", "logoff", "session.end"):
		return kind{catAuthentication, typeEnd, actionLogoff, outcome}, true
	case has("login", "signin", "sign_in", "logon", "sign-in", "session.start", "authenticat") && !has("config", "policy", "settings", "update", "delete", "create", "disable", "enable"):
		switch {
		case outcome == failure || has("fail", "denied"):
			return kind{catAuthentication, typeStart, actionLogonFailed, failure}, true
		case outcome == success || has("success"):
			return kind{catAuthentication, typeStart, actionLogonSuccess, success}, true
		}
		return kind{catAuthentication, typeStart, action, outcome}, true
	case has("group", "team"):
		return kind{catIAM, typeGroup + event.Separator + typ, action, outcome}, true
	case has("user", "member", "account", "role", "permission", "password", "mfa", "factor", "credential", "accesskey", "access_key", "admin", "invite"):
		return kind{catIAM, typeUser + event.Separator + typ, action, outcome}, true
	case has("file", "document", "download", "upload", "item"):
		return kind{catFile, typ, action, outcome}, true
	}
	if typ == typeInfo {
		return kind{catConfiguration, "access", action, outcome}, false
	}
	return kind{catConfiguration, typ, action, outcome}, true
}
