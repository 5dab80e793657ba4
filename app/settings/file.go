package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"go.yaml.in/yaml/v3"
)

// ReadFile reads a YAML file with the settings' names. Unknown names, items of
// lists that say nothing and further documents are errors: what somebody has
// written must not be ignored in silence.
func ReadFile(path string) (Settings, error) {
	var s Settings
	data, err := os.ReadFile(path)
	if err != nil {
		return s, fmt.Errorf("read configuration: %w", err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	switch err := dec.Decode(&s); {
	case errors.Is(err, io.EOF):
		return s, nil
	case err != nil:
		return s, fmt.Errorf("read configuration %s: %w", path, err)
	}
	var more yaml.Node
	if err := dec.Decode(&more); err == nil {
		return s, fmt.Errorf("read configuration %s: line %d begins a second document, behind ---; put everything into one", path, more.Line)
	} else if !errors.Is(err, io.EOF) {
		return s, fmt.Errorf("read configuration %s: %w", path, err)
	}
	var whole yaml.Node
	if err := yaml.Unmarshal(data, &whole); err != nil {
		return s, fmt.Errorf("read configuration %s: %w", path, err)
	}
	if item := emptyItem(&whole); item != nil {
		return s, fmt.Errorf("read configuration %s: line %d: an item of a list is empty", path, item.Line)
	}
	return s, nil
}

// emptyItem returns an item of a list that is null, which decoding leaves out;
// nil if there is none.
func emptyItem(n *yaml.Node) *yaml.Node {
	for _, child := range n.Content {
		if n.Kind == yaml.SequenceNode && child.Tag == "!!null" {
			return child
		}
		if found := emptyItem(child); found != nil {
			return found
		}
	}
	return nil
}
