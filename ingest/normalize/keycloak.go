package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// keycloakEvent reads the events of the identity provider Keycloak:
// "type=LOGIN_ERROR, realmId=..., userId=..., ipAddress=192.0.2.1, error=...".
func keycloakEvent(k *keyed, logger, text string) {
	ev := k.ev
	from(ev, "keycloak", "keycloak.log")
	if logger != "org.keycloak.events" {
		return
	}
	var typ, operation, resource string
	for rest := text; rest != ""; {
		var pair string
		pair, rest, _ = strings.Cut(rest, ", ")
		key, value, ok := strings.Cut(pair, "=")
		if !ok || value == "null" {
			continue
		}
		value = strings.Trim(strings.TrimRight(value, "\r\n"), `"\`)
		switch key {
		case "type":
			typ = value
		case "operationType":
			operation = value
		case "resourceType":
			resource = value
		}
		k.add(fieldName("keycloak.", key, keyAsIs), value, keycloakKeys[key])
	}
	if operation != "" {
		code := operation
		if resource != "" {
			code += "-" + resource
		}
		ev.Set(event.EventCode, code)
		typ = code
		if id, ok := ev.LookupName("keycloak.resourcePath"); ok {
			kind, rest, _ := strings.Cut(id, "/")
			name, _, _ := strings.Cut(rest, "/")
			switch kind {
			case "users":
				ev.Set(event.UserTargetID, name)
			case "groups":
				ev.Set(event.GroupID, name)
			}
		}
	}
	switch typ {
	case "LOGIN":
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
	case "LOGIN_ERROR", "CLIENT_LOGIN_ERROR", "IDENTITY_PROVIDER_LOGIN_ERROR":
		classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
	case "LOGOUT":
		classify(ev, catAuthentication, typeEnd, actionLogoff, success)
	case "UPDATE_PASSWORD", "RESET_PASSWORD":
		classify(ev, catIAM, userChanged, actionPasswordChanged, success)
	default:
		outcome := success
		if strings.HasSuffix(typ, "_ERROR") {
			outcome = failure
		}
		k.cloudAction(typ, outcome)
	}
}

var keycloakKeys = bindings(`
userId  user.id
ipAddress  source.ip
username  user.name:text
error  event.code event.reason
redirect_uri  url.original
type  event.code
`)
