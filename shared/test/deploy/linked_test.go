package deploy_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"
)

// TestSecurity23NoFunctionLinksWhatItDoesNotNeed: SQLite, YAML, the command line and the list of products are the command's.
func TestSecurity23NoFunctionLinksWhatItDoesNotNeed(t *testing.T) {
	t.Parallel()
	for _, folder := range mains(t) {
		linked := map[string]bool{}
		link(t, os.DirFS(root), path.Join("functions", folder), linked)
		for name := range linked {
			for _, foreign := range []string{
				"gatehouse/shared/store/sqlite", "gatehouse/shared/test/", "gatehouse/shared/cmd/", "go.yaml.in/", "github.com/spf13/",
			} {
				if strings.HasPrefix(name, foreign) {
					t.Errorf("functions/%s links %s", folder, name)
				}
			}
			product, _, _ := strings.Cut(folder, "/")
			if name == "gatehouse/functions" || strings.HasPrefix(name, "gatehouse/functions/") && name != "gatehouse/functions/"+product {
				t.Errorf("functions/%s links %s", folder, name)
			}
		}
		if !linked["gatehouse/shared/store/dynamo"] || !linked["github.com/aws/aws-lambda-go/lambda"] {
			t.Errorf("functions/%s links neither the store nor Lambda's library: the test sees nothing", folder)
		}
	}
}

// link collects the imports of the package in a folder of this module, and those of the packages of this module among them.
func link(t *testing.T, module fs.FS, folder string, into map[string]bool) {
	t.Helper()
	files, err := fs.Glob(module, path.Join(folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no package in %s: %v", folder, err)
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
		for _, spec := range parsed.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
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
