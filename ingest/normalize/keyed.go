package normalize

import (
	"strconv"
	"strings"
	"time"

	"porchlight/ingest/event"
)

// keyed turns the pairs of a format with explicit keys (key=value, CEF, LEEF)
// into fields: every pair under the sender's own key as it stands, and what
// the key's binding says in ECS besides. A key that happens to be the name of
// an ECS field gets the format's prefix: what a sender calls "event.original"
// or "tags" must not pass for ours.
type keyed struct {
	ev     *event.Event
	loc    *time.Location
	prefix string // "kv.", "cef.", "leef."

	action, outcome  string // what the sender calls it, judged in finish
	date, hour, zone string // a time in several keys
	timeRank         uint8  // of the key that set ev.Time
	fields, dropped  int
}

// reading is how a bound value is to be understood.
type reading uint8

const (
	asText reading = iota
	asAddress
	asPort
	asNumber
	asMAC
	asTransport
	asUser
	asURL
	asDirection
	asAction
	asOutcome
	asTime
	asDate
	asHour
	asZone
)

// binding is the ECS meaning of a vendor's key.
type binding struct {
	as    reading
	field event.Field
	alt   event.Field // of addresses: the field for a host name
	name  string      // a field without a slot, instead of field
	rank  uint8       // of times: which key to believe, higher wins
}

// add stores one pair. b is nil for a key without ECS meaning.
func (k *keyed) add(key, value string, b *binding) {
	if k.fields >= event.MaxFields {
		k.dropped++
		return
	}
	k.fields++
	if isFieldName(key) {
		k.ev.SetExtra(k.prefix+key, value)
	} else {
		k.ev.SetExtra(key, value)
	}
	if b != nil && value != "" {
		k.bind(b, value)
	}
}

// isFieldName tells whether event has a slot, or computes a field, of that
// name. All but a few of those names have a dot, most keys have none.
func isFieldName(key string) bool {
	return (strings.IndexByte(key, '.') >= 0 || key == "message" || key == "tags" || key == "_id" || key == "@timestamp") &&
		event.Resolve(key).Field != event.None
}

func (k *keyed) bind(b *binding, value string) {
	ev := k.ev
	if value == "-" || value == "N/A" || value == "n/a" {
		return
	}
	switch b.as {
	case asText:
		if b.field == event.HostName && ev.Has(event.HostName) {
			return // the header's host stays
		}
		k.set(b, value)
	case asAddress:
		setAddress(ev, b.field, b.alt, strings.TrimSpace(value))
	case asPort:
		setPort(ev, b.field, value)
	case asNumber:
		if b.name != "" && isNumber(value) {
			ev.SetExtra(b.name, value)
		}
		setNumber(ev, b.field, value)
	case asMAC:
		setMAC(ev, b.field, value)
	case asTransport:
		if !setTransport(ev, value) {
			ev.Set(event.NetworkProtocol, strings.ToLower(value))
		}
	case asUser:
		setUser(ev, b.field, value)
	case asURL:
		setURL(ev, value)
	case asDirection:
		setDirection(ev, value)
	case asAction:
		k.action = value
	case asOutcome:
		k.outcome = value
	case asTime:
		if b.rank >= k.timeRank && setTime(ev, value, k.loc) {
			k.timeRank = b.rank + 1
		} else if b.rank == 0 && k.hour == "" && len(value) <= 15 {
			k.hour = value // "time" beside a "date"
		}
	case asDate:
		k.date = value
	case asHour:
		k.hour = value
	case asZone:
		k.zone = value
	}
}

func (k *keyed) set(b *binding, value string) {
	if b.name != "" {
		k.ev.SetExtra(b.name, value)
	} else {
		k.ev.Set(b.field, value)
	}
}

// finish judges what needs all pairs together.
func (k *keyed) finish() {
	ev := k.ev
	if k.timeRank == 0 && k.date != "" && k.hour != "" && len(k.date)+len(k.hour)+len(k.zone) < 46 {
		var buf [48]byte
		b := append(append(append(buf[:0], k.date...), ' '), k.hour...)
		setTime(ev, string(append(b, k.zone...)), k.loc)
	}
	concludeAction(ev, k.action, k.outcome)
	if k.dropped > 0 {
		ev.Add(event.Tags, event.TagFieldsDropped)
		ev.SetExtra(event.FieldsDropped, strconv.Itoa(k.dropped))
	}
}

// concludeAction sets category, type, action and outcome from the sender's
// words for what was done and how it ended, and from who was involved.
func concludeAction(ev *event.Event, action, outcome string) {
	network := ev.Has(event.SourceIP) && (ev.Has(event.DestinationIP) || ev.Has(event.DestinationPort) || ev.Has(event.DestinationDomain))
	verdict := verdictOf(action)
	if verdict == 0 {
		verdict = verdictOf(outcome)
	}
	switch {
	case isLogonWord(action) && outcomeOf(outcome) == success:
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
		return
	case isLogonWord(action) && outcomeOf(outcome) == failure:
		classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
		return
	case network && verdict == 'D':
		classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
		return
	case network && verdict == 'A':
		classify(ev, catNetwork, connAllowed, actionConnectionAllowed, success)
		return
	case network:
		classify(ev, catNetwork, connInfo, "", "")
	}
	ev.Set(event.EventAction, action)
	ev.Set(event.EventOutcome, outcomeOf(outcome))
}

func isLogonWord(s string) bool {
	return strings.EqualFold(s, "login") || strings.EqualFold(s, "logon") || strings.EqualFold(s, "authentication")
}

// outcomeOf reads the usual words for an outcome, "" for others.
func outcomeOf(s string) string {
	s = strings.TrimPrefix(s, "/") // ArcSight: /Success
	for _, w := range [...]string{"success", "succeeded", "successful", "ok", "pass", "passed"} {
		if strings.EqualFold(w, s) {
			return success
		}
	}
	for _, w := range [...]string{"failure", "failed", "fail", "error", "denied"} {
		if strings.EqualFold(w, s) {
			return failure
		}
	}
	return ""
}

func setDirection(ev *event.Event, s string) {
	for _, w := range [...]string{"in", "inbound", "incoming", "ingress", "received", "0"} {
		if strings.EqualFold(w, s) {
			ev.Set(event.NetworkDirection, "inbound")
			return
		}
	}
	for _, w := range [...]string{"out", "outbound", "outgoing", "egress", "sent", "1"} {
		if strings.EqualFold(w, s) {
			ev.Set(event.NetworkDirection, "outbound")
			return
		}
	}
	for _, w := range [...]string{"internal", "external"} {
		if strings.EqualFold(w, s) {
			ev.Set(event.NetworkDirection, w)
		}
	}
}

// setURL stores a URL and its host and path.
func setURL(ev *event.Event, s string) {
	ev.Set(event.URLOriginal, s)
	rest := s
	if _, after, ok := strings.Cut(s, "://"); ok {
		end := strings.IndexAny(after, "/?#")
		if end < 0 {
			end = len(after)
		}
		host := after[:end]
		rest = after[end:]
		if _, h, ok := cutLast(host, "@"); ok {
			host = h
		}
		if h, port, ok := cutLast(host, ":"); ok && isPort(port) {
			host = h
		}
		ev.Set(event.URLDomain, host)
	}
	if strings.HasPrefix(rest, "/") {
		if end := strings.IndexAny(rest, "?#"); end >= 0 {
			rest = rest[:end]
		}
		ev.Set(event.URLPath, rest)
	}
}

// level of a time key: "time" alone may be only the hour.
const (
	rankLoose uint8 = iota
	rankStamp
	rankExact
)

// alias returns the binding of a key that many products use, whatever its
// case; nil for others.
func alias(key string) *binding {
	var buf [24]byte
	if len(key) > len(buf) {
		return nil
	}
	for i := range len(key) {
		c := key[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		buf[i] = c
	}
	return aliases[string(buf[:len(key)])]
}

// aliases are the keys of products unknown to us whose meaning is plain.
var aliases = func() map[string]*binding {
	m := map[string]*binding{}
	for _, a := range []struct {
		binding
		keys string
	}{
		{binding{as: asAddress, field: event.SourceIP, alt: event.SourceDomain}, "src srcip src_ip src-ip source_ip sourceip saddr srcaddr src_addr source_address sourceaddress client_ip clientip remote_ip remoteip remip src_host srchost"},
		{binding{as: asAddress, field: event.DestinationIP, alt: event.DestinationDomain}, "dst dstip dst_ip dst-ip dest_ip destip destination_ip destinationip daddr dstaddr dst_addr destination_address destinationaddress dst_host dsthost"},
		{binding{as: asPort, field: event.SourcePort}, "spt sport srcport src_port src-port source_port sourceport s_port"},
		{binding{as: asPort, field: event.DestinationPort}, "dpt dport dstport dst_port dst-port dest_port destport destination_port destinationport d_port"},
		{binding{as: asMAC, field: event.SourceMAC}, "srcmac src_mac smac source_mac"},
		{binding{as: asMAC, field: event.DestinationMAC}, "dstmac dst_mac dmac dest_mac destination_mac"},
		{binding{as: asNumber, field: event.SourceBytes}, "sentbyte sent_bytes bytes_sent sentbytes bytes_out"},
		{binding{as: asNumber, field: event.DestinationBytes}, "rcvdbyte recv_bytes bytes_received rcvdbytes bytes_in received_bytes"},
		{binding{as: asTransport}, "proto protocol transport ip_proto ipproto"},
		{binding{as: asDirection}, "direction dir"},
		{binding{as: asUser, field: event.UserName}, "user username user_name usrname usr srcuser src_user suser"},
		{binding{as: asUser, field: event.UserTargetName}, "target_user targetuser dstuser dst_user duser"},
		{binding{as: asAction}, "action act disposition verdict"},
		{binding{as: asOutcome}, "outcome status result"},
		{binding{as: asText, field: event.EventReason}, "reason"},
		{binding{as: asText, field: event.LogLevel}, "level loglevel log_level"},
		{binding{as: asText, field: event.RuleName}, "rule rulename rule_name policyname policy_name"},
		{binding{as: asText, field: event.RuleID}, "ruleid rule_id policyid policy_id"},
		{binding{as: asText, field: event.ObserverName}, "devname dev_name device_name devicename"},
		{binding{as: asText, field: event.ObserverIngressInterface}, "srcintf in_interface inif in_if src_int src_intf"},
		{binding{as: asText, field: event.ObserverEgressInterface}, "dstintf out_interface outif out_if dst_int dst_intf"},
		{binding{as: asURL}, "url request_url"},
		{binding{as: asText, field: event.HTTPRequestMethod}, "http_method httpmethod request_method requestmethod"},
		{binding{as: asNumber, field: event.HTTPResponseStatusCode}, "http_status status_code statuscode"},
		{binding{as: asText, field: event.UserAgentOriginal}, "user_agent useragent http_user_agent"},
		{binding{as: asTime, rank: rankLoose}, "time"},
		{binding{as: asTime, rank: rankStamp}, "timestamp ts datetime event_time devtime"},
		{binding{as: asTime, rank: rankExact}, "eventtime"},
		{binding{as: asDate}, "date"},
		{binding{as: asZone}, "tz"},
	} {
		for key := range strings.FieldsSeq(a.keys) {
			m[key] = &a.binding
		}
	}
	return m
}()
