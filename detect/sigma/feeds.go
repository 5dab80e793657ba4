package sigma

import (
	"fmt"
	"strings"

	"porchlight/detect/query"
	"porchlight/ingest/product"
)

// feeds says what writes the events of log sources, where the Windows tables do
// not. An empty part matches any; the first match counts. An entry that begins
// with "not yet" is a log source that nothing Porchlight understands feeds: its
// rules wait for a normalizer, or for JSON with the fields that the route
// names.
var feeds = []struct {
	source LogSource
	from   string
}{
	{LogSource{Product: "linux", Service: "auditd"}, "auditd's records, with those of one event merged: audit.log, syslog, JSON"},
	{LogSource{Product: "linux", Service: "sshd"}, "syslog from sshd"},
	{LogSource{Product: "linux", Service: "sudo"}, "syslog from sudo"},
	{LogSource{Product: "linux", Service: "cron"}, "syslog from cron"},
	{LogSource{Product: "linux", Service: "auth"}, "syslog from sshd, sudo, su, PAM, login"},
	{LogSource{Product: "linux", Service: "syslog"}, "syslog from the Linux programs that Porchlight understands"},
	{LogSource{Product: "linux", Service: "clamav"}, "syslog from clamd and freshclam"},
	{LogSource{Product: "linux", Service: "guacamole"}, "syslog from guacd"},
	{LogSource{Product: "linux", Service: "vsftpd"}, "syslog or the log file of vsftpd"},
	{LogSource{Product: "linux", Category: "process_creation"}, "Sysmon for Linux, auditd's system calls with EXECVE, cron jobs"},
	{LogSource{Product: "linux", Category: "network_connection"}, "Sysmon for Linux"},
	{LogSource{Product: "linux", Category: "file_event"}, "Sysmon for Linux, file events as JSON"},
	{LogSource{Product: "linux"}, "syslog from Linux, auditd and Sysmon for Linux as JSON"},
	{LogSource{Product: "macos"}, "process and file events of macOS as JSON: the unified log, Jamf"},
	{LogSource{Category: "authentication"}, "logons from every source that Porchlight understands: computers, firewalls, NAS, servers, cloud services"},
	{LogSource{Category: "iam"}, "changes to users and groups: computers, directories, firewalls, cloud services"},
	{LogSource{Category: "configuration"}, "changed configurations, installed services, cleared logs: the Windows event log, firewalls, switches, cloud services"},
	{LogSource{Category: "antivirus"}, "Microsoft Defender's events in the Windows event log, endpoint protection with event.category malware"},
	{LogSource{Category: "firewall"}, "every firewall that Porchlight understands, over syslog, CEF, LEEF or JSON"},
	{LogSource{Category: "dns"}, "DNS servers, sensors and firewalls: whatever has a DNS question"},
	{LogSource{Category: "proxy"}, "Squid, firewalls' web filters, key=value and JSON of proxies, W3C logs"},
	{LogSource{Category: "webserver"}, "access logs of Apache, nginx, IIS, HAProxy and others, W3C logs, JSON"},
	{LogSource{Category: "database"}, "MySQL, PostgreSQL, SQL Server, JSON with event.category database"},
	{LogSource{Service: "apache"}, "error log and syslog of apache2 and httpd"},
	{LogSource{Service: "nginx"}, "error log and syslog of nginx"},
	{LogSource{Service: "netflow"}, "not yet: flows"},
	{LogSource{Product: "aws"}, "CloudTrail records as JSON"},
	{LogSource{Product: "azure"}, "Entra and Azure logs as JSON"},
	{LogSource{Product: "bitbucket"}, "audit logs as JSON"},
	{LogSource{Product: "gcp"}, "audit logs of Google Cloud and Workspace as JSON"},
	{LogSource{Product: "github"}, "audit logs as JSON"},
	{LogSource{Product: "kubernetes"}, "audit logs as JSON"},
	{LogSource{Product: "m365"}, "the unified audit log as JSON"},
	{LogSource{Product: "okta"}, "the system log as JSON"},
	{LogSource{Product: "onelogin"}, "JSON with event.dataset onelogin.events"},
	{LogSource{Product: "opencanary"}, "OpenCanary's log as JSON"},
	{LogSource{Product: "rpc_firewall"}, "RPC Firewall's events as JSON"},
	{LogSource{Product: "zeek"}, "Zeek's logs as JSON, streamed (_path) or recognized by content; of its own log files conn, dns, http and ssl"},
	{LogSource{Category: "application"}, "JSON with event.module naming the product"},
}

// Feed says what writes the events of the log source, "" if that is not known.
func (l LogSource) Feed() string {
	if l.Product == "windows" {
		return l.windowsFeed()
	}
	for _, f := range feeds {
		if f.source.covers(l) {
			return f.from
		}
	}
	for _, name := range [...]string{l.String(), l.Product} {
		if products := product.Feeding(name); len(products) > 0 {
			return "logs of " + strings.Join(products, ", ")
		}
	}
	return ""
}

func (l LogSource) windowsFeed() string {
	const log = "the Windows event log: "
	var parts []string
	for _, f := range windowsCategories[l.Category] {
		parts = append(parts, fmt.Sprintf("%s event %s", windowsServices[f.service].channels[0], strings.Join(f.ids, ", ")))
	}
	if l.Category == "file_access" || l.Category == "file_rename" {
		return log + "Microsoft-Windows-Kernel-File (ETW, rarely collected)"
	}
	if s, ok := windowsServices[l.Service]; ok {
		parts = append(parts, strings.Join(s.channels, ", "))
	}
	switch {
	case len(parts) > 0:
		return log + strings.Join(parts, "; ")
	case l.Service != "":
		return log + "a channel or provider named " + l.Service
	case l.Category == "":
		return log + "all channels"
	}
	return ""
}

// Search returns a search for the events of the log source: its route, with
// each place where a field may be spelled out.
func (l LogSource) Search() string { return query.String(spelledOut(l.Route())) }

func spelledOut(x query.Expr) query.Expr {
	each := func(f query.Field, make func(query.Field) query.Expr) query.Expr {
		var all query.Or
		for _, r := range f.Refs {
			all = append(all, make(query.NewField(r.Name)))
		}
		return or(all)
	}
	switch x := x.(type) {
	case query.And:
		var out query.And
		for _, part := range x {
			out = append(out, spelledOut(part))
		}
		return out
	case query.Or:
		var out query.Or
		for _, part := range x {
			out = append(out, spelledOut(part))
		}
		return out
	case query.Not:
		return query.Not{X: spelledOut(x.X)}
	case query.Is:
		return each(x.Field, func(f query.Field) query.Expr { return query.Is{Field: f, Test: x.Test} })
	case query.Exists:
		return each(x.Field, func(f query.Field) query.Expr { return query.Exists{Field: f} })
	}
	return x
}
