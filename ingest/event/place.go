package event

// Place is where in a message the value of a field stands: body[Start:End].
type Place struct {
	Start, End int
	Field      string
}
