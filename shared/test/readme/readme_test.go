package readme_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"gatehouse/shared/test/readme"
)

func TestReplace(t *testing.T) {
	t.Parallel()
	file := write(t, "before\n<!-- figures: from make bench -->\nold\n<!-- end of figures -->\nafter\n")
	if err := readme.Replace(file, "figures", "\nnew\n\nlines\n"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if want := "before\n<!-- figures: from make bench -->\nnew\n\nlines\n<!-- end of figures -->\nafter\n"; err != nil || string(text) != want {
		t.Errorf("the file is\n%s(%v), want\n%s", text, err, want)
	}
	if section, err := readme.Section(file, "figures"); err != nil || section != "new\n\nlines" {
		t.Errorf("the section is %q (%v), want what was put there", section, err)
	}
}

func TestNoSuchSection(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"none":        "text\n",
		"no end":      "<!-- figures: from x -->\n",
		"no begin":    "<!-- end of figures -->\n",
		"wrong order": "<!-- end of figures -->\n<!-- figures: from x -->\n",
		"two of them": "<!-- figures: a -->\n<!-- end of figures -->\n<!-- figures: b -->\n<!-- end of figures -->\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := write(t, text)
			if _, err := readme.Section(file, "figures"); !errors.Is(err, readme.ErrNoSection) {
				t.Errorf("reading it: %v, want ErrNoSection", err)
			}
			if err := readme.Replace(file, "figures", "new"); !errors.Is(err, readme.ErrNoSection) {
				t.Errorf("writing it: %v, want ErrNoSection", err)
			}
			if left, err := os.ReadFile(file); err != nil || string(left) != text {
				t.Errorf("the file became %q (%v)", left, err)
			}
		})
	}
}

func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "README.md")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
