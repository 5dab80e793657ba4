package app

import "os"

const dirName = "Porchlight"

// userDataDir is ~/Library/Application Support.
func userDataDir() (string, error) { return os.UserConfigDir() }
