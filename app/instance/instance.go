// Package instance keeps Porchlight to one instance per data folder: a second
// launch hands its requests to the first and exits.
//
// Both talk over a Unix socket. Windows has them since Windows 10 version 1803;
// there this package builds but is untested.
package instance

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// Request is what a second launch asks of the first. On the socket it is one
// JSON line; the answer is one as well: {} or {"error":"..."}.
type Request struct {
	Show   bool     `json:"show,omitempty"`   // bring the window to the front
	Alert  string   `json:"alert,omitempty"`  // id of the alert to open
	Import []string `json:"import,omitempty"` // files to read, absolute: the first has its own working folder
	Format string   `json:"format,omitempty"` // of the files
	Vendor string   `json:"vendor,omitempty"` // of the files' lines
}

type answer struct {
	Error string `json:"error,omitempty"`
}

var (
	// ErrRunning is wrapped by Acquire's error when another process owns the
	// data folder: use Send.
	ErrRunning = errors.New("already running")

	// ErrNotRunning is wrapped by Send's error when no instance is running.
	ErrNotRunning = errors.New("not running")
)

const (
	lockName = "instance.lock" // locked while running; the system unlocks it even after a crash
	infoName = "instance.json" // where the running instance listens
	sockName = "instance.sock" // the socket, when it is in the data folder

	maxPath     = 100     // bytes; sun_path holds 104 on BSD and macOS, 108 on Linux and Windows, with the final zero
	maxLine     = 1 << 20 // bytes of a request
	maxClients  = 16
	sendTimeout = 3 * time.Second // for the whole of Send
	readTimeout = 2 * time.Second // for a client to send its line
)

// info is the content of infoName. It spares the second launch guessing: the
// socket's place depends on the first one's environment.
type info struct {
	Socket string `json:"socket"`
	PID    int    `json:"pid"`
}

// Instance is the running one.
type Instance struct {
	dir    string
	lock   *flock.Flock
	socket string
	listen net.Listener
	handle func(Request) error
	slots  chan struct{} // one per client being served

	mu      sync.Mutex
	closed  bool
	clients map[net.Conn]bool
	serving sync.WaitGroup
}

// Acquire makes this process the one instance for the data folder dir, which is
// created if missing. From then on handle is called with each request, from
// several goroutines at once; its error is the answer. handle must return soon
// and must not wait for the caller of Close.
func Acquire(dir string, handle func(Request) error) (*Instance, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find the data folder: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w; choose another with --data", err)
	}
	lock := flock.New(filepath.Join(dir, lockName), flock.SetPermissions(0o600))
	got, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w; choose one you can write to with --data", err)
	}
	if !got {
		return nil, fmt.Errorf("porchlight on %s: %w", dir, ErrRunning)
	}
	i := &Instance{dir: dir, lock: lock, handle: handle,
		slots: make(chan struct{}, maxClients), clients: make(map[net.Conn]bool)}
	if err := i.open(); err != nil {
		lock.Close()
		return nil, err
	}
	i.serving.Go(i.serve)
	return i, nil
}

// open listens and records where. The lock is ours, so whatever is left over is stale.
func (i *Instance) open() error {
	if old, err := readInfo(i.dir); err == nil {
		discard(old.Socket)
	}
	var errs []error
	for _, place := range places(i.dir) {
		path, err := place()
		if err == nil && len(path) > maxPath {
			err = fmt.Errorf("%s is longer than the %d bytes a socket's path may have", path, maxPath)
		}
		if err == nil {
			removeSocket(path)
			i.listen, err = net.Listen("unix", path)
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		i.socket = path
		break
	}
	if i.listen == nil {
		return fmt.Errorf("listen for further launches: %w", errors.Join(errs...))
	}
	err := os.Chmod(i.socket, 0o600)
	if err == nil {
		err = i.writeInfo()
	}
	if err != nil {
		i.listen.Close()
		discard(i.socket)
		return fmt.Errorf("listen for further launches: %w", err)
	}
	return nil
}

// places lists where the socket may be, best first.
func places(dir string) []func() (string, error) {
	var out []func() (string, error)
	if run := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(run) {
		out = append(out, func() (string, error) {
			if real, err := filepath.EvalSymlinks(dir); err == nil {
				dir = real
			}
			sum := sha256.Sum256([]byte(dir))
			return filepath.Join(run, tempPrefix+hex.EncodeToString(sum[:8])+".sock"), nil
		})
	}
	return append(out,
		func() (string, error) { return filepath.Join(dir, sockName), nil },
		func() (string, error) { // a folder of our own: nobody else can put a socket there
			private, err := os.MkdirTemp("", tempPrefix)
			return filepath.Join(private, sockName), err
		})
}

const tempPrefix = "porchlight-"

// removeSocket removes a socket and nothing else. Windows shows sockets as
// irregular files.
func removeSocket(path string) {
	if fi, err := os.Lstat(path); err == nil && fi.Mode()&(fs.ModeSocket|fs.ModeIrregular) != 0 {
		os.Remove(path)
	}
}

// discard removes a socket, and its folder if that was made for it alone.
func discard(path string) {
	removeSocket(path)
	parent := filepath.Dir(path)
	if strings.HasPrefix(filepath.Base(parent), tempPrefix) && filepath.Dir(parent) == filepath.Clean(os.TempDir()) {
		os.Remove(parent) // fails if anything else is in it
	}
}

func (i *Instance) writeInfo() error {
	b, err := json.Marshal(info{Socket: i.socket, PID: os.Getpid()})
	if err != nil {
		return err
	}
	path := filepath.Join(i.dir, infoName)
	if err := os.WriteFile(path+".new", append(b, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

func readInfo(dir string) (info, error) {
	var in info
	b, err := os.ReadFile(filepath.Join(dir, infoName))
	if err == nil {
		err = json.Unmarshal(b, &in)
	}
	if err == nil && !filepath.IsAbs(in.Socket) {
		err = fmt.Errorf("%s names no socket", infoName)
	}
	return in, err
}

func (i *Instance) serve() {
	for {
		c, err := i.listen.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // out of file handles, an aborted connection: passes
			time.Sleep(50 * time.Millisecond)
			continue
		}
		select {
		case i.slots <- struct{}{}:
		default:
			c.Close() // somebody is flooding us
			continue
		}
		i.mu.Lock()
		if i.closed {
			i.mu.Unlock()
			c.Close()
			return
		}
		i.clients[c] = true
		i.serving.Go(func() { i.answer(c) })
		i.mu.Unlock()
	}
}

func (i *Instance) answer(c net.Conn) {
	defer func() {
		c.Close()
		i.mu.Lock()
		delete(i.clients, c)
		i.mu.Unlock()
		<-i.slots
	}()
	_ = c.SetDeadline(time.Now().Add(readTimeout))
	line, err := readLine(c)
	if err != nil {
		return // the other side is gone, or is not one of ours
	}
	var req Request
	var ans answer
	if err := json.Unmarshal(line, &req); err != nil {
		ans.Error = fmt.Sprintf("cannot understand the request: %v", err)
	} else if err := i.handle(req); err != nil {
		ans.Error = err.Error()
	}
	_ = c.SetDeadline(time.Now().Add(readTimeout))
	_ = json.NewEncoder(c).Encode(ans) // Encode ends with the line break
}

// Close lets the next launch be the instance. It waits for running calls of
// handle.
func (i *Instance) Close() error {
	i.mu.Lock()
	if i.closed {
		i.mu.Unlock()
		return nil
	}
	i.closed = true
	now := time.Now()
	for c := range i.clients {
		_ = c.SetReadDeadline(now)
	}
	i.mu.Unlock()
	os.Remove(filepath.Join(i.dir, infoName))
	err := i.listen.Close()
	i.serving.Wait()
	discard(i.socket)
	return errors.Join(err, i.lock.Close())
}

// Send hands a request to the running instance of the data folder dir and
// returns its answer as an error. The error wraps ErrNotRunning when there is
// none. It takes at most three seconds, whatever state that instance is in.
func Send(dir string, req Request) error {
	in, err := readInfo(dir)
	if err != nil {
		return fmt.Errorf("porchlight on %s: %w", dir, ErrNotRunning)
	}
	deadline := time.Now().Add(sendTimeout)
	c, err := net.DialTimeout("unix", in.Socket, sendTimeout)
	if err != nil {
		if isTimeout(err) {
			return hung(in)
		}
		return fmt.Errorf("porchlight on %s: %w", dir, ErrNotRunning)
	}
	defer c.Close()
	if err := c.SetDeadline(deadline); err != nil {
		return fmt.Errorf("ask the running porchlight (process %d): %w", in.PID, err)
	}
	var ans answer
	err = json.NewEncoder(c).Encode(req)
	if err == nil {
		var line []byte
		if line, err = readLine(c); err == nil {
			err = json.Unmarshal(line, &ans)
		}
	}
	switch {
	case err != nil && isTimeout(err):
		return hung(in)
	case err != nil:
		return fmt.Errorf("ask the running porchlight (process %d): %w", in.PID, err)
	case ans.Error != "":
		return errors.New(ans.Error)
	}
	return nil
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

func hung(in info) error {
	return fmt.Errorf("porchlight is running (process %d) but does not answer within %s; end that process, then start again", in.PID, sendTimeout)
}

// readLine reads one line of at most maxLine bytes.
func readLine(r io.Reader) ([]byte, error) {
	b, err := bufio.NewReader(io.LimitReader(r, maxLine)).ReadBytes('\n')
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return b, err
}
