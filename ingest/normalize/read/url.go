package read

import (
	"strings"

	"porchlight/ingest/event"
)

// RequestLine reads "GET /path HTTP/1.1" (RFC 9112, section 3).
func RequestLine(ev *event.Event, line string) {
	method, rest, ok := strings.Cut(line, " ")
	if !ok || !IsWord(method) {
		if line != "" && line != "-" {
			SetURL(ev, line)
		}
		return
	}
	ev.Set(event.HTTPRequestMethod, method)
	if target, version, ok := CutLast(rest, " HTTP/"); ok {
		SetNamed(ev, "http.version", version)
		rest = target
	}
	if rest != "-" {
		SetURL(ev, rest)
	}
}

// URLHost stores the host that a client requested, and its port.
func (k *Keyed) URLHost(host string) {
	if h, port, ok := CutLast(host, ":"); ok && IsPort(port) && (strings.IndexByte(h, ':') < 0 || strings.HasSuffix(h, "]")) {
		SetNamed(k.Event, fieldURLPort, port)
		host = h
	}
	if host = strings.Trim(host, "[]"); host != "-" {
		k.Event.Set(event.URLDomain, host)
	}
}

// SetURL stores a URL and its parts (RFC 3986). Without a scheme it is a path
// if it begins with a slash, else a host with a path, as written by proxies.
func SetURL(ev *event.Event, s string) {
	ev.Set(event.URLOriginal, s)
	rest, hosted := s, false
	if scheme, after, ok := strings.Cut(s, "://"); ok && IsWord(scheme) {
		ev.SetExtra(fieldURLScheme, Lower(scheme))
		rest, hosted = after, true
	} else if s != "" && s[0] != '/' {
		end := strings.IndexAny(s, "/?#")
		host := s
		if end >= 0 {
			host = s[:end]
		}
		if h, port, ok := CutLast(host, ":"); ok && IsPort(port) {
			host = h
		}
		hosted = strings.IndexByte(host, '.') > 0 && IsHostName(host) && (end >= 0 || host != s)
		if ip, _ := ParseIP(host); ip != "" {
			hosted = true
		}
		if !hosted {
			return
		}
	}
	if hosted {
		end := strings.IndexAny(rest, "/?#")
		if end < 0 {
			end = len(rest)
		}
		host := rest[:end]
		rest = rest[end:]
		if _, h, ok := CutLast(host, "@"); ok {
			host = h
		}
		if h, port, ok := CutLast(host, ":"); ok && IsPort(port) {
			host = h
			ev.SetExtra(fieldURLPort, port)
		}
		ev.Set(event.URLDomain, strings.Trim(host, "[]"))
	}
	if before, fragment, ok := strings.Cut(rest, "#"); ok {
		if fragment != "" {
			ev.SetExtra(fieldURLFrag, fragment)
		}
		rest = before
	}
	if before, query, ok := strings.Cut(rest, "?"); ok {
		if query != "" {
			ev.SetExtra(FieldURLQuery, query)
		}
		rest = before
	}
	if strings.HasPrefix(rest, "/") {
		ev.Set(event.URLPath, rest)
		if ext := Extension(rest[strings.LastIndexByte(rest, '/')+1:]); ext != "" {
			ev.SetExtra(fieldURLExt, ext)
		}
	}
}

// Extension returns a file name's extension, without the dot; "" if there is
// none.
func Extension(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 && len(name)-i <= 11 && IsWord(name[i+1:]) {
		return name[i+1:]
	}
	return ""
}

// SetPath stores a file's path and its parts.
func SetPath(ev *event.Event, path string) {
	ev.Set(event.FilePath, path)
	i := strings.LastIndexAny(path, `\/`)
	name := path[i+1:]
	ev.Set(event.FileName, name)
	if i > 0 {
		ev.SetExtra(fieldFileDir, path[:i])
	}
	if ext := Extension(name); ext != "" {
		ev.SetExtra(fieldFileExt, ext)
	}
}
