package app

import "os"

const dirName = "Porchlight"

// userDataDir is %LocalAppData%: data that does not roam.
func userDataDir() (string, error) { return os.UserCacheDir() }
