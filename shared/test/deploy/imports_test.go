package deploy_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"testing"
)

// link collects what the package in a folder of this module imports, and what is imported from there, within the module.
func link(t *testing.T, module fs.FS, folder string, into map[string]bool) {
	t.Helper()
	files, err := fs.Glob(module, path.Join(folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there is no package in %s: %v", folder, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := fs.ReadFile(module, file)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, text, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, each := range parsed.Imports {
			name, err := strconv.Unquote(each.Path.Value)
			if err != nil || into[name] {
				continue
			}
			into[name] = true
			if own, ok := strings.CutPrefix(name, "gatehouse/"); ok {
				link(t, module, own, into)
			}
		}
	}
}
