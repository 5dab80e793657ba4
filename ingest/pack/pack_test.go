package pack

import (
	"os"
	"path/filepath"
	"testing"
)

// TestFiles: what is in the folder is listed, with what is wrong with it, and
// removed by name alone.
func TestFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "parsers")
	if files, err := List(dir); err != nil || len(files) != 0 {
		t.Fatalf("a folder that is not there: %v, %v", files, err)
	}
	if _, err := Save(dir, "parser door\ntemplate host info x - | Door {door.n} opened\nsample Door 7 opened\n"); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"broken" + Suffix: "parser broken\nsample x\n", "notes.txt": "x"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files, err := List(dir)
	if err != nil || len(files) != 2 || files[0].Name != "broken" || files[0].Problem == "" || files[1].Name != "door" || files[1].Problem != "" || files[1].Samples != 1 {
		t.Fatalf("%+v, %v", files, err)
	}
	for _, name := range []string{"", "..", "../door", "none", dir} {
		if Remove(dir, name) == nil {
			t.Errorf("%q could be removed", name)
		}
	}
	if err := Remove(dir, "door"); err != nil {
		t.Fatal(err)
	}
	if files, _ := List(dir); len(files) != 1 {
		t.Errorf("after removing there are %+v", files)
	}
}
