package firewall

import (
	"sync"

	"porchlight/ingest/normalize/read"
)

// asaTemplates are the messages worth understanding, by number. Endpoints are
// written interface:address/port, possibly followed by an identity firewall
// user in parentheses.
var asaTemplates = sync.OnceValue(func() read.Templates { return read.NewTemplates(asaTable) })

const asaTable = `
106001 network connection+denied connection-denied failure | Inbound {network.transport} connection denied from {source.ip}/{source.port} to {destination.ip}/{destination.port} flags {}on interface {observer.ingress.interface.name}
106002 network connection+denied connection-denied failure | {network.transport} Connection denied by outbound list {rule.name} src {source.ip} {source.port} dest {destination.ip} {destination.port}
106006,106007 network connection+denied connection-denied failure | Deny inbound {network.transport} from {source.ip}/{source.port} to {destination.ip}/{destination.port} on interface {observer.ingress.interface.name}
106007 network connection+denied connection-denied failure | Deny inbound {network.transport} from {source.ip}/{source.port} to {destination.ip}/{destination.port} due to {network.protocol} {}
106010 network connection+denied connection-denied failure | Deny inbound {network.transport} src {observer.ingress.interface.name}:{source.ip}[[/{source.port}]] dst {observer.egress.interface.name}:{destination.ip}[[/{destination.port}]]
106010 network connection+denied connection-denied failure | Deny inbound protocol {network.transport} src {observer.ingress.interface.name}:{source.ip}[[/{source.port}]] dst {observer.egress.interface.name}:{destination.ip}[[/{destination.port}]]
106012 network connection+denied connection-denied failure | Deny IP from {source.ip} to {destination.ip}, IP options {}
106013 network connection+denied connection-denied failure | Dropping echo request from {source.ip} to PAT address {destination.ip}
106014 network connection+denied connection-denied failure | Deny {network.direction} {network.transport} src {observer.ingress.interface.name}:{source.ip}[[({source.user.name})]] dst {observer.egress.interface.name}:{destination.ip}[[({destination.user.name})]] (type {icmp.type}, code {icmp.code})[[{}]]
106015 network connection+denied connection-denied failure | Deny {network.transport} (no connection) from {source.ip}/{source.port} to {destination.ip}/{destination.port} flags {tcp.flags} on interface {observer.ingress.interface.name}
106016 network connection+denied connection-denied failure | Deny IP spoof from ({source.ip}) to {destination.ip} on interface {observer.ingress.interface.name}
106017 network connection+denied connection-denied failure | Deny IP due to Land Attack from {source.ip} to {destination.ip}
106018 network connection+denied connection-denied failure | {network.transport} packet type {icmp.type} denied by outbound list {rule.name} src {source.ip} dest {destination.ip}
106020 network connection+denied connection-denied failure | Deny IP teardrop fragment (size = {}, offset = {}) from {source.ip} to {destination.ip}
106021 network connection+denied connection-denied failure | Deny {network.transport} reverse path check from {source.ip} to {destination.ip} on interface {observer.ingress.interface.name}
106022 network connection+denied connection-denied failure | Deny {network.transport} connection spoof from {source.ip} to {destination.ip} on interface {observer.ingress.interface.name}
106023 network connection+denied connection-denied failure | Deny [[protocol ]]{network.transport} src {observer.ingress.interface.name}:{source.ip}/{source.port}[[({source.user.name})]] dst {observer.egress.interface.name}:{destination.ip}/{destination.port}[[({destination.user.name})]] [[(type {icmp.type}, code {icmp.code}) ]]by access-group "{rule.name}"[[ {}]]
106023 network connection+denied connection-denied failure | Deny [[protocol ]]{network.transport} src {observer.ingress.interface.name}:{source.ip} dst {observer.egress.interface.name}:{destination.ip} [[(type {icmp.type}, code {icmp.code}) ]]by access-group "{rule.name}"[[ {}]]
106023 network connection+denied connection-denied failure | Deny [[protocol ]]{network.transport} src {observer.ingress.interface.name}:{source.ip}[[/{source.port}]] [[{} ]]dst {observer.egress.interface.name}:{destination.ip}[[/{destination.port}]] {}by access-group {rule.name:quoted}[[ [{}]]
106027 network connection+denied connection-denied failure | Deny src {source.mac} dst {destination.mac} by access-group "{rule.name}"
106100,106102,106103 network connection - - | access-list {rule.name} {@action} {network.transport} [[for user '{user.name source.user.name}' ]]{observer.ingress.interface.name}/{source.ip}({source.port})[[({source.user.name})]] -> {observer.egress.interface.name}/{destination.ip}({destination.port})[[({destination.user.name})]] hit-cnt {event.count:number} [[{}]]
106100 network connection - - | access-list {rule.name} {@action} {network.transport} {observer.ingress.interface.name}/{source.ip} {source.port} -> {observer.egress.interface.name}/{destination.ip} {destination.port} hit-cnt {event.count:number} [[{}]]
109001 authentication info - - | Auth start for user '{user.name}' from {source.ip}/{source.port} to {destination.ip}/{destination.port}
109005 authentication start logon-success success | Authentication succeeded for user '{user.name}' from {source.ip}/{source.port} to {destination.ip}/{destination.port} on interface {observer.ingress.interface.name}
109006 authentication start logon-failed failure | Authentication failed for user '{user.name}' from {source.ip}/{source.port} to {destination.ip}/{destination.port} on interface {observer.ingress.interface.name}
109007 authentication info authorization-granted success | Authorization permitted for user '{user.name}' from {source.ip}/{source.port} to {destination.ip}/{destination.port} on interface {observer.ingress.interface.name}
109008,109025 authentication info logon-denied failure | Authorization denied [[(acl={rule.name}) ]]for user '{user.name}' from {source.ip}/{source.port} to {destination.ip}/{destination.port} [[on interface {observer.ingress.interface.name}]][[using {network.transport}]]
105005 host info failover-lost failure | ({}) Lost Failover communications with mate on interface {observer.ingress.interface.name}
105009 host info failover-test - | ({}) Testing on interface {observer.ingress.interface.name} {@outcome}
105042,105043 host info failover-interface-changed - | ({}) Failover interface {@outcome}
110002 network connection+info - failure | Failed to locate egress interface for {network.transport} from {observer.ingress.interface.name}:{source.ip}/{source.port} to {destination.ip}/{destination.port}
110003 network connection+info - failure | Routing failed to locate next hop for {network.transport} from {observer.ingress.interface.name}:{source.ip}/{source.port} to {observer.egress.interface.name}:{destination.ip}/{destination.port}
111001 configuration change config-changed - | Begin configuration: {source.ip} writing to {}
111002 configuration change config-read - | Begin configuration: {source.ip} reading from {}
111003 configuration deletion config-erased success | {source.ip} Erase configuration
111005 configuration change config-changed success | {source.ip} end configuration: OK
111004 configuration change config-changed - | {source.ip} end configuration: {@outcome}
111007 configuration change config-changed - | Begin configuration: {source.ip} reading from {}
111008,111009 configuration info command-executed - | User '{user.name}' executed {}command '{process.command_line}'[[.]]
111008,111009 configuration info command-executed - | User '{user.name}' executed {}cmd: {process.command_line}
111010 configuration change config-changed - | User '{user.name}', running '{}' from IP {source.ip}, executed '{process.command_line}'
113003 iam info - - | AAA group policy for user {user.name} is being set to {group.name}
113004 authentication start authentication-succeeded success | AAA user {} Successful {}: server = {destination.ip}[[ ]]: user = {user.name:account source.user.name:account}
113005 authentication start logon-failed failure | AAA user {} Rejected[[ ]]: reason = {event.reason}[[ ]]: server = {destination.ip}[[ ]]: user = {user.name:account source.user.name:account}[[ ]]: user IP = {source.ip}
113005 authentication start logon-failed failure | AAA user {} Rejected[[ ]]: reason = {event.reason}[[ ]]: server = {destination.ip}[[ ]]: user = {user.name:account source.user.name:account}
113006 iam user+change account-locked success | User {user.name} locked out on exceeding {} successive failed authentication attempts
113007 iam user+change account-unlocked success | User {user.target.name} unlocked by {user.name}
113008 authentication info authentication-succeeded success | AAA transaction status ACCEPT[[ ]]: user = {user.name:account source.user.name:account}
113009,113011 authentication info - - | AAA retrieved {} group policy ({group.name}) for user = {user.name:account source.user.name:account}
113010 authentication info - - | AAA challenge received for user {user.name} from server {destination.ip}
113012 authentication start logon-success success | AAA user authentication Successful[[ ]]: local database[[ ]]: user = {user.name:account source.user.name:account}
113013 authentication info authentication-failed failure | AAA unable to complete the request Error[[ ]]: reason = {event.reason}[[ ]]: user = {user.name:account source.user.name:account}
113014 authentication info authentication-failed failure | AAA authentication server not accessible[[ ]]: server = {destination.ip}[[ ]]: user = {user.name:account source.user.name:account}
113015 authentication start logon-failed failure | AAA user authentication Rejected[[ ]]: reason = {event.reason}[[ ]]: local database[[ ]]: user = {user.name:account source.user.name:account}[[ ]]: user IP = {source.ip}
113015 authentication start logon-failed failure | AAA user authentication Rejected[[ ]]: reason = {event.reason}[[ ]]: local database[[ ]]: user = {user.name:account source.user.name:account}
113016,113017 authentication start logon-failed failure | AAA credentials rejected[[ ]]: reason = {event.reason}[[ ]]: server = {destination.ip}[[ ]]: user = {user.name:account source.user.name:account}[[: user IP = {source.ip}]]
113019 session end session-closed - | Group = {group.name}, Username = {user.name:account source.user.name:account}, IP = {source.ip destination.ip}, Session disconnected. Session Type: {network.application:text}, Duration: {event.duration:clock}, Bytes xmt: {source.bytes}, Bytes rcv: {destination.bytes}, Reason: {event.reason}
113021 authentication info logon-denied failure | Attempted console login failed user '{user.name}' did NOT have appropriate Admin Rights.
113022 host info server-failed failure | AAA Marking {network.protocol} server {destination.ip} in aaa-server group {group.name} as FAILED
113023 host info server-active success | AAA Marking {network.protocol} server {destination.ip} in aaa-server group {group.name} as ACTIVE
113039 session start session-opened success | Group {group.name:bracketed} User {user.name:bracketed source.user.name:bracketed} IP {source.ip:bracketed} AnyConnect parent session started.
302003 network connection+start connection-allowed success | Built H245 connection for faddr {destination.ip}[[/{destination.port}]] laddr {source.ip}[[/{source.port}]]
302013,302015 network connection+start connection-allowed success | Built outbound {network.transport} connection {cisco.connection_id} for {observer.egress.interface.name}:{destination.ip}/{destination.port} ({destination.nat.ip:nat}/{destination.nat.port:natport})[[({destination.user.name})]] to {observer.ingress.interface.name}:{source.ip}/{source.port} ({source.nat.ip:nat}/{source.nat.port:natport})[[ ({user.name source.user.name})]]
302013,302015 network connection+start connection-allowed success | Built inbound {network.transport} connection {cisco.connection_id} for {observer.ingress.interface.name}:{source.ip}/{source.port} ({source.nat.ip:nat}/{source.nat.port:natport})[[({source.user.name})]] to {observer.egress.interface.name}:{destination.ip}/{destination.port} ({destination.nat.ip:nat}/{destination.nat.port:natport})[[ ({user.name})]]
302013,302015 network connection+start connection-allowed success | Built [[{network.direction} ]]{network.transport} connection {cisco.connection_id} for {observer.ingress.interface.name}:{source.ip}/{source.port} ({source.nat.ip:nat}/{source.nat.port:natport})[[({source.user.name})]] to {observer.egress.interface.name}:{destination.ip}/{destination.port} ({destination.nat.ip:nat}/{destination.nat.port:natport})[[ {}]]
302014,302016,302018,302023,302025,302304,302306 network connection+end connection-closed - | Teardown [[stub ]]{network.transport} connection {cisco.connection_id} for {observer.ingress.interface.name}:{source.ip}/{source.port}[[({source.user.name})]] to {observer.egress.interface.name}:{destination.ip}/{destination.port}[[({destination.user.name})]] duration {event.duration:clock} bytes {network.bytes}[[ {event.reason}]]
302014,302016,302018,302023,302025,302304,302306 network connection+end connection-closed - | Teardown [[state-bypass ]]{network.transport} connection {cisco.connection_id} for {observer.ingress.interface.name}:{source.ip}/{source.port} [[({source.nat.ip:nat}/{source.nat.port:natport}) ]]to {observer.egress.interface.name}:{destination.ip}/{destination.port} [[({destination.nat.ip:nat}/{destination.nat.port:natport}) ]]duration {event.duration:clock} [[forwarded ]]bytes {network.bytes}[[ {event.reason}]]
302017 network connection+start connection-allowed success | Built {network.direction} {network.transport} connection {cisco.connection_id} from {observer.ingress.interface.name}:{source.ip} ({source.nat.ip:nat})[[({source.user.name})]] to {observer.egress.interface.name}:{destination.ip}/{destination.port} ({destination.nat.ip:nat}/{})[[{}]]
302020 network connection+start connection-allowed success | Built outbound {network.transport} connection for faddr {destination.ip}/{icmp.id} [[({}) ]]gaddr {source.nat.ip:nat}/{} laddr {source.ip}/{}[[({source.user.name})]][[ type {icmp.type} code {icmp.code}]]
302020 network connection+start connection-allowed success | Built inbound {network.transport} connection for faddr {source.ip}/{icmp.id} [[({}) ]]gaddr {destination.nat.ip:nat}/{} laddr {destination.ip}/{}[[({user.name})]][[ type {icmp.type} code {icmp.code}]]
302020 network connection+start connection-allowed success | Built [[{network.direction} ]]{network.transport} connection for faddr {destination.ip}/{icmp.id} gaddr {source.nat.ip:nat}/{} laddr {source.ip}/{}[[ {}]]
302021 network connection+end connection-closed - | Teardown {network.transport} connection for faddr {destination.ip}/{icmp.id} [[({destination.user.name}) ]]gaddr {source.nat.ip:nat}/{} laddr {source.ip}/{}[[ ({user.name})]][[ type {icmp.type} code {icmp.code}]]
302022,302024,302026,302303,302305 network connection+start connection-allowed success | Built [[director ]][[backup ]][[forwarder ]][[role ]]stub {network.transport} connection {cisco.connection_id} for {observer.ingress.interface.name}:{source.ip}/{source.port} ({source.nat.ip:nat}/{source.nat.port:natport}) to {observer.egress.interface.name}:{destination.ip}/{destination.port} ({destination.nat.ip:nat}/{destination.nat.port:natport})
303002 file access - - | FTP connection from {observer.ingress.interface.name}:{source.ip}/{source.port} to {observer.egress.interface.name}:{destination.ip}/{destination.port}, user {user.name} {} file {file.path}
304001 network connection+allowed connection-allowed success | {source.ip} [[({source.user.name}) ]]Accessed URL {destination.ip}:{url.original}
304002 network connection+denied connection-denied failure | Access denied URL {url.original} SRC {source.ip}[[({source.user.name})]] DEST {destination.ip} [[({destination.user.name}) ]]on interface {observer.ingress.interface.name}
304002 network connection+denied connection-denied failure | Access denied URL {url.original} SRC {source.ip}[[({source.user.name})]] DEST {destination.ip}[[: {}]]
305005 network connection+denied - failure | No translation group found for {network.transport} src {observer.ingress.interface.name}:{source.ip}/{source.port} dst {observer.egress.interface.name}:{destination.ip}/{destination.port}
305006 network connection+denied - failure | {}translation creation failed for {network.transport} src {observer.ingress.interface.name}:{source.ip}[[/{source.port}]] dst {observer.egress.interface.name}:{destination.ip}[[/{destination.port}]][[ {}]]
305009 network creation - success | Built {} translation from {observer.ingress.interface.name}:{source.ip} [[({source.user.name}) ]]to {observer.egress.interface.name}:{destination.ip}
305010 network deletion - success | Teardown {} translation from {observer.ingress.interface.name}:{source.ip} [[({source.user.name}) ]]to {observer.egress.interface.name}:{destination.ip} duration {event.duration:clock}
305011 network creation - success | Built {} {network.transport} translation from {observer.ingress.interface.name}:{source.ip}/{source.port}[[({source.user.name})]] to {observer.egress.interface.name}:{destination.ip}/{destination.port}
305012 network deletion - success | Teardown {} {network.transport} translation from {observer.ingress.interface.name}:{source.ip}[[/{source.port}]][[({source.user.name})]] to {observer.egress.interface.name}:{destination.ip}[[/{destination.port}]] duration {event.duration:clock}
305013 network connection+denied connection-denied failure | Asymmetric NAT rules matched for forward and reverse flows; Connection for {network.transport} src {observer.ingress.interface.name}:{source.ip}[[/{source.port}]] dst {observer.egress.interface.name}:{destination.ip}[[/{destination.port}]] [[(type {icmp.type}, code {icmp.code}) ]]denied due to NAT reverse path failure
308001 authentication start logon-failed failure | Console enable password incorrect for {event.count:number} tries (from {source.ip})
313001 network connection+denied connection-denied failure | Denied {network.transport} type={icmp.type}, code={icmp.code} from {source.ip} on interface {observer.ingress.interface.name}
313004 network connection+denied connection-denied failure | Denied {network.transport} type={icmp.type}, from laddr {source.ip} on interface {observer.ingress.interface.name} to {destination.ip}: {event.reason}
313004 network connection+denied connection-denied failure | Denied {network.transport} type={icmp.type}, from {source.ip} on interface {observer.ingress.interface.name} to {destination.ip}:{event.reason}
313005 network connection+denied connection-denied failure | No matching connection for ICMP error message: {network.transport} src {observer.ingress.interface.name}:{source.ip} dst {observer.egress.interface.name}:{destination.ip} (type {icmp.type}, code {icmp.code}) on {} interface. {}
313008 network connection+denied connection-denied failure | Denied {network.transport} type={icmp.type}, code={icmp.code} from {source.ip} on interface {observer.ingress.interface.name}
313009 network connection+denied connection-denied failure | Denied invalid {network.transport} code {icmp.code}, for {observer.ingress.interface.name}:{source.ip}/{source.port} [[({}) ]]to {observer.egress.interface.name}:{destination.ip}/{destination.port} [[({})]][[{}]]
315011 session end session-closed - | SSH session from {source.ip} on interface {observer.ingress.interface.name} for user "{user.name}" [[terminated normally]][[disconnected by SSH server, reason: {event.reason}]]
315013 session info - - | SSH session from {source.ip} on interface {observer.ingress.interface.name} for user "{user.name}" rekeyed successfully
322001 network connection+denied connection-denied failure | Deny MAC address {source.mac}, possible spoof attempt on interface {observer.ingress.interface.name}
338001,338002,338003,338004,338201,338202 network connection+allowed connection-allowed success | Dynamic {} {} {}listed {network.transport} traffic from {observer.ingress.interface.name}:{source.ip}/{source.port} ({source.nat.ip:nat}/{source.nat.port:natport}) to {observer.egress.interface.name}:{destination.ip}/{destination.port} ({destination.nat.ip:nat}/{destination.nat.port:natport}), {}resolved from {} list: {server.domain:text destination.domain:text}[[, threat-level: {}, category: {threat.indicator.type}]]
338005,338006,338007,338008,338203,338204 network connection+denied connection-denied failure | Dynamic {} dropped {}listed {network.transport} traffic from {observer.ingress.interface.name}:{source.ip}/{source.port} ({source.nat.ip:nat}/{source.nat.port:natport}) to {observer.egress.interface.name}:{destination.ip}/{destination.port} ({destination.nat.ip:nat}/{destination.nat.port:natport}), {}resolved from {} list: {server.domain:text destination.domain:text}[[, threat-level: {}, category: {threat.indicator.type}]]
400000,400007,400008,400009,400010,400011,400013,400014,400023,400024,400025,400026,400027,400028,400032,400033,400034,400041 intrusion_detection info intrusion-detected - | IDS:{rule.id} {rule.name} from {source.ip} to {destination.ip} on interface {observer.ingress.interface.name}
402117 network connection+denied connection-denied failure | IPSEC: Received a non-IPsec packet (protocol= {network.transport}) from {source.ip} to {destination.ip}[[.]]
402119,402120,402118 network connection+denied connection-denied failure | IPSEC: Received an {network.transport} packet (SPI= {}, sequence number= {}) from {source.ip} (user= {user.name}) to {destination.ip} that {event.reason}
405001 network info - - | Received ARP {} collision from {source.ip}/{source.mac} on interface {observer.ingress.interface.name} with existing ARP entry {}
406001,406002 network connection+denied connection-denied failure | FTP port command {}: {source.ip}/{source.port} to {destination.ip} on interface {observer.ingress.interface.name}
407001 network connection+denied connection-denied failure | Deny traffic for local-host {observer.ingress.interface.name}:{source.ip}, license limit of {} exceeded
419002 network connection+denied - failure | Duplicate TCP SYN from {observer.ingress.interface.name}:{source.ip}/{source.port} to {observer.egress.interface.name}:{destination.ip}/{destination.port} with different initial sequence number
425001,425002,425003,425004,425005,425006 network info - - | {}
500001,500002 network connection+denied - - | {} in java content modified: src {source.ip} dest {destination.ip} on interface {observer.ingress.interface.name}
500003 network connection+denied - failure | Bad TCP hdr length (hdrlen={}, pktlen={}) from {source.ip}/{source.port} to {destination.ip}/{destination.port}, flags: {tcp.flags}, on interface {observer.ingress.interface.name}
500004 network connection+denied - failure | Invalid transport field for protocol={network.transport}, from {source.ip}/{source.port} to {destination.ip}/{destination.port}
502101 iam user+creation user-created success | New user added to local dbase: Uname: {user.target.name} Priv: {} Encpass: {}
502102 iam user+deletion user-deleted success | User deleted from local dbase: Uname: {user.target.name} Priv: {} Encpass: {}
502103 iam user+change privilege-elevated success | User priv level changed: Uname: {user.name} From: {} To: {}
502111 iam group+creation group-created success | New group policy added: name: {group.name} Type: {}
502112 iam group+deletion group-deleted success | Group policy deleted: name: {group.name} Type: {}
602303 network connection+start - success | IPSEC: An {network.direction} {} SA (SPI= {}) between {source.ip} and {destination.ip} (user= {user.name}) has been created.
602304 network connection+end - success | IPSEC: An {network.direction} {} SA (SPI= {}) between {source.ip} and {destination.ip} (user= {user.name}) has been deleted.
201008 network connection+denied connection-limit-reached failure | Disallowing new connections[[.]]
401002 intrusion_detection+network info shun-added success | Shun added: {source.ip} {destination.ip} {source.port} {destination.port}
401003 intrusion_detection+network info shun-removed success | Shun deleted: {source.ip}
401004 intrusion_detection+network denied connection-denied failure | Shunned packet: {source.ip} = {destination.ip} on interface {observer.ingress.interface.name}
605004 authentication start logon-failed failure | Login denied from {source.ip}/{source.port} to {observer.ingress.interface.name}:{destination.ip}/{network.protocol} for user "{user.name}"
605005 authentication start logon-success success | Login permitted from {source.ip}/{source.port} to {observer.ingress.interface.name}:{destination.ip}/{network.protocol} for user "{user.name}"
606001 session start session-opened success | ASDM session number {session.id} from {source.ip} started
606002 session end session-closed - | ASDM session number {session.id} from {source.ip} ended
607001 network connection+info - - | Pre-allocate SIP {} secondary channel for {observer.egress.interface.name}:{destination.ip}[[/{destination.port}]] to {observer.ingress.interface.name}:{source.ip}[[/{source.port}]] from {} message
609001 network connection+start - - | Built local-host {observer.ingress.interface.name}:{source.ip}
609002 network connection+end - - | Teardown local-host {observer.ingress.interface.name}:{source.ip} duration {event.duration:clock}
611101 authentication start logon-success success | User authentication succeeded: [[IP address: {source.ip}, ]]Uname: {user.name}
611101 authentication start logon-success success | User authentication succeeded: [[IP = {source.ip}, ]]Uname: {user.name}
611102 authentication start logon-failed failure | User authentication failed: [[IP address: {source.ip}, ]]Uname: {user.name}
611102 authentication start logon-failed failure | User authentication failed: [[IP = {source.ip}, ]]Uname: {user.name}
611103 authentication end logoff - | User logged out: Uname: {user.name}
710001 network connection+start - - | {network.transport} access requested from {source.ip}/{source.port} to {observer.ingress.interface.name}:{destination.ip}/{destination.port}
710002 network connection+allowed connection-allowed success | {network.transport} access permitted from {source.ip}/{source.port} to {observer.ingress.interface.name}:{destination.ip}/{destination.port}
710002 network connection+allowed connection-allowed success | {network.transport} access permitted from {source.ip}/{source.port} to {observer.ingress.interface.name}:{destination.ip}/{network.protocol}
710003 network connection+denied connection-denied failure | {network.transport} access denied by ACL from {source.ip}/{source.port} to {observer.ingress.interface.name}:{destination.ip}/{destination.port}
710003 network connection+denied connection-denied failure | {network.transport} access denied by ACL from {source.ip}/{source.port} to {observer.ingress.interface.name}:{destination.ip}/{network.protocol}
710005,710006 network connection+denied connection-denied failure | {network.transport} request discarded from {source.ip}[[/{source.port}]] to {observer.ingress.interface.name}:{destination.ip}[[/{destination.port}]][[/{network.protocol}]]
713049,713119,713120 network connection+start - success | Group = {group.name}, [[Username = {user.name:account source.user.name:account}, ]]IP = {source.ip}, {}
713050,713123,713259 network connection+end - - | Group = {group.name}, [[Username = {user.name:account source.user.name:account}, ]]IP = {source.ip}, {}
713167,713166,713198 authentication start logon-failed failure | Group = {group.name}, [[Username = {user.name:account source.user.name:account}, ]]IP = {source.ip}, {event.reason}
713228 network info - - | Group = {group.name}, Username = {user.name:account source.user.name:account}, IP = {source.ip}, Assigned private IP address {} to remote user
716001 session start session-opened success | Group {group.name:bracketed} User {user.name:bracketed source.user.name:bracketed} IP {source.ip:bracketed} WebVPN session started.
716002 session end session-closed - | Group {group.name:bracketed} User {user.name:bracketed source.user.name:bracketed} IP {source.ip:bracketed} WebVPN session terminated: {event.reason}
716038 authentication start logon-success success | Group {group.name:bracketed} User {user.name:bracketed source.user.name:bracketed} IP {source.ip:bracketed} Authentication: successful, {}
716039 authentication start logon-failed failure | Authentication: rejected, group = {group.name} user = {user.name:account source.user.name:account} , Session Type: {}
716039 authentication start logon-failed failure | Group {group.name:bracketed} User {user.name:bracketed source.user.name:bracketed} IP {source.ip:bracketed} Authentication: rejected, {}
722022 network connection+start connection-allowed success | Group {group.name:bracketed} User {user.name:bracketed source.user.name:bracketed} IP {source.ip:bracketed} {network.transport} SVC connection {}
722033,722034 network connection+start connection-allowed success | Group {group.name:bracketed} User {user.name:bracketed source.user.name:bracketed} IP {source.ip:bracketed} {} {network.transport} SVC connection{}
722023 network connection+end connection-closed - | Group {group.name:bracketed} User {user.name:bracketed source.user.name:bracketed} IP {source.ip:bracketed} {network.transport} SVC connection terminated{}
722011,722012,722028,722032,722037,722041,722055 network connection+info - - | Group {group.name:bracketed} User {user.name:bracketed source.user.name:bracketed} IP {source.ip:bracketed} {event.reason}
722051 network connection+info - success | Group {group.name:bracketed} User {user.name:bracketed source.user.name:bracketed} IP {source.ip:bracketed} [[IPv4 ]]Address {source.nat.ip:bracketed} [[IPv6 address {} ]]assigned to session
733100 intrusion_detection info - - | [{}] drop rate-{} exceeded. {}
733101 intrusion_detection info - - | {} {source.ip} {}
733102 intrusion_detection denied - - | Threat-detection adds host {source.ip} to shun list
734001 authentication start logon-success success | DAP: User {user.name:account source.user.name:account}, Addr {source.ip}, Connection {}: {}
737016,737031 network info - - | IPAA: {}
746012,746013 network info - - | user-identity: {} IP-User mapping {source.ip} - {user.name} {}
750003 network connection+end - failure | Local:{}:{} Remote:{source.ip}:{source.port} Username:{user.name} {}
751002 authentication start logon-failed failure | Local:{} Remote:{source.ip}:{source.port} Username:{user.name} {event.reason}
`
