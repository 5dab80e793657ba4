package widget

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"

	"porchlight/assets"
)

// IconResource returns the embedded icon of that name (icons/<name>.svg) in a
// theme colour, for stock widgets such as buttons. The colour is that of the
// current appearance. It panics if no such icon is embedded.
func IconResource(name string, col fyne.ThemeColorName) fyne.Resource {
	svg, err := assets.Icons.ReadFile("icons/" + name + ".svg")
	if err != nil {
		panic(fmt.Sprintf("icon %q is not embedded: add it to assets/icons", name))
	}
	c := Color(col)
	hex := fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
	// Fyne's renderer does not scale line widths with the image.
	text := strings.NewReplacer("currentColor", hex, `stroke-width="2"`, `stroke-width="1.6"`).Replace(string(svg))
	// The resource's name is Fyne's cache key: it must carry the colour.
	return fyne.NewStaticResource(name+hex+".svg", []byte(text))
}

// themedIcon resolves its colour whenever it is read, so that stock widgets
// holding it follow a change of appearance.
type themedIcon struct {
	name string
	col  fyne.ThemeColorName
}

func (t themedIcon) Name() string    { return IconResource(t.name, t.col).Name() }
func (t themedIcon) Content() []byte { return IconResource(t.name, t.col).Content() }

// ThemedIcon is IconResource for widgets that outlive a change of appearance.
func ThemedIcon(name string, col fyne.ThemeColorName) fyne.Resource { return themedIcon{name, col} }

// Icon shows an embedded icon in a theme colour.
type Icon struct {
	fynewidget.BaseWidget
	name string
	col  fyne.ThemeColorName
	size float32
	img  *canvas.Image
}

// NewIcon returns an icon of size by size device-independent pixels.
func NewIcon(name string, size float32, col fyne.ThemeColorName) *Icon {
	i := &Icon{name: name, col: col, size: size}
	i.ExtendBaseWidget(i)
	return i
}

// Set changes the icon and its colour.
func (i *Icon) Set(name string, col fyne.ThemeColorName) {
	if i.name == name && i.col == col {
		return
	}
	i.name, i.col = name, col
	i.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (i *Icon) CreateRenderer() fyne.WidgetRenderer {
	i.img = canvas.NewImageFromResource(IconResource(i.name, i.col))
	i.img.FillMode = canvas.ImageFillContain
	return &iconRenderer{i}
}

type iconRenderer struct{ i *Icon }

func (r *iconRenderer) Destroy()                     {}
func (r *iconRenderer) MinSize() fyne.Size           { return fyne.NewSquareSize(r.i.size) }
func (r *iconRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.i.img} }

func (r *iconRenderer) Layout(s fyne.Size) {
	r.i.img.Resize(fyne.NewSquareSize(r.i.size))
	r.i.img.Move(fyne.NewPos((s.Width-r.i.size)/2, (s.Height-r.i.size)/2))
}

func (r *iconRenderer) Refresh() {
	res := IconResource(r.i.name, r.i.col)
	if r.i.img.Resource.Name() != res.Name() {
		r.i.img.Resource = res
		r.i.img.Refresh()
	}
}
