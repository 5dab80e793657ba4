package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// auth0 is the tenant logs of Auth0, as its log streams and its management
// API deliver them (https://auth0.com/docs/deploy-monitor/logs/log-event-type-codes).
var auth0 = []jsonProduct{{
	name: "auth0", has: []string{"log_id", "date", "type", "description"}, not: []string{"devid", "devname", "device_id"}, vendor: "Auth0", product: "Auth0", module: "auth0", dataset: "auth0.logs", table: `
date  @time1
log_id  event.id
type  event.code
description  event.reason
ip  source.ip
user_agent  user_agent.original
user_id  user.id
user_name  user.email:email
connection  auth0.connection
location_info.country_code  source.geo.country_iso_code
location_info.city_name  source.geo.city_name
details.error.message  error.message
details.request.method  http.request.method:text
`, finish: func(k *keyed) {
		if what, ok := auth0Kinds[k.get("type")]; ok {
			classify(k.ev, what.category, what.typ, what.action, what.outcome)
			return
		}
		// Codes begin with how it ended: success or failure.
		code, outcome := k.get("type"), ""
		switch {
		case strings.HasPrefix(code, "s"):
			outcome = success
		case strings.HasPrefix(code, "f"):
			outcome = failure
		}
		if strings.HasPrefix(code, "limit") || strings.HasPrefix(code, "api_limit") {
			classify(k.ev, catAuthentication, typeInfo, actionLogonLimit, failure)
			return
		}
		classify(k.ev, catConfiguration, typeInfo, code, outcome)
	},
}}

// auth0Kinds are the codes that say more than their first letter.
var auth0Kinds = map[string]kind{
	"s": {catAuthentication, typeStart, actionLogonSuccess, success}, "ssa": {catAuthentication, typeStart, actionAuthSucceeded, success},
	"f": {catAuthentication, typeStart, actionLogonFailed, failure}, "fp": {catAuthentication, typeStart, actionLogonFailed, failure},
	"fu": {catAuthentication, typeStart, actionLogonFailed, failure}, "fsa": {catAuthentication, typeStart, actionAuthFailed, failure},
	"pwd_leak": {catAuthentication, typeStart, actionLogonDenied, failure}, "signup_pwd_leak": {catIAM, typeUser + event.Separator + typeDenied, "signup-denied", failure},
	"gd_auth_succeed": {catAuthentication, typeInfo, "mfa-succeeded", success}, "gd_auth_failed": {catAuthentication, typeInfo, "mfa-failed", failure},
	"gd_auth_rejected": {catAuthentication, typeInfo, "mfa-rejected", failure}, "gd_enrollment_complete": {catIAM, userChanged, "mfa-enrolled", success},
	"gd_unenroll": {catIAM, userChanged, "mfa-removed", success},
	"slo":         {catAuthentication, typeEnd, actionLogoff, success}, "flo": {catAuthentication, typeEnd, actionLogoff, failure},
	"ss": {catIAM, userCreated, actionUserCreated, success}, "fs": {catIAM, userCreated, actionUserCreated, failure},
	"sdu": {catIAM, userDeleted, actionUserDeleted, success}, "fdu": {catIAM, userDeleted, actionUserDeleted, failure}, "du": {catIAM, userDeleted, actionUserDeleted, success},
	"scp": {catIAM, userChanged, actionPasswordChanged, success}, "fcp": {catIAM, userChanged, actionPasswordChanged, failure},
	"scpr": {catIAM, userChanged, "password-reset-requested", success}, "fcpr": {catIAM, userChanged, "password-reset-requested", failure},
	"sce": {catIAM, userChanged, actionUserChanged, success}, "fce": {catIAM, userChanged, actionUserChanged, failure},
	"scu": {catIAM, userChanged, actionUserChanged, success}, "fcu": {catIAM, userChanged, actionUserChanged, failure},
	"ublkdu": {catIAM, userChanged, actionAccountUnlocked, success}, "limit_wc": {catAuthentication, typeInfo, actionAccountLocked, failure},
	"sapi": {catConfiguration, typeChange, "api-operation", success}, "fapi": {catConfiguration, typeChange, "api-operation", failure}, "mgmt_api_read": {catConfiguration, "access", "api-operation", success},
}
