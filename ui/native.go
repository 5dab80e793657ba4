package ui

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"github.com/go-gl/glfw/v3.4/glfw"
)

// native provides what Fyne has no call for: minimizing the window to the task
// bar and restoring it. The window underneath is known while Fyne draws, since
// its graphics context is then the current one.
type native struct {
	window *glfw.Window
	drawn  func() // called once when the window is known; nil does nothing
}

// probe returns an invisible spot that finds the window when first drawn.
func (n *native) probe() fyne.CanvasObject {
	blank := image.NewNRGBA(image.Rect(0, 0, 1, 1))
	r := canvas.NewRaster(func(int, int) image.Image {
		if n.window == nil {
			n.window = glfw.GetCurrentContext()
			if n.drawn != nil {
				n.drawn()
			}
		}
		return blank
	})
	r.Resize(fyne.NewSquareSize(1))
	return container.NewWithoutLayout(r)
}

// minimize puts the window into the task bar; false before it was first drawn.
func (n *native) minimize() bool {
	if n.window == nil {
		return false
	}
	n.window.Iconify()
	return true
}

// restore brings the window back from the task bar.
func (n *native) restore() {
	if n.window != nil {
		n.window.Restore()
	}
}

// minimized reports whether the window is in the task bar.
func (n *native) minimized() bool {
	return n.window != nil && n.window.GetAttrib(glfw.Iconified) == glfw.True
}
