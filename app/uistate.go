package app

import "context"

// uiPrefix separates what the window keeps from the settings.
const uiPrefix = "ui."

// UIState returns what the window stored under a key; "" if nothing.
func (a *App) UIState(ctx context.Context, key string) (string, error) {
	value, _, err := a.store.Setting(ctx, uiPrefix+key)
	return value, err
}

// SetUIState stores something of the window's across restarts.
func (a *App) SetUIState(ctx context.Context, key, value string) error {
	return a.store.SetSetting(ctx, uiPrefix+key, value)
}
