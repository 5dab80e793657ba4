package sigma

import (
	"math"
	"strings"

	"porchlight/detect/query"
)

// witness is predicates that scanners find, at least one of which holds for
// every event that a tree matches.
type witness struct {
	preds []int32
	cost  float64 // roughly the share of events that have one
}

// maxWitness bounds the predicates of a witness.
const maxWitness = 64

// witness finds the rarest witness of a tree.
func (b *bank) witness(i int32) (witness, bool) {
	n := &b.nodes[i]
	switch n.op {
	case opPred:
		p := &b.preds[n.pred]
		return witness{[]int32{n.pred}, p.cost}, p.kind == predScanned
	case opAnd:
		var best witness
		found := false
		for _, k := range n.kids {
			if w, ok := b.witness(k); ok && (!found || w.cost < best.cost) {
				best, found = w, true
			}
		}
		return best, found
	case opOr:
		var sum witness
		for _, k := range n.kids {
			w, ok := b.witness(k)
			if !ok || len(sum.preds)+len(w.preds) > maxWitness {
				return witness{}, false
			}
			sum.preds = append(sum.preds, w.preds...)
			sum.cost += w.cost
		}
		return sum, len(n.kids) > 0
	}
	return witness{}, false // what must not hold says nothing about what does
}

// usualTexts are in many values.
var usualTexts = []string{`c:\`, `\windows\`, `\system32\`, `\syswow64\`, `program files`, `\users\`, `\appdata\`, `.exe`, `.dll`, `http`,
	`\cmd.exe`, `\powershell.exe`, `\svchost.exe`, `\explorer.exe`, `microsoft`, `hklm`, `\software\`, `\currentversion\`}

// usualFields have values that hardly distinguish events.
var usualFields = map[string]bool{
	"event.category": true, "event.outcome": true, "event.module": true, "event.dataset": true, "event.kind": true, "product": true,
	"Channel": true, "winlog.channel": true, "Provider_Name": true, "winlog.provider_name": true, "event.provider": true,
	"network.transport": true, "EventType": true, "eventSource": true, "type": true, "category": true,
}

// frequency guesses what share of a field's values pass a test that a scanner
// finds: short texts are in many.
func frequency(n need, f query.Field) float64 {
	usual := 1.0
	if len(f.Refs) > 0 && usualFields[f.Refs[0].Name] {
		usual = 30
	}
	if n.whole {
		return 0.005 * usual
	}
	sum := 0.0
	for _, text := range n.texts {
		share := math.Exp2(-float64(len(text))/2) * usual
		for _, u := range usualTexts {
			if strings.Contains(u, text) || strings.Contains(text, u) && len(text) < len(u)+3 {
				share *= 10
				break
			}
		}
		sum += min(1, share)
	}
	return sum
}
