// Package sigma reads Sigma rules and compiles them to trees over
// query.Expr: what a rule looks for, and which events it looks at.
//
// Specification: Sigma 2.1 (https://github.com/SigmaHQ/sigma-specification):
// detection rules with every modifier, correlations and filters. Anything
// beyond that in a rule becomes a load state with a reason, never silence.
//
// Rules need one another: filters are documents of their own, and a folder may
// hold the values of placeholders. After reading all, Complete puts them
// together.
//
// Porchlight adds one key to the specification's; other tools ignore it:
//
//	x-porchlight:
//	  why: "{count} failed logins from {source.ip} within {span}"  # see Template
//	  next_steps: ["Block the address.", "Change the password."]   # shown on the alert
//	  group_by: [source.ip]         # entities of the alert; default: see package detect
//	  alert: true                   # alert even though a correlation refers to the rule; false: never alert
//	  supersedes: [ssh_bruteforce]  # raise these rules' alerts of the same entities to this one
package sigma

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"go.yaml.in/yaml/v3"

	"porchlight/detect/query"
)

// State says what became of a rule when it was read.
type State string

// The load states.
const (
	Loaded      State = "loaded"
	NeedsValues State = "needs_values" // has placeholders (expand) that nobody has filled in
	Unsupported State = "unsupported"  // uses something this version does not know
	Invalid     State = "error"        // is not a valid rule
)

// Rule is one Sigma document. Only a rule whose State is Loaded has an Expr, a
// Correlation or a Filter; the others keep their names for the report.
type Rule struct {
	ID     string // the document's id; without one a hash of the path
	Name   string // the name other rules may refer to it by; often ""
	Path   string // where it was read from, with the position of later documents: a.yml#2
	State  State
	Reason string // why it is not loaded: "rule ID: detection.selection: what is wrong"

	Title          string
	Level          string // one of Levels
	Status         string
	Description    string
	Author         string
	References     []string
	Tags           []string
	FalsePositives []string
	LogSource      LogSource

	NextSteps  []string
	Why        Template
	GroupBy    []string
	Supersedes []string // names or ids of rules
	Alert      *bool    // nil: as the specification says

	Expr        query.Expr   // the detection without the log source; nil for correlations and filters
	Correlation *Correlation // nil for detection rules
	Filter      *Filter      // nil for rules

	values    map[string][]string // of placeholders, by name
	detection *yaml.Node          // kept while it needs values

	// Hash is a digest of the document's text: two rules with the same hash
	// behave the same.
	Hash [sha256.Size]byte
}

// Levels lists the levels of the specification, from least to most urgent.
var Levels = []string{"informational", "low", "medium", "high", "critical"}

// LogSource is the section that says which events a rule looks at.
type LogSource struct {
	Product, Category, Service string // lower case; "" where not given
}

// String returns "product/category/service" with "*" for parts that are not
// given.
func (l LogSource) String() string {
	star := func(s string) string {
		if s == "" {
			return "*"
		}
		return s
	}
	return star(l.Product) + "/" + star(l.Category) + "/" + star(l.Service)
}

// Result is a rule's line of the load report.
type Result struct {
	ID     string `json:"id"`
	Path   string `json:"path"`
	State  State  `json:"state"`
	Reason string `json:"reason"`
}

// Result returns the rule's line of the load report.
func (r *Rule) Result() Result { return Result{r.ID, r.Path, r.State, r.Reason} }

// problem is why a rule is not loaded, with the place inside the rule.
type problem struct {
	state State
	path  string // "detection.selection[2].Image|foo"; "" for the whole rule
	msg   string
}

func (p *problem) Error() string {
	if p.path == "" {
		return p.msg
	}
	return p.path + ": " + p.msg
}

func invalid(path, format string, args ...any) error {
	return &problem{Invalid, path, fmt.Sprintf(format, args...)}
}

func unsupported(path, format string, args ...any) error {
	return &problem{Unsupported, path, fmt.Sprintf(format, args...)}
}

// Reject takes a rule out of service: it keeps its name and says why.
func (r *Rule) Reject(state State, reason string) {
	r.State, r.Reason = state, "rule "+r.ID+": "+reason
	r.Expr, r.Correlation, r.Filter = nil, nil, nil
}

func (r *Rule) fail(err error) {
	state := Invalid
	if p, ok := err.(*problem); ok {
		state = p.state
	}
	r.Reject(state, err.Error())
}

// pathID stands in for a missing id: the same file gets the same one.
func pathID(path string) string {
	sum := sha256.Sum256([]byte(path))
	return "path-" + hex.EncodeToString(sum[:8])
}
