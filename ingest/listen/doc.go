// Package listen has what all network inputs share: sockets that are bound
// with errors an admin can act on, datagrams read in batches, and streams cut
// into messages with limits that no sender can get around.
package listen
