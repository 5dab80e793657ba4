package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"porchlight/ui/widget"
)

// demo plays the demo and says so in the header of every page.
type demo struct {
	env     *env
	player  demoPlayer
	object  *fyne.Container
	text    *widget.Text
	link    *widget.Tappable
	playing context.CancelFunc // nil while not playing
}

// demoPlayer plays the demo.
type demoPlayer interface {
	// Demo plays an office and an attack through the real listener and
	// returns when it is over.
	Demo(ctx context.Context) error
}

func newDemo(e *env, player demoPlayer) *demo {
	d := &demo{env: e, player: player, text: widget.NewText("", widget.SizeSmall, widget.ColorText, fyne.TextStyle{})}
	d.link = widget.NewLink("Stop", widget.SizeSmall, d.stop)
	d.object = container.NewCenter(container.NewStack(widget.NewPanel(widget.ColorTrack, "", 6),
		widget.Pad(widget.Row(6, widget.NewIcon("play", 14, widget.ColorAccent), d.text, d.link), 3, 3, 10, 6)))
	d.object.Hide()
	return d
}

// play starts the demo unless it is playing.
func (d *demo) play() {
	if d.playing != nil {
		return
	}
	ctx, cancel := context.WithCancel(d.env.ctx)
	d.playing = cancel
	d.show("The demo is playing", true)
	d.env.work.Go(func() {
		err := d.player.Demo(ctx)
		stopped := ctx.Err() != nil
		cancel()
		d.env.do(func() {
			d.playing = nil
			if err != nil && !stopped {
				d.show("The demo stopped: "+err.Error(), false)
				return
			}
			d.object.Hide()
		})
	})
}

func (d *demo) show(text string, stoppable bool) {
	d.text.SetText(text)
	if stoppable {
		d.link.Show()
	} else {
		d.link.Hide()
	}
	d.object.Show()
}

func (d *demo) stop() {
	if d.playing != nil {
		d.playing()
	}
}
