package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// sshProtocol reads what sshd says about clients that never get to log on:
// scanners, other protocols, no common algorithms, names that do not match.
func sshProtocol(msg string, ev *event.Event) bool {
	switch {
	case strings.HasPrefix(msg, "Did not receive identification string from "):
		return sshRejected(msg[len("Did not receive identification string from "):], "no identification string", ev)
	case strings.HasPrefix(msg, "Bad protocol version identification "):
		_, peer, ok := read.CutLast(msg, " from ")
		return ok && sshRejected(peer, "bad protocol version identification", ev)
	case strings.HasPrefix(msg, "banner exchange: Connection from "):
		peer, why, _ := strings.Cut(msg[len("banner exchange: Connection from "):], ": ")
		return sshRejected(peer, why, ev)
	case strings.HasPrefix(msg, "kex_exchange_identification: "), strings.HasPrefix(msg, "ssh_dispatch_run_fatal: "),
		strings.HasPrefix(msg, "kex_protocol_error: "), strings.HasPrefix(msg, "userauth_pubkey: "), strings.HasPrefix(msg, "send_error: "):
		_, why, _ := strings.Cut(msg, ": ")
		if peer, ok := strings.CutPrefix(why, "Connection from "); ok {
			text := ""
			if i := strings.LastIndex(peer, " port "); i >= 0 {
				if j := strings.Index(peer[i:], ": "); j >= 0 {
					peer, text = peer[:i+j], peer[i+j+2:]
				}
			}
			return sshEnd(peer, text, ev)
		}
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionRejected, "")
		ev.Set(event.EventReason, why)
		return true
	case strings.HasPrefix(msg, "Unable to negotiate with "):
		peer, why, _ := strings.Cut(msg[len("Unable to negotiate with "):], ": ")
		why, _, _ = strings.Cut(why, ". Their offer")
		return sshRejected(peer, why, ev)
	case strings.HasPrefix(msg, "Protocol major versions differ for "):
		peer, _, _ := strings.Cut(msg[len("Protocol major versions differ for "):], ": ")
		return sshRejected(peer, "protocol major versions differ", ev)
	case strings.HasPrefix(msg, "drop connection "):
		_, peer, ok := strings.Cut(msg, " from [")
		if !ok {
			return false
		}
		addr, rest, ok := strings.Cut(peer, "]:")
		if !ok {
			return false
		}
		port, rest, _ := strings.Cut(rest, " ")
		read.SetSource(ev, addr)
		read.SetPort(ev, event.SourcePort, port)
		_, why, _ := read.CutLast(rest, " ")
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
		ev.Set(event.EventReason, why)
		return true
	case strings.Contains(msg, "POSSIBLE BREAK"):
		return sshReverseMapping(msg, ev)
	case strings.HasPrefix(msg, "refused connect from "):
		peer := msg[len("refused connect from "):]
		if name, addr, ok := strings.Cut(peer, " ("); ok {
			addr = strings.TrimSuffix(addr, ")")
			read.SetSource(ev, addr)
			if read.IsHostName(name) {
				ev.Set(event.SourceDomain, name)
			}
		} else {
			read.SetSource(ev, peer)
		}
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
		ev.Set(event.EventReason, "refused by access rules")
		return true
	}
	return false
}

func sshRejected(peer, reason string, ev *event.Event) bool {
	peer = strings.TrimSuffix(peer, ":")
	addr, rest, _ := strings.Cut(peer, " ")
	if ip, _ := read.ParseIP(addr); ip == "" && !read.IsHostName(addr) {
		return false
	}
	read.SetSource(ev, addr)
	if port, ok := strings.CutPrefix(rest, "port "); ok {
		port, _, _ = strings.Cut(port, " ")
		read.SetPort(ev, event.SourcePort, strings.TrimRight(port, ":"))
	}
	read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionRejected, read.Failure)
	ev.Set(event.EventReason, reason)
	return true
}

// sshReverseMapping reads
//
//	reverse mapping checking getaddrinfo for host.example [192.0.2.1] failed - POSSIBLE BREAK-IN ATTEMPT!
//	Address 192.0.2.1 maps to host.example, but this does not map back to the address - POSSIBLE BREAK-IN ATTEMPT!
func sshReverseMapping(msg string, ev *event.Event) bool {
	if rest, ok := strings.CutPrefix(msg, "Address "); ok {
		addr, rest, ok := strings.Cut(rest, " maps to ")
		if !ok {
			return false
		}
		read.SetSource(ev, addr)
		name, _, _ := strings.Cut(rest, ",")
		ev.Set(event.SourceDomain, name)
	} else if rest, ok := strings.CutPrefix(msg, "reverse mapping checking getaddrinfo for "); ok {
		name, rest, ok := strings.Cut(rest, " [")
		if !ok {
			return false
		}
		addr, _, _ := strings.Cut(rest, "]")
		read.SetSource(ev, addr)
		ev.Set(event.SourceDomain, name)
	} else {
		return false
	}
	read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionLogged, "")
	ev.Set(event.EventReason, "reverse mapping does not match")
	return true
}

// sshServer reads messages about the server itself and its sessions:
// listening, keys, subsystems, commands.
func sshServer(msg string, ev *event.Event) bool {
	switch {
	case strings.HasPrefix(msg, "Server listening on "):
		addr, rest, _ := strings.Cut(msg[len("Server listening on "):], " port ")
		read.SetDestination(ev, addr)
		port, _, _ := strings.Cut(rest, ".")
		read.SetPort(ev, event.DestinationPort, port)
		read.Classify(ev, read.CategoryProcess, read.TypeStart, read.ActionServiceStarted, read.Success)
		ev.Set(event.ServiceName, "sshd")
	case strings.HasPrefix(msg, "Received signal "):
		read.Classify(ev, read.CategoryProcess, read.TypeEnd, read.ActionServiceStopped, "")
		if strings.HasSuffix(msg, "restarting.") {
			read.Classify(ev, read.CategoryProcess, read.TypeChange, read.ActionServiceStarted, "")
		}
		ev.Set(event.ServiceName, "sshd")
		ev.Set(event.EventReason, msg)
	case strings.HasPrefix(msg, "Starting session: "):
		// Starting session: shell on pts/0 for anna from 192.0.2.1 port 22 id 0
		what, who, ok := strings.Cut(msg[len("Starting session: "):], " for ")
		who, _, _ = read.CutLast(who, " id ")
		if !ok || !sshUserFrom(who, ev) {
			return false
		}
		read.Classify(ev, read.CategorySession, read.TypeStart, read.ActionSessionOpened, read.Success)
		ev.Set(event.EventReason, what)
	case strings.HasPrefix(msg, "subsystem request for "):
		_, who, _ := strings.Cut(msg, " by user ")
		name, _, failed := strings.Cut(who, " failed")
		ev.Set(event.UserName, name)
		read.Classify(ev, read.CategorySession, read.TypeInfo, "", "")
		if failed {
			ev.Set(event.EventOutcome, read.Failure)
		}
	case strings.HasPrefix(msg, "Authentication refused: "):
		read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionLogonDenied, read.Failure)
		ev.Set(event.EventReason, msg[len("Authentication refused: "):])
		if _, path, ok := read.CutLast(msg, " "); ok && strings.HasPrefix(path, "/") {
			ev.Set(event.FilePath, path)
		}
	case strings.HasPrefix(msg, "Authentication tried for "):
		who, _, _ := strings.Cut(msg[len("Authentication tried for "):], " with ")
		ev.Set(event.UserName, who)
		read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionLogonDenied, read.Failure)
	case strings.HasPrefix(msg, "Accepted key "), strings.HasPrefix(msg, "Accepted certificate "), strings.HasPrefix(msg, "Found matching "):
		read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionLogonPending, "")
	case strings.HasPrefix(msg, "Exiting on signal "):
		read.Classify(ev, read.CategoryProcess, read.TypeEnd, read.ActionServiceStopped, "")
	case strings.HasPrefix(msg, "Bad packet length "), strings.HasPrefix(msg, "Corrupted MAC on input"),
		strings.HasPrefix(msg, "Unable to negotiate a key exchange method"), strings.HasPrefix(msg, "Corrupted padlen"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionRejected, read.Failure)
		ev.Set(event.EventReason, msg)
	case strings.HasPrefix(msg, "User child is on pid "), strings.HasPrefix(msg, "Could not stat "), strings.HasPrefix(msg, "Could not load host key"),
		strings.HasPrefix(msg, "channel "), strings.HasPrefix(msg, "debug"), strings.HasPrefix(msg, "mm_"), strings.HasPrefix(msg, "server_input_channel_open"):
		read.Classify(ev, read.CategoryProcess, read.TypeInfo, "", "")
	default:
		return false
	}
	return true
}
