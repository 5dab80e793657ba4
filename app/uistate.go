package app

import "context"

// uiPrefix sets what the window keeps apart from the settings.
const uiPrefix = "ui."

// UIState returns what the window kept under a key, "" when nothing was.
func (a *App) UIState(ctx context.Context, key string) (string, error) {
	value, _, err := a.store.Setting(ctx, uiPrefix+key)
	return value, err
}

// SetUIState keeps something of the window's beyond its end.
func (a *App) SetUIState(ctx context.Context, key, value string) error {
	return a.store.SetSetting(ctx, uiPrefix+key, value)
}
