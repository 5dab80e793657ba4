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
	if err := dec.Decode(&s); err != nil && !errors.Is(err, io.EOF) {
		return s, fmt.Errorf("read configuration %s: %w", path, err)
	}
	var whole yaml.Node
	if err := yaml.Unmarshal(data, &whole); err != nil {
		return s, fmt.Errorf("read configuration %s: %w", path, err)
	}
	if item := emptyItem(&whole); item != nil {
		return s, fmt.Errorf("read configuration %s: line %d: an item of a list is empty", path, item.Line)
	}
	var second yaml.Node
	if err := dec.Decode(&second); !errors.Is(err, io.EOF) {
		return s, fmt.Errorf("read configuration %s: line %d: a second document, expected one", path, second.Line)
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
