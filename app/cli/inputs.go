package cli

import (
	"fmt"
	"reflect"
	"strconv"

	"github.com/alecthomas/kong"

	"porchlight/ingest/input"
)

// inputFlags makes the flags of all kinds of inputs: --KIND VALUE for the first
// option, which switches it on, and --KIND-OPTION VALUE for each other one. Each
// kind is a structure of its own, with a *string for each option.
func inputFlags(kinds input.Kinds) kong.Plugins {
	flags := make(kong.Plugins, len(kinds))
	for i := range kinds {
		k := &kinds[i]
		var fields []reflect.StructField
		for n := range k.Options {
			o := &k.Options[n]
			tag := "name:" + strconv.Quote(flagName(k, n)) + " help:" + strconv.Quote(o.Help) + " placeholder:" + strconv.Quote(placeholders[o.Type])
			fields = append(fields, reflect.StructField{Name: "Option" + strconv.Itoa(n), Type: reflect.TypeFor[*string](), Tag: reflect.StructTag(tag)})
		}
		flags[i] = reflect.New(reflect.StructOf(fields)).Interface()
	}
	return flags
}

// flagName returns the flag of a kind's option, by its number.
func flagName(k *input.Kind, n int) string {
	if n == 0 {
		return k.Name
	}
	return k.Name + "-" + k.Options[n].Flag()
}

// placeholders stand for the value of a flag in the help.
var placeholders = map[input.Type]string{input.Text: "TEXT", input.Address: "ADDR", input.Int: "N", input.Duration: "TIME", input.Bool: "true|false", input.Choice: "NAME", input.Path: "FILE"}

// readInputFlags returns the inputs that the flags ask for, which parsing has
// filled in.
func readInputFlags(kinds input.Kinds, flags kong.Plugins) ([]input.Setting, error) {
	var inputs []input.Setting
	for i := range kinds {
		k := &kinds[i]
		values := input.Values{}
		given := reflect.ValueOf(flags[i]).Elem()
		for n := range k.Options {
			o := &k.Options[n]
			v := given.Field(n).Interface().(*string)
			if v == nil {
				continue
			}
			// An empty value is most likely a shell variable that was never set:
			// nothing must listen because of it.
			if err := o.Validate(*v); err != nil {
				return nil, fmt.Errorf("--%s %w", flagName(k, n), err)
			}
			values[o.Name] = *v
		}
		if len(values) == 0 {
			continue
		}
		if first := k.Options[0].Name; values[first] == "" {
			return nil, fmt.Errorf("options of --%s were given, but not --%s itself", k.Name, k.Name)
		}
		inputs = append(inputs, input.Setting{ID: k.Name, Kind: k.Name, On: true, Options: values})
	}
	return inputs, nil
}
