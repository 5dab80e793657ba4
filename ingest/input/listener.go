package input

// Listener is the state of one network input.
type Listener struct {
	Input   string // "syslog-udp", "syslog-tcp"
	Address string // the bound address with its real port; the wanted one while Err is set
	Err     string // why it does not listen, in words for the admin; "" when it does
}
