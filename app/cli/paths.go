package cli

import "github.com/alecthomas/kong"

// path is a file or folder named by a flag or an argument. Commands open abs
// and show the path as it was typed. Names become absolute here, or in kong for
// flags of type existingfile, so that nothing below depends on the working
// directory.
type path struct {
	typed string
	abs   string // as typed for "-", which is stdin or stdout, and for ""
}

func (p path) String() string { return p.typed }

// Decode implements kong.MapperValue.
func (p *path) Decode(ctx *kong.DecodeContext) error {
	if err := ctx.Scan.PopValueInto("path", &p.typed); err != nil {
		return err
	}
	p.abs = p.typed
	if p.typed != "" && p.typed != "-" {
		p.abs = kong.ExpandPath(p.typed)
	}
	return nil
}
