package ui

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"github.com/go-gl/glfw/v3.4/glfw"
)

// native reaches what Fyne has no call for: putting the window into the task
// bar and getting it back. The window underneath is known while Fyne draws,
// for then its graphics context is the current one.
type native struct {
	window *glfw.Window
	drawn  func() // called once when the window is known; nil does nothing
}

// probe returns an invisible spot whose first drawing finds the window.
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

// minimize puts the window into the task bar; false before it was drawn.
func (n *native) minimize() bool {
	if n.window == nil {
		return false
	}
	n.window.Iconify()
	return true
}

// restore gets the window back from the task bar.
func (n *native) restore() {
	if n.window != nil {
		n.window.Restore()
	}
}

// minimized tells whether the window is in the task bar.
func (n *native) minimized() bool {
	return n.window != nil && n.window.GetAttrib(glfw.Iconified) == glfw.True
}
