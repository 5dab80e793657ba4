package event

// ParserFile is a parser that the admin made or got from somebody, as it lies
// in its folder.
type ParserFile struct {
	Name    string // of the file, without its ending
	Text    string
	Samples int    // lines that it brings along and is tried on
	Problem string // why it is not in use; "" when it is
}
