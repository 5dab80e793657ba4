package read

// Trace records which formats were asked about a message and what they said,
// to answer "why did this not parse?". Formats whose messages begin with another
// character are not asked.
type Trace struct {
	Steps []Step // in the order of asking
}

// Step is one format that was asked.
type Step struct {
	Parser     string // its name; "pack NAME" for one of the admin's
	Program    bool   // asked because the header names a program that logs so, not for the content
	Recognized bool   // the content has the format's marks
	Understood bool   // it was read
	Inside     bool   // about a message found inside of another one
}

// Add records that a format was asked; t may be nil.
func (t *Trace) Add(s Step) {
	if t != nil {
		t.Steps = append(t.Steps, s)
	}
}
