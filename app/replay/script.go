package replay

import (
	"cmp"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The script language is documented at the top of assets/demo/office.txt.

const (
	maxScript   = 1 << 20   // bytes
	maxText     = 64 << 10  // bytes of one message
	maxExpanded = 64 << 20  // bytes of all messages
	maxMessages = 200_000   // a script may expand to
	maxSeconds  = 24 * 3600 // of one pause
)

// step is one thing to do at a time after the start.
type step struct {
	at      time.Duration
	chapter string // announce; the rest is then empty
	via     via
	device  string
	text    []piece
}

// via is how a message travels.
type via struct {
	tcp     bool
	framing Framing
}

var transports = map[string]via{"udp": {}, "tcp": {tcp: true}, "octet": {tcp: true, framing: Octet}}

// piece is a part of a message: literal text, or the time of sending in a
// layout.
type piece struct {
	text   string
	layout string
}

// layouts are the placeholders for the time of sending.
var layouts = map[string]string{
	"bsd":   time.Stamp,                         // RFC 3164, section 4.1.2: Nov 23 14:02:07
	"iso":   "2006-01-02T15:04:05.000000Z07:00", // RFC 5424, section 6.2.3
	"clf":   "02/Jan/2006:15:04:05 -0700",       // access logs of web servers
	"clock": "15:04",
}

// script is a parsed and expanded script.
type script struct {
	devices map[string]net.IP // addresses to send from; nil: any
	steps   []step            // by time
}

// parser reads a script line by line, expanding it as it goes.
type parser struct {
	script
	line   int
	size   int           // bytes of all messages so far
	now    time.Duration // of the foreground
	vars   map[string]string
	noise  []noise
	random *rand.Rand
}

// noise is a message that repeats in the background.
type noise struct {
	line     int
	from     time.Duration
	interval time.Duration
	step     step
	text     string
	vars     map[string]string
}

// parse reads a script. What is random in it is the same every time.
func parse(r io.Reader) (*script, error) {
	p := &parser{script: script{devices: make(map[string]net.IP)}, vars: make(map[string]string),
		random: rand.New(rand.NewPCG(2026, 11))}
	text, err := io.ReadAll(io.LimitReader(r, maxScript+1))
	if err != nil {
		return nil, fmt.Errorf("read the script: %w", err)
	}
	if len(text) > maxScript {
		return nil, fmt.Errorf("script: longer than %d bytes", maxScript)
	}
	for line := range strings.Lines(string(text)) {
		p.line++
		if err := p.statement(strings.TrimSpace(line)); err != nil {
			return nil, fmt.Errorf("script: line %d: %w", p.line, err)
		}
	}
	if err := p.quiet(""); err != nil {
		return nil, fmt.Errorf("script: %w", err)
	}
	if len(p.steps) == 0 {
		return nil, fmt.Errorf("script: nothing to send")
	}
	slices.SortStableFunc(p.steps, func(a, b step) int { return cmp.Compare(a.at, b.at) })
	return &p.script, nil
}

func (p *parser) statement(line string) error {
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	switch {
	case line == "" || line[0] == '#':
		return nil
	case word == "==":
		if rest == "" {
			return fmt.Errorf("a chapter needs a title: == TITLE")
		}
		text, err := p.fill(rest, 1, p.vars, "")
		if err != nil {
			return err
		}
		p.steps = append(p.steps, step{at: p.now, chapter: rest, text: text})
		return nil
	case word == "device":
		name, address, _ := strings.Cut(rest, " ")
		ip := net.ParseIP(strings.TrimSpace(address))
		if name == "" || ip == nil {
			return fmt.Errorf("expected: device NAME ADDRESS")
		}
		p.devices[name] = ip
		return nil
	case word == "set":
		return p.set(rest)
	case word == "every":
		return p.every(rest)
	case word == "quiet":
		if _, ok := p.devices[rest]; rest != "" && !ok {
			return fmt.Errorf("quiet: device %q is not declared", rest)
		}
		return p.quiet(rest)
	case line[0] == '+':
		return p.send(word[1:], rest)
	}
	return fmt.Errorf("%q is not a statement; expected ==, device, set, every, quiet or +SECONDS", word)
}

func (p *parser) set(rest string) error {
	name, value, ok := strings.Cut(rest, "=")
	name = strings.TrimSpace(name)
	if !ok || !isName(name) || layouts[name] != "" || name == "n" || name == "host" {
		return fmt.Errorf("expected: set NAME = TEXT, with a name of lower-case letters that is not taken")
	}
	pieces, err := p.fill(strings.TrimSpace(value), 1, p.vars, "")
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, s := range pieces {
		if s.layout != "" {
			return fmt.Errorf("set %s: times are only known when a message is sent", name)
		}
		b.WriteString(s.text)
	}
	p.vars[name] = b.String()
	return nil
}

// send expands +SECONDS[*N] [TRANSPORT DEVICE TEXT].
func (p *parser) send(when, rest string) error {
	seconds, times, repeated := strings.Cut(when, "*")
	pause, err := parseSeconds(seconds)
	if err != nil {
		return err
	}
	n := 1
	if repeated {
		if n, err = strconv.Atoi(times); err != nil || n < 1 || n > maxMessages {
			return fmt.Errorf("%q: expected a number of times from 1 to %d after *", when, maxMessages)
		}
	}
	if rest == "" {
		if p.now += pause * time.Duration(n); p.now > maxSeconds*time.Second {
			return fmt.Errorf("the script is longer than a day")
		}
		return nil
	}
	s, text, err := p.address(rest)
	if err != nil {
		return err
	}
	for i := 1; i <= n; i++ {
		p.now += pause
		s.at = p.now
		if s.text, err = p.fill(text, i, p.vars, s.device); err != nil {
			return err
		}
		if err := p.add(s); err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) add(s step) error {
	if len(p.steps) >= maxMessages {
		return fmt.Errorf("more than %d messages", maxMessages)
	}
	if s.at > maxSeconds*time.Second {
		return fmt.Errorf("the script is longer than a day")
	}
	for _, t := range s.text {
		p.size += len(t.text)
	}
	if p.size > maxExpanded {
		return fmt.Errorf("all messages together are longer than %d bytes", maxExpanded)
	}
	p.steps = append(p.steps, s)
	return nil
}

func (p *parser) every(rest string) error {
	seconds, rest, _ := strings.Cut(rest, " ")
	interval, err := parseSeconds(seconds)
	if err != nil {
		return err
	}
	if interval < 10*time.Millisecond {
		return fmt.Errorf("every %s: expected at least 0.01 seconds", seconds)
	}
	s, text, err := p.address(strings.TrimSpace(rest))
	if err != nil {
		return err
	}
	vars := make(map[string]string, len(p.vars))
	for k, v := range p.vars {
		vars[k] = v
	}
	if _, err := p.fill(text, 1, vars, s.device); err != nil {
		return err
	}
	p.noise = append(p.noise, noise{p.line, p.now, interval, s, text, vars})
	return nil
}

// quiet ends the background messages of a device, "" for all: only now is their
// number known.
func (p *parser) quiet(device string) error {
	var rest []noise
	for _, b := range p.noise {
		if device != "" && b.step.device != device {
			rest = append(rest, b)
		} else if err := p.expand(b); err != nil {
			return fmt.Errorf("every at line %d: %w", b.line, err)
		}
	}
	p.noise = rest
	return nil
}

// expand adds a background message as often as it occurs up to now.
func (p *parser) expand(b noise) error {
	at := b.from
	for i := 1; ; i++ {
		share := p.random.Float64() // before the first: anywhere in the interval
		if i > 1 {
			share += 0.5 // between two: half to one and a half
		}
		if at += time.Duration(share * float64(b.interval)); at >= p.now {
			return nil
		}
		s := b.step
		s.at = at
		var err error
		if s.text, err = p.fill(b.text, i, b.vars, s.device); err != nil {
			return err
		}
		if err := p.add(s); err != nil {
			return err
		}
	}
}

// address reads TRANSPORT DEVICE TEXT.
func (p *parser) address(s string) (st step, text string, err error) {
	transport, rest, _ := strings.Cut(s, " ")
	device, text, _ := strings.Cut(strings.TrimSpace(rest), " ")
	v, ok := transports[transport]
	if !ok {
		return step{}, "", fmt.Errorf("%q is not a transport; expected udp, tcp or octet", transport)
	}
	if _, ok := p.devices[device]; !ok {
		return step{}, "", fmt.Errorf("device %q is not declared; write: device %s ADDRESS", device, device)
	}
	if text = strings.TrimSpace(text); text == "" {
		return step{}, "", fmt.Errorf("no message after the device")
	}
	return step{via: v, device: device}, text, nil
}

func parseSeconds(s string) (time.Duration, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= 0 && f <= maxSeconds) {
		return 0, fmt.Errorf("%q: expected a number of seconds such as 0.25", s)
	}
	return time.Duration(f * float64(time.Second)), nil
}

func isName(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == ""
}

// fill replaces the placeholders of a text except those for the time. n counts
// the repetitions of the line from 1.
func (p *parser) fill(text string, n int, vars map[string]string, device string) ([]piece, error) {
	var out []piece
	size := 0
	literal := func(s string) {
		size += len(s)
		if k := len(out); k > 0 && out[k-1].layout == "" {
			out[k-1].text += s
		} else if s != "" {
			out = append(out, piece{text: s})
		}
	}
	for {
		before, rest, found := strings.Cut(text, "{")
		literal(before)
		if size > maxText {
			return nil, fmt.Errorf("the text is longer than %d bytes", maxText)
		}
		if !found {
			return out, nil
		}
		if strings.HasPrefix(rest, "{") { // {{ is a brace
			literal("{")
			text = rest[1:]
			continue
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return nil, fmt.Errorf("{%.20s: the closing brace is missing; a literal brace is written {{", rest)
		}
		text = after
		if layout := layouts[name]; layout != "" {
			out = append(out, piece{layout: layout})
			continue
		}
		value, err := p.value(name, n, vars, device)
		if err != nil {
			return nil, err
		}
		literal(value)
	}
}

func (p *parser) value(name string, n int, vars map[string]string, device string) (string, error) {
	if v, ok := vars[name]; ok {
		return v, nil
	}
	word, arg, _ := strings.Cut(name, " ")
	switch {
	case name == "n":
		return strconv.Itoa(n), nil
	case name == "host" && device != "":
		return device, nil
	case word == "rand":
		low, high, _ := strings.Cut(arg, "-")
		a, errA := strconv.ParseInt(low, 10, 32)
		b, errB := strconv.ParseInt(high, 10, 32)
		if errA != nil || errB != nil || a < 0 || a > b {
			return "", fmt.Errorf("{%s}: expected {rand LOW-HIGH}", name)
		}
		return strconv.FormatInt(a+p.random.Int64N(b-a+1), 10), nil
	case word == "pick" && arg != "":
		choices := strings.Split(arg, "|")
		return choices[p.random.IntN(len(choices))], nil
	case word == "each" && arg != "":
		choices := strings.Split(arg, "|")
		return choices[(n-1)%len(choices)], nil
	}
	return "", fmt.Errorf("{%s}: expected bsd, iso, clf, clock, host, n, rand LOW-HIGH, pick A|B, each A|B or a name that was set", name)
}

// render appends the message as sent at a given time.
func (s *step) render(dst []byte, now time.Time) []byte {
	for _, p := range s.text {
		if p.layout != "" {
			dst = now.AppendFormat(dst, p.layout)
		} else {
			dst = append(dst, p.text...)
		}
	}
	return dst
}
