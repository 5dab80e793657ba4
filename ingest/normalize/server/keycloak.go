package server

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// keycloakEvent reads the events of the identity provider Keycloak:
// "type=LOGIN_ERROR, realmId=..., userId=..., ipAddress=192.0.2.1, error=...".
func keycloakEvent(k *read.Keyed, logger, text string) {
	ev := k.Event
	read.From(ev, "keycloak", "keycloak.log")
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
		k.Add(read.FieldName("keycloak.", key, read.NameAsIs), value, keycloakKeys[key])
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
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case "LOGIN_ERROR", "CLIENT_LOGIN_ERROR", "IDENTITY_PROVIDER_LOGIN_ERROR":
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	case "LOGOUT":
		read.Classify(ev, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, read.Success)
	case "UPDATE_PASSWORD", "RESET_PASSWORD":
		read.Classify(ev, read.CategoryIAM, read.TypeUserChanged, read.ActionPasswordChanged, read.Success)
	default:
		outcome := read.Success
		if strings.HasSuffix(typ, "_ERROR") {
			outcome = read.Failure
		}
		k.CloudAction(typ, outcome)
	}
}

var keycloakKeys = read.NewBindings(`
userId  user.id
ipAddress  source.ip
username  user.name:text
error  event.code event.reason
redirect_uri  url.original
type  event.code
`)
