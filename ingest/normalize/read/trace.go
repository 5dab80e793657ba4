package read

// Trace records which formats were tried on a message and with what result, to
// answer "why did this not parse?". Formats whose messages begin with another
// character are not tried.
type Trace struct {
	Steps []Step // in order
}

// Step is one format that was tried.
type Step struct {
	Parser     string // its name; "pack NAME" for one of the admin's
	Program    bool   // tried because of the program in the header, not the content
	Recognized bool   // the content has the format's marks
	Understood bool   // it was read
	Inside     bool   // for a message found inside another
}

// Add records that a format was tried; t may be nil.
func (t *Trace) Add(s Step) {
	if t != nil {
		t.Steps = append(t.Steps, s)
	}
}
