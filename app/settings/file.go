package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"go.yaml.in/yaml/v3"
)

// ReadFile reads a YAML file with the settings' names. Unknown names and a
// second document are errors: nothing must be ignored in silence.
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
	return s, nil
}
