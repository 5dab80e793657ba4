package cli

import (
	"net"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// parsed reads a command line without running it.
func parsed(t *testing.T, args ...string) *kong.Context {
	t.Helper()
	parser, err := kong.New(&commands{}, kong.Vars{"data_dir": "here"})
	if err != nil {
		t.Fatal(err)
	}
	kctx, err := parser.Parse(args)
	if err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	return kctx
}

// isPath reports whether a flag or an argument becomes an absolute path.
func isPath(v *kong.Value) bool {
	typ := v.Target.Type()
	for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
		typ = typ.Elem()
	}
	return typ == reflect.TypeFor[path]() || v.Tag.Type == "existingfile"
}

// pathsOf returns the flags and arguments of all commands that name files and
// folders: "match --rules", "restore <from>".
func pathsOf(t *testing.T) map[string]bool {
	named := regexp.MustCompile(`\b(DIR|FILE|ZIP)\b`)
	found := map[string]bool{}
	var visit func(n *kong.Node)
	visit = func(n *kong.Node) {
		for _, f := range n.Flags {
			if isPath(f.Value) {
				found[strings.TrimSpace(n.FullPath()+" --"+f.Name)] = true
			} else if named.MatchString(f.PlaceHolder) {
				t.Errorf("%s --%s %s: is no path", n.FullPath(), f.Name, f.PlaceHolder)
			}
		}
		for _, p := range n.Positional {
			if isPath(p) {
				found[n.FullPath()+" <"+p.Name+">"] = true
			}
		}
		for _, c := range n.Children {
			visit(c)
		}
	}
	visit(parsed(t).Model.Node)
	return found
}

// TestRelativePaths runs every command that takes a path from a working
// directory beside the files, all of which are named relative to it.
func TestRelativePaths(t *testing.T) {
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("logs/auth.log", "Nov 23 10:00:00 nas sshd[1]: Failed password for root from 10.0.0.1 port 2000 ssh2\nNov 23 10:00:01 nas sshd[1]: Server listening on 0.0.0.0 port 22.\n")
	write("logs/events.jsonl", `{"Channel":"Security","EventID":4625,"TargetUserName":"Anna","IpAddress":"192.168.1.99"}`+"\n")
	write("logs/gate.log", "<13>Mar  1 10:00:00 gate doord: GATE 1: open for anna\n")
	write("logs/gate.parser.txt", "parser gate\ntemplate session start gate-opened success | GATE {gate.number}: open for {user.name}\n")
	write("rules/rules.yml", packRules)
	write("rules/values.yaml", "People: [an*]\n")
	write("config.yaml", "rules: ["+filepath.ToSlash(filepath.Join(root, "rules"))+"]\n")
	write("here/note.txt", "the working directory\n")
	t.Chdir(filepath.Join(root, "here"))
	listener, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()

	untested := pathsOf(t)
	for _, c := range []struct {
		args string
		code int
		says string // on stdout or stderr
		made string // below root
	}{
		{"import --data ../base ../logs/auth.log", exitDone, "imported 2 messages", "base/porchlight.db"},
		{"search --data ../base from", exitDone, "Failed password", ""},
		{"export --data ../base --to exp.db", exitDone, "exported 2 events to exp.db", "here/exp.db"},
		{"export --data ../base --to ../exp.csv", exitDone, "exported 2 events to ../exp.csv", "exp.csv"},
		{"backup --data ../base --to ../copy", exitDone, "backed up 2 events", "copy/porchlight.db"},
		{"backup --data ../base --to copy.tar.zst", exitDone, "backed up 2 events and 0 alerts in 2 files", "here/copy.tar.zst"},
		{"restore --data again copy.tar.zst", exitDone, "restored 2 events", "here/again/porchlight.db"},
		{"verify --data ./again", exitDone, "2 events and 0 alerts can be read; all fine", ""},
		{"normalize ../logs/auth.log", exitDone, `"source.ip":"10.0.0.1"`, ""},
		{"normalize --parser ../logs/gate.parser.txt ../logs/gate.log", exitDone, `"event.module":"gate"`, ""},
		{"match --rules ../rules --values ../rules/values.yaml --load-report report.jsonl ../logs/events.jsonl", exitDone, `{"event": 0, "rule": "failed"}`, "here/report.jsonl"},
		{"rules list --config ../config.yaml", exitDone, "Each logon", ""},
		{"rules check ../rules", exitProblems, "../rules/rules.yml: ", ""},
		{"rules sources ../rules", exitDone, "windows/*/security", ""},
		{"replay ../logs/auth.log --to udp://" + listener.LocalAddr().String(), exitDone, "sent 2 messages", ""},
	} {
		args := strings.Fields(c.args)
		kctx := parsed(t, args...)
		for _, p := range kctx.Path {
			switch {
			case p.Flag != nil:
				delete(untested, kctx.Model.Node.FullPath()+" --"+p.Flag.Name)
				delete(untested, kctx.Selected().FullPath()+" --"+p.Flag.Name)
			case p.Positional != nil:
				delete(untested, kctx.Selected().FullPath()+" <"+p.Positional.Name+">")
			}
		}
		out, errs, code := inProcess(t, args...)
		if code != c.code || !strings.Contains(out+errs, c.says) {
			t.Errorf("%s: exit %d, want %d, and %q:\n%s%s", c.args, code, c.code, c.says, out, errs)
		}
		if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(c.made))); err != nil {
			t.Errorf("%s: %v", c.args, err)
		}
	}
	for p := range untested {
		t.Errorf("no relative path was tried for %s", p)
	}
}

// TestServeFromAnotherFolder: a collector and a command find each other by
// relative paths from two working directories.
func TestServeFromAnotherFolder(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"serving", "importing"} {
		if err := os.Mkdir(filepath.Join(root, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "importing", "auth.log"), []byte("Nov 22 10:00:00 nas-01 sshd[1]: Server listening on 0.0.0.0 port 22.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(root, "serving"))
	s := startServe(t, "base")
	t.Chdir(filepath.Join(root, "importing"))
	out, errs, code := command(t, "import", "--data", "../serving/base", "auth.log")
	if code != exitDone || !strings.Contains(out, "handed to the running") {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	eventually(t, "the file is imported", func() bool { return len(search(t, "../serving/base", "host.name:nas-01")) == 1 })
	s.stop(t)
}
