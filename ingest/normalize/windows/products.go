// Package windows reads Windows event log events in all their shapes, and the
// logs of Windows server roles.
package windows

// JSONProducts lists the family's products whose JSON is known.
var JSONProducts = winlogbeat
