package identity

import (
	"strings"

	"porchlight/ingest/normalize/read"
)

// auth0 is the tenant logs of Auth0, as its log streams and its management
// API deliver them (https://auth0.com/docs/deploy-monitor/logs/log-event-type-codes).
var auth0 = []read.JSONProduct{{
	Name: "auth0", Has: []string{"log_id", "date", "type", "description"}, Not: []string{"devid", "devname", "device_id"}, Vendor: "Auth0", Product: "Auth0", Module: "auth0", Dataset: "auth0.logs", Table: `
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
`, Finish: func(k *read.Keyed) {
		if what, ok := auth0Kinds[k.Get("type")]; ok {
			what.Set(k.Event)
			return
		}
		// Codes begin with the outcome: success or failure.
		code, outcome := k.Get("type"), ""
		switch {
		case strings.HasPrefix(code, "s"):
			outcome = read.Success
		case strings.HasPrefix(code, "f"):
			outcome = read.Failure
		}
		if strings.HasPrefix(code, "limit") || strings.HasPrefix(code, "api_limit") {
			read.Classify(k.Event, read.CategoryAuthentication, read.TypeInfo, read.ActionLogonLimit, read.Failure)
			return
		}
		read.Classify(k.Event, read.CategoryConfiguration, read.TypeInfo, code, outcome)
	},
}}

// auth0Kinds are the codes that say more than their first letter.
var auth0Kinds = read.NewKinds(`
s  authentication start logon-success success
ssa  authentication start authentication-succeeded success
f,fp,fu  authentication start logon-failed failure
fsa  authentication start authentication-failed failure
pwd_leak  authentication start logon-denied failure
signup_pwd_leak  iam user+denied signup-denied failure
gd_auth_succeed  authentication info mfa-succeeded success
gd_auth_failed  authentication info mfa-failed failure
gd_auth_rejected  authentication info mfa-rejected failure
gd_enrollment_complete  iam user+change mfa-enrolled success
gd_unenroll  iam user+change mfa-removed success
slo  authentication end logoff success
flo  authentication end logoff failure
ss  iam user+creation user-created success
fs  iam user+creation user-created failure
sdu,du  iam user+deletion user-deleted success
fdu  iam user+deletion user-deleted failure
scp  iam user+change password-changed success
fcp  iam user+change password-changed failure
scpr  iam user+change password-reset-requested success
fcpr  iam user+change password-reset-requested failure
sce,scu  iam user+change user-changed success
fce,fcu  iam user+change user-changed failure
ublkdu  iam user+change account-unlocked success
limit_wc  authentication info account-locked failure
sapi  configuration change api-operation success
fapi  configuration change api-operation failure
mgmt_api_read  configuration access api-operation success
`)
