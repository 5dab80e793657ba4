// Package widget is Porchlight's look: the theme and its colour names, and the
// parts pages are built from. It knows nothing of events or alerts.
//
// All functions and methods belong to the UI goroutine unless they say
// otherwise.
package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"porchlight/assets"
)

// Colour names beyond Fyne's own. Severity colours are for severities only.
const (
	ColorCard     fyne.ThemeColorName = "porchlightCard"
	ColorBorder   fyne.ThemeColorName = "porchlightBorder"
	ColorSidebar  fyne.ThemeColorName = "porchlightSidebar"
	ColorMuted    fyne.ThemeColorName = "porchlightMuted"  // secondary text
	ColorFaint    fyne.ThemeColorName = "porchlightFaint"  // tertiary text, axes, idle dots
	ColorStripe   fyne.ThemeColorName = "porchlightStripe" // every other row
	ColorTrack    fyne.ThemeColorName = "porchlightTrack"  // unfilled part of bars and rings
	ColorAccent   fyne.ThemeColorName = "porchlightAccent" // data that has no severity, links
	ColorQuiet    fyne.ThemeColorName = "porchlightQuiet"  // the least interesting data of a chart
	ColorGood     fyne.ThemeColorName = "porchlightGood"   // all is well
	ColorCritical fyne.ThemeColorName = "porchlightCritical"
	ColorHigh     fyne.ThemeColorName = "porchlightHigh"
	ColorMedium   fyne.ThemeColorName = "porchlightMedium"
	ColorLow      fyne.ThemeColorName = "porchlightLow"
	ColorInfo     fyne.ThemeColorName = "porchlightInfo"
	ColorFocus                        = theme.ColorNameFocus
	ColorText                         = theme.ColorNameForeground
)

// SeverityColor returns the colour name of a severity: 0 informational, 1
// low, 2 medium, 3 high, 4 critical.
func SeverityColor(rank int) fyne.ThemeColorName {
	names := [...]fyne.ThemeColorName{ColorInfo, ColorLow, ColorMedium, ColorHigh, ColorCritical}
	return names[min(max(rank, 0), len(names)-1)]
}

// Fill returns the colour name to use where a severity's colour fills an area
// or a dot: on a light background it can be brighter than text may be.
func Fill(name fyne.ThemeColorName) fyne.ThemeColorName {
	switch name {
	case ColorHigh:
		return colorHighFill
	case ColorMedium:
		return colorMediumFill
	case ColorLow, ColorGood:
		return colorLowFill
	}
	return name
}

const (
	colorHighFill   fyne.ThemeColorName = "porchlightHighFill"
	colorMediumFill fyne.ThemeColorName = "porchlightMediumFill"
	colorLowFill    fyne.ThemeColorName = "porchlightLowFill"
)

// Text sizes in device-independent pixels.
const (
	SizeCaption float32 = 10.5
	SizeSmall   float32 = 11.5
	SizeText    float32 = 12.5
	SizeTitle   float32 = 15
	SizeHeading float32 = 19
	SizeNumber  float32 = 24
)

// RowHeight is the height of a row of a dense list.
const RowHeight float32 = 26

// Appearance says which of the two palettes is shown.
type Appearance string

// The appearances a user can choose.
const (
	System Appearance = "system" // follow the desktop
	Dark   Appearance = "dark"
	Light  Appearance = "light"
)

// Theme is Porchlight's Fyne theme. Set a new one to change the appearance.
type Theme struct{ Appearance Appearance }

var _ fyne.Theme = Theme{}

// palette holds the dark and the light value of each colour name.
var palette = map[fyne.ThemeColorName][2]color.NRGBA{
	theme.ColorNameBackground:          {rgb(0x0B1017), rgb(0xF3F5F8)},
	theme.ColorNameOverlayBackground:   {rgb(0x161D27), rgb(0xFFFFFF)},
	theme.ColorNameMenuBackground:      {rgb(0x161D27), rgb(0xFFFFFF)},
	theme.ColorNameHeaderBackground:    {rgb(0x141B25), rgb(0xEAEEF3)},
	theme.ColorNameSeparator:           {rgb(0x1F2935), rgb(0xDDE3EA)},
	theme.ColorNameInputBorder:         {rgb(0x2A3645), rgb(0xCBD3DD)},
	theme.ColorNameForeground:          {rgb(0xDFE6EE), rgb(0x17202B)},
	theme.ColorNamePlaceHolder:         {rgb(0x7D8A9A), rgb(0x697687)},
	theme.ColorNameDisabled:            {rgb(0x7D8A9A), rgb(0x697687)},
	theme.ColorNameInputBackground:     {rgb(0x0F161F), rgb(0xFFFFFF)},
	theme.ColorNameButton:              {rgb(0x1C2632), rgb(0xE6EBF1)},
	theme.ColorNameDisabledButton:      {rgb(0x141B25), rgb(0xECEFF4)},
	theme.ColorNamePrimary:             {rgb(0x3E9BFF), rgb(0x1769E0)},
	theme.ColorNameHyperlink:           {rgb(0x5AA9FF), rgb(0x1769E0)},
	theme.ColorNameForegroundOnPrimary: {rgb(0x06121F), rgb(0xFFFFFF)},
	theme.ColorNameHover:               {rgba(0xFFFFFF, 13), rgba(0x0B2038, 13)},
	theme.ColorNamePressed:             {rgba(0xFFFFFF, 30), rgba(0x0B2038, 30)},
	theme.ColorNameFocus:               {rgba(0x3E9BFF, 120), rgba(0x1769E0, 110)},
	theme.ColorNameSelection:           {rgba(0x3E9BFF, 62), rgba(0x1769E0, 44)},
	theme.ColorNameScrollBar:           {rgba(0xFFFFFF, 52), rgba(0x0B2038, 64)},
	theme.ColorNameScrollBarBackground: {rgba(0xFFFFFF, 0), rgba(0xFFFFFF, 0)},
	theme.ColorNameShadow:              {rgba(0x000000, 100), rgba(0x0B2038, 40)},
	theme.ColorNameError:               {rgb(0xFF5563), rgb(0xCB2337)},
	theme.ColorNameWarning:             {rgb(0xF2C037), rgb(0x9A6B00)},
	theme.ColorNameSuccess:             {rgb(0x35C98E), rgb(0x0B7E52)},

	ColorCard:     {rgb(0x121922), rgb(0xFFFFFF)},
	ColorBorder:   {rgb(0x1F2935), rgb(0xDDE3EA)},
	ColorSidebar:  {rgb(0x0D131B), rgb(0xFAFBFC)},
	ColorMuted:    {rgb(0x8996A6), rgb(0x5B6878)},
	ColorFaint:    {rgb(0x667384), rgb(0x7F8B9A)},
	ColorStripe:   {rgba(0xFFFFFF, 6), rgba(0x0B2038, 7)},
	ColorTrack:    {rgb(0x1B2430), rgb(0xE8ECF1)},
	ColorAccent:   {rgb(0x3E9BFF), rgb(0x1769E0)},
	ColorQuiet:    {rgb(0x4A6A92), rgb(0x9DB7D8)},
	ColorGood:     {rgb(0x35C98E), rgb(0x0B7E52)},
	ColorCritical: {rgb(0xFF5563), rgb(0xCB2337)},
	ColorHigh:     {rgb(0xFF8A3D), rgb(0xB84B0A)},
	ColorMedium:   {rgb(0xF2C037), rgb(0x946600)},
	ColorLow:      {rgb(0x35C98E), rgb(0x0B7E52)},
	ColorInfo:     {rgb(0x5AA9FF), rgb(0x1769E0)},

	colorHighFill:   {rgb(0xFF8A3D), rgb(0xEA7A2E)},
	colorMediumFill: {rgb(0xF2C037), rgb(0xE9B320)},
	colorLowFill:    {rgb(0x35C98E), rgb(0x22A873)},
}

// Color implements fyne.Theme.
func (t Theme) Color(name fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	switch t.Appearance {
	case Dark:
		v = theme.VariantDark
	case Light:
		v = theme.VariantLight
	}
	if c, ok := palette[name]; ok {
		if v == theme.VariantLight {
			return c[1]
		}
		return c[0]
	}
	return theme.DefaultTheme().Color(name, v)
}

// The fonts as Fyne resources: Fyne tells fonts apart by identity.
var (
	fontRegular  = fyne.NewStaticResource("Inter-Regular.ttf", assets.InterRegular)
	fontSemiBold = fyne.NewStaticResource("Inter-SemiBold.ttf", assets.InterSemiBold)
	fontMono     = fyne.NewStaticResource("JetBrainsMono-Regular.ttf", assets.MonoRegular)
	fontMonoBold = fyne.NewStaticResource("JetBrainsMono-SemiBold.ttf", assets.MonoSemiBold)
)

// Font implements fyne.Theme.
func (t Theme) Font(s fyne.TextStyle) fyne.Resource {
	switch {
	case s.Symbol:
		return theme.DefaultTheme().Font(s)
	case s.Monospace && s.Bold:
		return fontMonoBold
	case s.Monospace:
		return fontMono
	case s.Bold:
		return fontSemiBold
	}
	return fontRegular
}

// Icon implements fyne.Theme.
func (t Theme) Icon(name fyne.ThemeIconName) fyne.Resource { return theme.DefaultTheme().Icon(name) }

// Size implements fyne.Theme.
func (t Theme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameText:
		return SizeText
	case theme.SizeNameCaptionText:
		return SizeCaption
	case theme.SizeNameSubHeadingText:
		return SizeTitle
	case theme.SizeNameHeadingText:
		return SizeHeading
	case theme.SizeNamePadding, theme.SizeNameLineSpacing:
		return 3
	case theme.SizeNameInnerPadding:
		return 6
	case theme.SizeNameInlineIcon:
		return 16
	case theme.SizeNameScrollBar:
		return 10
	case theme.SizeNameScrollBarSmall:
		return 4
	case theme.SizeNameInputRadius, theme.SizeNameSelectionRadius:
		return 6
	case theme.SizeNameSeparatorThickness, theme.SizeNameInputBorder:
		return 1
	}
	return theme.DefaultTheme().Size(name)
}

// Color returns a colour of the current theme. Widgets ask for it
// in Refresh, so that a change of appearance reaches them.
func Color(name fyne.ThemeColorName) color.NRGBA {
	if name == "" {
		return color.NRGBA{}
	}
	return color.NRGBAModel.Convert(theme.Color(name)).(color.NRGBA)
}

// Tint returns a translucent colour of the theme: alpha 0 to 255.
func Tint(name fyne.ThemeColorName, alpha uint8) color.NRGBA {
	c := Color(name)
	c.A = alpha
	return c
}

func rgb(v uint32) color.NRGBA { return rgba(v, 255) }

func rgba(v uint32, a uint8) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: a}
}
