package replay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"time"
)

// Targets are the listeners a script is played to, as host:port. If one is
// empty, all messages go to the other.
type Targets struct {
	UDP string
	TCP string
}

// ParseTarget reads udp://host:port or tcp://host:port; the error wraps
// ErrTarget. Whether the host exists is not looked up.
func ParseTarget(url string) (Targets, error) {
	network, address, err := splitURL(url)
	switch {
	case err != nil:
		return Targets{}, err
	case network == "tcp":
		return Targets{TCP: address}, nil
	}
	return Targets{UDP: address}, nil
}

// PlayOptions of Play; the zero value plays at normal speed.
type PlayOptions struct {
	Speed    float64           // 2 plays twice as fast; 0 means 1
	Now      func() time.Time  // what the messages carry as their time; nil means time.Now
	Progress func(step string) // called with each chapter's title as it begins; may be nil
}

const minSpeed = 0.001

// Play plays a script (the language is documented in assets/demo/office.txt) to
// syslog listeners. Each device has its own connection and, where the listener
// is on a loopback address and the system allows it (Linux), its own sender
// address. Cancelled means nil.
func Play(ctx context.Context, src io.Reader, to Targets, opt PlayOptions) error {
	sc, err := parse(src)
	if err != nil {
		return err
	}
	if to == (Targets{}) {
		return errors.New("play a script: no listener to play to")
	}
	if opt.Speed == 0 {
		opt.Speed = 1
	}
	if !(opt.Speed >= minSpeed) || math.IsInf(opt.Speed, 0) {
		return fmt.Errorf("play a script: speed %v is below %v", opt.Speed, minSpeed)
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	p := player{script: sc, to: to, conns: make(map[line]*sender)}
	defer p.close()
	began := time.Now()
	var msg []byte
	for i := range sc.steps {
		s := &sc.steps[i]
		wait := time.Duration(float64(s.at)/opt.Speed) - time.Since(began)
		if wait > 0 && !sleep(ctx, wait) || ctx.Err() != nil {
			return nil
		}
		msg = s.render(msg[:0], opt.Now())
		if s.chapter != "" {
			if opt.Progress != nil {
				opt.Progress(string(msg))
			}
			continue
		}
		if err := p.send(ctx, s, msg); err != nil {
			return quiet(ctx, err)
		}
	}
	return quiet(ctx, p.finish())
}

// quiet drops an error that is only the consequence of a cancellation.
func quiet(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// line is a connection of one device.
type line struct {
	device string
	tcp    bool
}

type player struct {
	*script
	to    Targets
	conns map[line]*sender
	last  *sender // over UDP
}

func (p *player) send(ctx context.Context, s *step, msg []byte) error {
	tcp := s.via.tcp && p.to.TCP != "" || p.to.UDP == ""
	key := line{s.device, tcp}
	out := p.conns[key]
	if out == nil {
		var err error
		if out, err = p.connect(ctx, tcp, p.devices[s.device]); err != nil {
			return err
		}
		p.conns[key] = out
	}
	if !tcp {
		p.last = out
	}
	if err := out.send(msg, s.via.framing); err != nil {
		return err
	}
	return out.flush()
}

func (p *player) connect(ctx context.Context, tcp bool, from net.IP) (*sender, error) {
	network, address := "udp", p.to.UDP
	if tcp {
		network, address = "tcp", p.to.TCP
	}
	if host, _, err := net.SplitHostPort(address); err == nil && from.IsLoopback() {
		if ip := net.ParseIP(host).To4(); ip != nil && ip.IsLoopback() {
			if out, err := dial(ctx, network, address, from); err == nil {
				return out, nil
			} // otherwise this system has only one loopback address
		}
	}
	return dial(ctx, network, address, nil)
}

// finish ends the connections and reports what could not be sent. One UDP
// connection speaks for all: they have the same listener.
func (p *player) finish() error {
	var errs []error
	for _, s := range p.conns {
		if s == p.last || !s.udp {
			errs = append(errs, s.finish())
		} else {
			errs = append(errs, s.losses())
		}
	}
	return errors.Join(errs...)
}

func (p *player) close() {
	for _, s := range p.conns {
		s.close()
	}
}
