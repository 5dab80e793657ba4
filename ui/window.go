package ui

import (
	"context"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"porchlight/assets"
	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// Options are what the window does not get from the backend.
type Options struct {
	Version   string
	User      string // who acknowledges and closes alerts
	DataDir   string // shown in the settings
	Minimized bool   // start without showing the window
}

// Window is the program's one window.
type Window struct {
	app     fyne.App
	win     fyne.Window
	backend Backend
	env     *env
	end     context.CancelFunc
	shell   *shell
	tray    *tray
	inTray  bool          // closed to the tray
	wakeup  chan struct{} // the window was shown: look now

	mu      sync.Mutex
	visible bool
	running bool
	pending string // alert to open as soon as the window runs
	quit    bool   // requested before the window ran
}

// windowTitle is the program's name for people.
const windowTitle = "Porchlight"

// New makes the window; Run shows it. The window stops all its work when Run
// returns.
func New(ctx context.Context, fyneApp fyne.App, b Backend, opts Options) *Window {
	ctx, end := context.WithCancel(ctx)
	w := &Window{app: fyneApp, backend: b, end: end, wakeup: make(chan struct{}, 1), visible: true, inTray: opts.Minimized}

	settings := b.Settings()
	w.setTheme(settings.Theme)

	icon := fyne.NewStaticResource("porchlight.png", assets.AppIcon)
	fyneApp.SetIcon(icon)
	w.win = fyneApp.NewWindow(windowTitle)
	w.win.SetMaster()
	w.win.SetPadded(false)
	w.win.SetIcon(icon)
	w.win.Resize(fyne.NewSize(1280, 800))

	w.env = &env{ctx: ctx, win: w.win, user: opts.User, now: time.Now,
		copy: fyneApp.Clipboard().SetContent, do: fyne.Do, onChange: b.OnChange, restyle: w.setTheme, quit: fyneApp.Quit}
	w.shell = newShell(w.env, b, opts)
	w.win.SetContent(w.shell.content())
	w.tray = newTray(w)
	w.win.SetCloseIntercept(w.closed)
	w.bindKeys()

	first := model.Route{Page: model.PageOverview}
	if !settings.Configured {
		first.Page = model.PageWelcome
	}
	w.shell.navigate(first)
	return w
}

// Run shows the window and blocks until the user quits or Quit is called.
func (w *Window) Run() {
	w.app.Lifecycle().SetOnStarted(func() {
		w.mu.Lock()
		w.running = true
		id, quit := w.pending, w.quit
		w.pending = ""
		w.mu.Unlock()
		if quit {
			w.app.Quit()
			return
		}
		if id != "" {
			w.ShowAlert(id)
		}
	})
	w.env.work.Go(w.poll)
	alerts := newLive(w.env, 30*time.Second, time.Second, w.shell.loadAlerts)
	cancel := w.backend.OnChange(alerts.kick)
	alerts.start()
	w.app.Lifecycle().SetOnEnteredForeground(w.notice)
	switch {
	case !w.inTray:
		w.win.Show()
	case w.tray.available():
		w.notice()
	default: // without a tray it must be in the task bar
		w.inTray = false
		w.tray.native.drawn = func() { fyne.Do(func() { w.tray.minimize() }) }
		w.win.Show()
	}
	w.app.Run()
	w.mu.Lock()
	w.running = false
	w.mu.Unlock()
	cancel()
	w.end()
	w.env.work.Wait()
}

// Quit ends Run. It may be called from any goroutine, even before Run.
func (w *Window) Quit() {
	w.mu.Lock()
	w.quit = true
	running := w.running
	w.mu.Unlock()
	if running {
		fyne.Do(w.app.Quit)
	}
}

// Raise shows the window above the others. It may be called from any
// goroutine.
func (w *Window) Raise() { w.whenRunning(w.raise) }

// ShowAlert raises the window and opens an alert. It may be called from any
// goroutine, even before Run.
func (w *Window) ShowAlert(id string) {
	w.mu.Lock()
	if !w.running {
		w.pending = id
		w.mu.Unlock()
		return
	}
	w.mu.Unlock()
	w.whenRunning(func() {
		w.raise()
		w.shell.navigate(model.Route{Page: model.PageAlerts, AlertID: id})
	})
}

func (w *Window) whenRunning(f func()) {
	w.mu.Lock()
	running := w.running
	w.mu.Unlock()
	if running {
		fyne.Do(f)
	}
}

func (w *Window) raise() {
	w.inTray = false
	w.win.Show()
	w.tray.restore()
	w.win.RequestFocus()
	w.notice()
}

// closed is called when the user closes the window: collection continues in the
// tray, or in the task bar if there is no tray.
func (w *Window) closed() {
	switch {
	case w.tray.available():
		w.inTray = true
		w.win.Hide()
	case !w.tray.minimize():
		w.app.Quit() // a hidden window could not be reopened
	}
	w.notice()
}

// notice checks whether the window can be seen. Minimizing and restoring
// through the task bar raises no event, so every poll checks, too.
func (w *Window) notice() {
	on := !w.inTray && !w.tray.minimized()
	w.mu.Lock()
	changed := w.visible != on
	w.visible = on
	w.mu.Unlock()
	if !changed {
		return
	}
	w.shell.setVisible(on)
	if on {
		select {
		case w.wakeup <- struct{}{}:
		default:
		}
	}
}

func (w *Window) setTheme(name string) {
	w.app.Settings().SetTheme(widget.Theme{Appearance: widget.Appearance(name)})
}

// How often the state of the collection is polled while the window can be seen,
// and while it cannot.
const (
	pollVisible = time.Second
	pollHidden  = 5 * time.Second
)

// poll reads the state of the collection until the window ends.
func (w *Window) poll() {
	var meter model.Meter
	for {
		status, err := w.backend.Status(w.env.ctx)
		if w.env.ctx.Err() != nil {
			return
		}
		var p model.Pulse
		if err == nil {
			p = meter.Observe(w.env.now(), status)
		}
		w.env.do(func() {
			w.notice()
			w.shell.pulsed(p, err)
		})
		w.mu.Lock()
		pause := pollVisible
		if !w.visible {
			pause = pollHidden
		}
		w.mu.Unlock()
		select {
		case <-w.env.ctx.Done():
			return
		case <-w.wakeup:
		case <-time.After(pause):
		}
	}
}
