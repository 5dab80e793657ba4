package model

import (
	"cmp"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"porchlight/app/settings"
	"porchlight/ingest/input"
)

// Step is how far the first start has come.
type Step int

// The steps of the first start.
const (
	StepStart    Step = iota // nothing listens
	StepFailed               // a port could not be had
	StepWaiting              // listening; nothing received since
	StepReceived             // the first message is here
)

// Welcome is the first start.
type Welcome struct {
	asked   bool // the user has asked to listen
	port    int
	since   time.Time // when the user asked
	counted uint64    // messages received before
	addrs   []string
}

// WelcomeView is what the first start shows.
type WelcomeView struct {
	Step    Step
	Reason  string   // StepFailed: why, in a sentence
	Targets []string // "192.168.1.10:5514", where devices can send to
	Inputs  string   // "UDP and TCP 5514"
	First   string   // StepReceived: who sent
	Rsyslog string   // a line for rsyslog.conf
	Logger  string   // a command to try it
}

// Started begins listening on a port, from a state of the collection; addrs
// are this computer's addresses. What is listening already counts as asked.
func (w *Welcome) Started(port int, p Pulse, addrs []string) {
	w.asked, w.port, w.since, w.counted, w.addrs = true, port, p.At, p.Status.Totals.Received, addrs
}

// FirstSettings returns settings that listen on a port over UDP and TCP.
func FirstSettings(s settings.Settings, port int) settings.Settings {
	address := ":" + strconv.Itoa(port)
	return settings.Settings{SyslogUDP: address, SyslogTCP: address, Configured: true}.Over(s)
}

// ParsePort reads a port.
func ParsePort(text string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 1 || n > 65535 {
		return 0, fmt.Errorf("type a port from 1 to 65535, such as %d", settings.DefaultPort)
	}
	return n, nil
}

// View returns what to show for a state of the collection.
func (w *Welcome) View(p Pulse) WelcomeView {
	if !w.asked {
		return WelcomeView{Step: StepStart}
	}
	var up, down []string
	var reason string
	for _, in := range p.Status.Inputs {
		name, syslog := strings.CutPrefix(in.Kind, "syslog-")
		switch name = strings.ToUpper(name); {
		case !syslog:
		case in.Phase == input.Trouble:
			down, reason = append(down, name), cmp.Or(reason, in.Problem.Reason)
		case in.Phase.Open():
			up = append(up, name)
		}
	}
	if len(down) > 0 {
		return WelcomeView{Step: StepFailed, Reason: fmt.Sprintf("%s port %d cannot be used: %s.", strings.Join(down, " and "), w.port, strings.TrimSuffix(reason, "."))}
	}
	v := WelcomeView{Step: StepWaiting, Inputs: fmt.Sprintf("%s %d", strings.Join(up, " and "), w.port)}
	addrs := w.addrs
	if len(addrs) == 0 {
		addrs = []string{"127.0.0.1"}
	}
	for _, a := range addrs {
		v.Targets = append(v.Targets, net.JoinHostPort(a, strconv.Itoa(w.port)))
	}
	v.Rsyslog = "*.* @@" + v.Targets[0]
	v.Logger = fmt.Sprintf("logger -n %s -P %d -d \"hello\"", addrs[0], w.port)
	if p.Status.Totals.Received > w.counted {
		v.Step, v.First = StepReceived, newestSender(p)
	}
	return v
}

func newestSender(p Pulse) string {
	name, newest := "", int64(-1)
	for _, s := range p.Status.Sources {
		if s.LastSeen > newest {
			name, newest = s.Address, s.LastSeen
		}
	}
	return name
}

// Same reports whether two views look the same.
func (v WelcomeView) Same(o WelcomeView) bool {
	return v.Step == o.Step && v.Reason == o.Reason && v.Inputs == o.Inputs && v.First == o.First && slices.Equal(v.Targets, o.Targets)
}

// ListeningPort returns the port of the first input that listens, else
// settings.DefaultPort.
func ListeningPort(p Pulse) int {
	for _, in := range p.Status.Inputs {
		if a, err := netip.ParseAddrPort(in.Address); err == nil && in.Phase.Open() {
			return int(a.Port())
		}
	}
	return settings.DefaultPort
}
