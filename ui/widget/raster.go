package widget

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/vector"
)

// drawArea paints a filled line chart over the whole image: values from left to
// right, scaled so that most reaches the top. The fill fades towards the
// bottom. Widths are in pixels.
func drawArea(w, h int, values []float64, most float64, c color.NRGBA, stroke float32) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	if w < 2 || h < 2 || len(values) < 2 {
		return img
	}
	margin := stroke
	x := func(i int) float32 { return float32(i) / float32(len(values)-1) * float32(w) }
	y := func(v float64) float32 {
		if most <= 0 {
			return float32(h) - margin
		}
		return float32(h) - margin - float32(v/most)*(float32(h)-2*margin)
	}
	z := vector.NewRasterizer(w, h)
	z.MoveTo(0, float32(h))
	for i, v := range values {
		z.LineTo(x(i), y(v))
	}
	z.LineTo(float32(w), float32(h))
	z.ClosePath()
	paint(img, z, func(row int) uint8 { return uint8(72 * (1 - float64(row)/float64(h)) * float64(c.A) / 255) }, c)

	z.Reset(w, h)
	for i := range len(values) - 1 {
		segment(z, x(i), y(values[i]), x(i+1), y(values[i+1]), stroke)
	}
	paint(img, z, func(int) uint8 { return c.A }, c)
	return img
}

// paint composes the rasterizer's shape onto img in one colour whose alpha
// depends on the row.
func paint(img *image.RGBA, z *vector.Rasterizer, alpha func(row int) uint8, c color.NRGBA) {
	mask := image.NewAlpha(img.Bounds())
	z.Draw(mask, mask.Bounds(), image.Opaque, image.Point{})
	for row := range mask.Rect.Dy() {
		a := uint32(alpha(row))
		m := mask.Pix[row*mask.Stride : row*mask.Stride+mask.Rect.Dx()]
		p := img.Pix[row*img.Stride:]
		for col, cover := range m {
			if cover == 0 {
				continue
			}
			over(p[col*4:col*4+4], c, a*uint32(cover)/255)
		}
	}
}

// over composes c with alpha a over one premultiplied pixel.
func over(p []byte, c color.NRGBA, a uint32) {
	keep := 255 - a
	p[0] = uint8((uint32(c.R)*a + uint32(p[0])*keep) / 255)
	p[1] = uint8((uint32(c.G)*a + uint32(p[1])*keep) / 255)
	p[2] = uint8((uint32(c.B)*a + uint32(p[2])*keep) / 255)
	p[3] = uint8(a + uint32(p[3])*keep/255)
}

func segment(z *vector.Rasterizer, x0, y0, x1, y1, width float32) {
	dx, dy := x1-x0, y1-y0
	l := float32(math.Hypot(float64(dx), float64(dy)))
	if l == 0 {
		return
	}
	nx, ny := -dy/l*width/2, dx/l*width/2
	z.MoveTo(x0+nx, y0+ny)
	z.LineTo(x1+nx, y1+ny)
	z.LineTo(x1-nx, y1-ny)
	z.LineTo(x0-nx, y0-ny)
	z.ClosePath()
}

// drawBars paints stacked bars whose edges are on whole pixels, to be crisp:
// series[s][i] is the height of series s in bar i, series 0 lowest.
func drawBars(w, h int, series [][]float64, colors []color.NRGBA, most float64) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	if w < 2 || h < 2 || len(series) == 0 || most <= 0 {
		return img
	}
	n := len(series[0])
	for i := range n {
		x0, x1 := barEdges(i, n, w)
		sum, bottom := 0.0, h
		for s := range series {
			v := series[s][i]
			if v <= 0 {
				continue
			}
			sum += v
			top := h - int(math.Round(sum/most*float64(h)))
			if top >= bottom { // nonzero values always show
				top = bottom - 1
			}
			fill(img, image.Rect(x0, max(top, 0), x1, bottom), colors[s])
			bottom = top
		}
	}
	return img
}

// barEdges returns the pixels from x0 to x1 (exclusive) of bar i of n; a gap
// of a pixel or two separates bars that are wide enough.
func barEdges(i, n, w int) (x0, x1 int) {
	x0, x1 = i*w/n, (i+1)*w/n
	switch {
	case w/n >= 8:
		return x0 + 1, x1 - 1
	case w/n >= 3:
		return x0, x1 - 1
	}
	return x0, max(x1, x0+1)
}

func fill(img *image.RGBA, r image.Rectangle, c color.NRGBA) {
	r = r.Intersect(img.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		p := img.Pix[y*img.Stride:]
		for x := r.Min.X; x < r.Max.X; x++ {
			over(p[x*4:x*4+4], c, uint32(c.A))
		}
	}
}
