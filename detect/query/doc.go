// Package query is the tree behind every search and every rule: the search
// language compiles to it and so does Sigma, and Match, the store and later
// other back ends are readings of it.
//
// # The search language
//
// A search is a list of terms. Terms next to each other must all match.
//
//	failed password                     both words in the message, as whole words
//	"failed password for"               the phrase
//	fail*                               words that begin with fail
//	event.outcome:failure               a field has this value
//	user.name:svc-*                     wildcards: * any text, ? one character
//	source.ip:10.0.0.0/8                addresses by network, IPv4 and IPv6
//	10.1.2.3                            the address in the message or in any address field
//	source.port:(22 or 3389)            one of several values
//	source.bytes>=1000000               numbers: < <= > >=
//	not user.name:root                  the opposite; also -user.name:root, user.name!=root
//	user:anna (host:mail or host:web)   or, and, not in upper or lower case; also || && !
//	last 24h                            only events that recent: s, m, h, d, w
//	since:2026-11-01 until:2026-11-03   only these days, including the last
//	... | stats count() by source.ip    a table instead of the events
//
// Values are compared without regard to upper and lower case. Names of fields
// are those of the Elastic Common Schema or a vendor's own, in their exact
// case; a name nobody uses is not an error, it just finds nothing. "and" binds
// tighter than "or". A "not" is also true for events that lack the field.
//
// # Words
//
// Bare words and "phrases" are searched in the message. A word is a run of
// letters, digits and underscores, and it is found as a whole: fail does not
// find "failed", fail* and *ail* do. Between words everything counts as
// written: svc-web finds "svc-web", not "svc web". A * at either end lifts
// the whole-word rule there; inside, it stands for any text, blanks included.
// The fields message, event.original and error.message are searched by words
// too: message:denied.
//
// # Values
//
// Any other field must have the value from its first character to its last; put
// * around it to find a part. Where a field has several values (event.category,
// tags), one of them must match.
//
//	field:value      the value; * and ? are wildcards
//	field:"a value"  the value as it is, * and ? included; needed for blanks ( ) " |
//	field:*          the field is present, with any value, even an empty one
//	field:""         the field is present and empty
//	_exists_:field   the same as field:*
//	_missing_:field  the field is absent
//	field:(a or b)   several values, with and, or, not and parentheses
//	field:>5         as field>5; for numbers of any length and for times
//	field:==5        the number, so that 5.0 matches too; field:<>5 another number
//	field:/a.c/      a regular expression (RE2) that matches somewhere in the value;
//	                 here case counts, unless an i follows: /a.c/i
//	*:word           the word in any field
//	_id:123          the event with this number
//
// A backslash takes the meaning from the character after it (\* is a star);
// before a letter or digit it is a plain backslash, so C:\Windows can be
// written as it is. Inside quotes only \" and \\ are special. /etc/passwd is a
// path; what begins and ends with a slash and has none inside is a regular
// expression, so a path like /tmp/ needs quotes.
//
// The plain form does what suits the field: words in message, addresses where
// the value is one, times for @timestamp, else the whole value. Three operators
// choose outright:
//
//	field:~value     by words
//	field:=value     the whole value
//	field:==value    the whole value in its exact case (for numbers, see above)
//
// # Times
//
// last, since: and until: bound the whole search and cannot be inside
// parentheses or after not. Times are 2026-11-23T14:05:00Z, 2026-11-23T14:05,
// "2026-11-23 14:05", 14:05 (today), now, now-2h, and the days 2026-11-23,
// today and yesterday; after since: and until: also 2h, for two hours ago.
// Without a zone they are local. since: includes its time, until: does not, but
// a day given to until: is included whole. Times can be compared too:
// @timestamp>=2026-11-23, event.ingested<now-1h.
//
// # Pipes
//
// A pipe, after a search or on its own, says what to make of the events. To
// search for a '|', quote it.
//
//	... | stats count(), dcount(user.name) by source.ip, bin(1h) | sort -count | head 20
//
//	stats      a table with one row per combination of what stands after by, or
//	           a single row. The functions are count() of events, count(field) of
//	           those that have the field, dcount(field) of its distinct values,
//	           and sum, avg, min, max of its numbers; values that are not numbers
//	           are left out. min and max of @timestamp are the first and last
//	           time. `count() as hits` names a column.
//	sort       -count is descending, +count or count ascending; several columns
//	           are separated by commas. Without it rows are sorted by what they
//	           are grouped by.
//	head       the first 20 rows, or the newest 20 events; 10 by default
//	top        `top 10 user.name` is stats count() by user.name | sort -count | head 10
//	rare       the same, the least frequent first
//	timechart  `timechart 1h by host.name` is stats count() by bin(1h), host.name
//	fields     `fields user.name, source.ip`: what to show of each event; also called table
//
// An event counts in the group of each of a field's values; events that lack
// the field share a group. Groups keep upper and lower case apart. bin takes s,
// m, h, d, w; bins are counted from 1970-01-01 in UTC, so that bin(1d) is a day
// of UTC and bin(1w) begins on Thursdays. Events are always newest first; only
// tables can be sorted.
//
// In pipes a short name for several fields is one field: the first of them that
// the event has. Names with characters other than letters, digits and _.@-#$/
// are written with backslashes: cs\(User-Agent\).
//
// A dcount is exact up to 65,536 values in a row, as long as those of all rows
// take less than 64 MiB; beyond that it is an estimate with a standard error of
// 1.6 %, or 6.5 % for rows that were small by then, and Table.Estimated says
// so. At most 100,000 groups are kept; Table.Cut says when there were more.
//
// # Short names
//
// These look into several fields, one of which must match:
//
//	ip        source.ip destination.ip host.ip log.source.address
//	port      source.port destination.port
//	mac       source.mac destination.mac
//	domain    dns.question.name url.domain source.domain destination.domain
//	user      user.name user.target.name user.effective.name source.user.name
//	          destination.user.name user.email
//	host      host.name observer.name log.source.address
//	app       process.name service.name log.syslog.appname
//	process   process.name process.executable
//	protocol  network.protocol network.transport
//	rule      rule.name rule.id
//	file      file.path file.name
//	url       url.original url.domain url.path
//
// and these stand for one:
//
//	src       source.ip             dst       destination.ip
//	sender    log.source.address    service   service.name
//	command   process.command_line  group     group.name
//	action    event.action          outcome   event.outcome
//	category  event.category        type      event.type
//	reason    event.reason          code      event.code
//	dataset   event.dataset         severity  event.severity
//	vendor    observer.vendor       product   observer.product
//	level     log.level             tag       tags
//	msg       message               time      @timestamp
//
//	source.address source.ip source.domain
//	destination.address destination.ip destination.domain
//	host.hostname host.name         observer.hostname observer.name host.name
//
// All of them also read a vendor field of the very same name: those of the
// first list always, those of the second where the event lacks the one they
// stand for. A backslash in front, \level:x, means that vendor
// field only; it is also how names that begin with a digit are written.
package query
