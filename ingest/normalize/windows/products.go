// Package windows reads the events of the Windows event log in all their
// shapes, and the logs of a Windows server's roles.
package windows

// JSONProducts is every product of the family whose JSON is known.
var JSONProducts = winlogbeat
