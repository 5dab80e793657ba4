// Package assets holds the files that are built into the program.
package assets

import "embed"

// Fonts. Inter and JetBrains Mono are under the SIL Open Font License; their
// texts are beside them.
var (
	//go:embed fonts/Inter_400Regular.ttf
	InterRegular []byte
	//go:embed fonts/Inter_600SemiBold.ttf
	InterSemiBold []byte
	//go:embed fonts/JetBrainsMono_400Regular.ttf
	MonoRegular []byte
	//go:embed fonts/JetBrainsMono_600SemiBold.ttf
	MonoSemiBold []byte
)

// Icons holds icons/*.svg: line icons of 24 by 24 units from Lucide (ISC)
// drawn in currentColor, and the program's own mark, app.svg.
//
//go:embed icons/*.svg
var Icons embed.FS

// AppIcon is the program's icon, a PNG of 256 by 256 pixels.
//
//go:embed icons/app.png
var AppIcon []byte
