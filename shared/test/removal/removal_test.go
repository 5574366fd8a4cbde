// Package removal proves that a product is a folder: it removes a product from a copy of the repository, by deleting what the
// manual says and nothing else. The quick form checks that the template still parses and that nothing imports the product.
// `make removal` also vets and tests the rest (`-args -long`), which compiles every package.
package removal

import (
	"flag"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gatehouse/functions"
	"gatehouse/shared/product"
	"gatehouse/shared/test/deploy"
	"gatehouse/shared/test/tools"
)

var long = flag.Bool("long", false, "vet and test the rest of the repository")

const root = "../../.."

// TestAProductCanBeRemoved removes a product from a copy of the repository. The rest of the repository must not need it.
func TestAProductCanBeRemoved(t *testing.T) {
	tools.Program(t, "git")
	for _, p := range functions.Products() {
		t.Run(p.Name, func(t *testing.T) {
			folder := t.TempDir()
			copyRepository(t, folder)
			remove(t, folder, p)
			if _, err := deploy.Load(filepath.Join(folder, "template.yaml")); err != nil {
				t.Error(err)
			}
			noImports(t, folder, "gatehouse/functions/"+p.Name)
			if *long {
				run(t, folder, "vet", "./...")
				run(t, folder, "test", "-vet=off", "./functions/...", "./shared/product", "./shared/config", "./shared/test/deploy")
			}
		})
	}
}

// copyRepository copies the files that git tracks or would track, as they are in the working tree.
func copyRepository(t *testing.T, folder string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	command.Dir = root
	list, err := command.Output()
	if err != nil {
		t.Fatalf("listing the repository: %v", err)
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(list), "\x00"), "\x00") {
		text, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) {
			continue // deleted, but not yet from the index
		}
		check(t, err)
		check(t, os.MkdirAll(filepath.Join(folder, filepath.Dir(name)), 0o700))
		info, err := os.Stat(filepath.Join(root, name))
		check(t, err)
		check(t, os.WriteFile(filepath.Join(folder, name), text, info.Mode()))
	}
}

// remove deletes a product's folder, its events, its lines and import in functions.go, and everything in template.yaml and
// samconfig.toml that begins with its name.
func remove(t *testing.T, folder string, p product.Product) {
	t.Helper()
	check(t, os.RemoveAll(filepath.Join(folder, "functions", p.Name)))
	check(t, os.RemoveAll(filepath.Join(folder, "events", p.Name)))
	edit(t, folder, "functions/functions.go", func(text string) string {
		lines := regexp.MustCompile(`(?m)^\t+("gatehouse/functions/` + p.Name + `"|` + p.Name + `\.\w+\(\),)\n`)
		return lines.ReplaceAllString(text, "")
	})
	edit(t, folder, "template.yaml", func(text string) string { return withoutEntries(text, p.Prefix) })
	edit(t, folder, "samconfig.toml", func(text string) string {
		return regexp.MustCompile(` `+p.Prefix+`\w+=[^ "]*`).ReplaceAllString(text, "")
	})
}

// withoutEntries deletes the entries of a template whose names begin with a prefix: keys, and items of a list of groups. An
// entry ends before the next line that is not indented more.
func withoutEntries(template, prefix string) string {
	first := regexp.MustCompile(`^ +(- Label: \{default: )?(` + prefix + `|` + strings.ToUpper(prefix) + `_)\w*.*[:}]`)
	var kept strings.Builder
	deep := -1 // the indentation of the entry that is being deleted
	for line := range strings.Lines(template) {
		indent := len(line) - len(strings.TrimLeft(line, " "))
		blank := strings.TrimSpace(line) == ""
		if deep >= 0 && !blank && indent <= deep {
			deep = -1
		}
		if deep < 0 && first.MatchString(line) {
			deep = indent
		}
		if deep < 0 {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

// noImports checks that no Go file imports a package or one below it.
func noImports(t *testing.T, folder, name string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(file string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(file) != ".go" {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			if path := strings.Trim(spec.Path.Value, `"`); path == name || strings.HasPrefix(path, name+"/") {
				t.Errorf("%s imports %s", strings.TrimPrefix(file, folder+"/"), path)
			}
		}
		return nil
	})
	check(t, err)
}

// edit changes a file, which must make a difference unless the file is samconfig.toml.
func edit(t *testing.T, folder, name string, change func(string) string) {
	t.Helper()
	file := filepath.Join(folder, name)
	text, err := os.ReadFile(file)
	check(t, err)
	changed := change(string(text))
	if changed == string(text) && name != "samconfig.toml" {
		t.Fatalf("nothing of the product is in %s", name)
	}
	check(t, os.WriteFile(file, []byte(changed), fs.FileMode(0o600)))
}

// run calls go in the copy. Without the copy's path in the binaries, Go's cache knows the packages that did not change.
func run(t *testing.T, folder string, args ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", args...)
	command.Dir = folder
	command.Env = append(os.Environ(), "GOFLAGS=-trimpath", "PWD="+folder)
	if output, err := command.CombinedOutput(); err != nil {
		t.Errorf("go %s: %v\n%s", strings.Join(args, " "), err, output)
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
