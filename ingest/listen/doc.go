// Package listen provides what all network inputs share: bind errors an admin
// can act on, datagrams read in batches, and streams split into messages
// within limits that no sender can exceed.
package listen
