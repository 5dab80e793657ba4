package sigma

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Parse reads a rule file, which may hold several documents. Every document
// becomes a Rule; what is wrong with one is in its State and Reason. The error
// is for a file that cannot be split into rules.
func Parse(path string, data []byte) ([]*Rule, error) {
	if len(data) > MaxFile {
		return nil, fmt.Errorf("read rules %s: larger than %d MiB", path, MaxFile>>20)
	}
	docs, err := documents(string(data))
	if err != nil {
		return nil, fmt.Errorf("read rules %s: %w", path, err)
	}
	if len(docs) == 0 {
		return nil, fmt.Errorf("read rules %s: %w", path, errEmpty)
	}
	rules := make([]*Rule, len(docs))
	for i, d := range docs {
		rules[i] = d.rule(path)
	}
	return rules, nil
}

// Load reads all rule files (.yml, .yaml) of a tree, in the order of their
// paths. Directories whose name begins with a dot are left out. A file that
// cannot be read is in the result as one rule in state error. The name goes
// before every path.
func Load(name string, fsys fs.FS) []*Rule {
	var rules []*Rule
	failed := func(file string, err error) {
		r := &Rule{Path: path.Join(name, file)}
		r.ID = pathID(r.Path)
		r.Reject(Invalid, err.Error())
		rules = append(rules, r)
	}
	// The callback never returns an error but SkipDir, so WalkDir does not.
	_ = fs.WalkDir(fsys, ".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			failed(file, err)
		case d.IsDir():
			if file != "." && strings.HasPrefix(d.Name(), ".") {
				return fs.SkipDir
			}
		case strings.HasSuffix(file, ".yml") || strings.HasSuffix(file, ".yaml"):
			if info, err := fs.Stat(fsys, file); err != nil || !info.Mode().IsRegular() { // a link may lead anywhere
				failed(file, cmp.Or(err, errNotRegular))
				break
			}
			data, err := readLimited(fsys, file)
			if err != nil {
				failed(file, err)
				break
			}
			found, err := Parse(path.Join(name, file), data)
			if err != nil {
				failed(file, err)
			}
			rules = append(rules, found...)
		}
		return nil
	})
	return rules
}

var errNotRegular = errors.New("not a regular file")

func readLimited(fsys fs.FS, file string) ([]byte, error) {
	f, err := fsys.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxFile+1))
}

// rule reads one document.
func (d document) rule(path string) *Rule {
	r := &Rule{Path: path, State: Loaded, Hash: sha256.Sum256([]byte(d.text))}
	if d.n > 1 {
		r.Path += "#" + strconv.Itoa(d.n)
	}
	r.ID = d.scanID()
	if r.ID == "" {
		r.ID = pathID(r.Path)
	}
	root, err := d.decode()
	if err == nil {
		err = r.read(root)
	}
	if err != nil {
		r.fail(err)
	}
	return r
}

// scanID finds the id in the text, so that a document that is not even YAML
// is named in the report.
func (d document) scanID() string {
	for line := range strings.Lines(d.text) {
		if v, ok := strings.CutPrefix(line, "id:"); ok {
			v, _, _ = strings.Cut(v, " #")
			return clip(strings.Trim(strings.TrimSpace(v), `"'`))
		}
	}
	return ""
}

// clip bounds what stands where an id should be.
func clip(s string) string {
	if len(s) > 128 {
		s = s[:128]
	}
	return strings.ToValidUTF8(s, "?")
}

// read fills the rule from the document's root.
func (r *Rule) read(root *yaml.Node) error {
	pairs, err := entries(root, "")
	if err != nil {
		return err
	}
	sections := map[string]*yaml.Node{}
	for _, p := range pairs {
		sections[p.key] = p.val
	}
	if n := sections["placeholders"]; n != nil && len(pairs) == 1 {
		r.Title = "values of placeholders"
		r.values, err = placeholderValues(n)
		return err
	}
	if n := sections["id"]; n != nil {
		id, err := text(n, "id")
		if err != nil {
			return err
		}
		if id = clip(strings.TrimSpace(id)); id != "" {
			r.ID = id
		}
	}
	for _, f := range []struct {
		key string
		to  *string
	}{
		{"name", &r.Name}, {"title", &r.Title}, {"level", &r.Level}, {"status", &r.Status},
		{"description", &r.Description}, {"author", &r.Author},
	} {
		if n := sections[f.key]; n != nil {
			if *f.to, err = text(n, f.key); err != nil {
				return err
			}
		}
	}
	for _, f := range []struct {
		key string
		to  *[]string
	}{
		{"references", &r.References}, {"tags", &r.Tags}, {"falsepositives", &r.FalsePositives},
	} {
		if n := sections[f.key]; n != nil {
			if *f.to, err = texts(n, f.key); err != nil {
				return err
			}
		}
	}
	if r.Title == "" {
		r.Title = r.ID
	}
	r.Level = strings.ToLower(r.Level)
	if r.Level == "" {
		r.Level = "medium" // the specification leaves it open
	}
	if !slices.Contains(Levels, r.Level) {
		return invalid("level", "unknown level %q; use one of %s", r.Level, strings.Join(Levels, ", "))
	}
	if n := sections["x-porchlight"]; n != nil {
		if err := r.extension(n); err != nil {
			return err
		}
	}
	return r.sections(sections)
}

// sections finds out what kind of rule it is and reads its main section.
func (r *Rule) sections(s map[string]*yaml.Node) error {
	if n := s["action"]; n != nil {
		return unsupported("action", "global, reset and repeat documents are no longer part of Sigma; write each rule out")
	}
	kinds := 0
	for _, kind := range []string{"detection", "correlation", "filter"} {
		if s[kind] != nil {
			kinds++
		}
	}
	switch {
	case kinds > 1:
		return invalid("", "has more than one of detection, correlation and filter; write a document for each")
	case s["filter"] != nil:
		if s["logsource"] == nil {
			return invalid("logsource", "is missing: the filter must say which events it applies to")
		}
		if err := r.logSource(s["logsource"]); err != nil {
			return err
		}
		return r.filter(s["filter"])
	case s["correlation"] != nil:
		return r.correlation(s["correlation"], s["generate"])
	case s["detection"] == nil:
		return invalid("", "not a Sigma rule: there is no detection, correlation or filter")
	case s["logsource"] == nil:
		return invalid("logsource", "is missing: the rule must say which events it looks at")
	}
	if err := r.logSource(s["logsource"]); err != nil {
		return err
	}
	return r.detect(s["detection"])
}

func (r *Rule) logSource(n *yaml.Node) error {
	pairs, err := entries(n, "logsource")
	if err != nil {
		return err
	}
	var l LogSource
	for _, p := range pairs {
		var to *string
		switch p.key {
		case "product":
			to = &l.Product
		case "category":
			to = &l.Category
		case "service":
			to = &l.Service
		default: // definition and tools' own keys
			continue
		}
		if *to, err = text(p.val, "logsource."+p.key); err != nil {
			return err
		}
	}
	if l == (LogSource{}) {
		return invalid("logsource", "give at least one of product, category and service")
	}
	r.LogSource = l.normal()
	return nil
}

// extension reads Porchlight's own section.
func (r *Rule) extension(n *yaml.Node) error {
	const at = "x-porchlight"
	pairs, err := entries(n, at)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		path := join(at, p.key)
		switch p.key {
		case "why":
			var s string
			if s, err = text(p.val, path); err == nil {
				r.Why, err = ParseTemplate(s)
				if err != nil {
					err = invalid(path, "%v", err)
				}
			}
		case "next_steps":
			r.NextSteps, err = texts(p.val, path)
		case "group_by":
			r.GroupBy, err = texts(p.val, path)
		case "supersedes":
			r.Supersedes, err = texts(p.val, path)
		case "alert":
			var yes bool
			yes, err = boolean(p.val, path)
			r.Alert = &yes
		default:
			err = unsupported(path, "unknown key; expected one of why, next_steps, group_by, supersedes, alert")
		}
		if err != nil {
			return err
		}
	}
	return nil
}
