package checklist_test

import (
	"cmp"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gatehouse/shared/test/checklist"
	"gatehouse/shared/test/readme"
)

var update = flag.Bool("update", false, "write the checklist's table")

// section holds the table in shared/test/README.md.
const section = "checklist"

// TestReadme: shared/test/README.md has the table that the rows and the tests make. Every row has a test, and every test a row.
func TestReadme(t *testing.T) {
	t.Parallel()
	tests, rows := named(t), map[int]bool{}
	for _, row := range checklist.Rows {
		rows[row.Number] = true
		if proved, later := len(tests[row.Number]) > 0, checklist.Later[row.Number] != ""; proved == later {
			t.Errorf("row %d has tests: %t, and is put off: %t; want one of the two", row.Number, proved, later)
		}
	}
	for number, found := range tests {
		if !rows[number] {
			t.Errorf("there is no row %d, for which there are tests: %v", number, found)
		}
	}
	file, want := filepath.Join(root, "shared", "test", "README.md"), table(tests)
	if *update {
		must(t, readme.Replace(file, section, want))
	}
	got, err := readme.Section(file, section)
	must(t, err)
	if got != want {
		t.Errorf("%s has another table than the tests make; write it with -update:\n%s", file, want)
	}
}

// byPackage are the names of tests by the folder of their package, without what all tests of a row have in common.
type byPackage map[string][]string

// testName is how a test of a row is called.
var testName = regexp.MustCompile(`^TestSecurity(\d\d)([A-Z]\w*)$`)

// named returns the tests of each row. Those of one product stay out: the product can go, and others can come.
func named(t *testing.T) map[int]byPackage {
	t.Helper()
	tests := map[int]byPackage{}
	must(t, fs.WalkDir(os.DirFS(root), ".", func(file string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && len(file) > 1 && strings.HasPrefix(entry.Name(), ".") {
			return fs.SkipDir
		}
		if err != nil || !strings.HasSuffix(file, "_test.go") || strings.Count(file, "/") > 1 && strings.HasPrefix(file, "functions/") {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, declaration := range parsed.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok || !strings.HasPrefix(function.Name.Name, "TestSecurity") {
				continue
			}
			parts := testName.FindStringSubmatch(function.Name.Name)
			if parts == nil {
				return fmt.Errorf("%s: %s does not say which row it is for, and what it shows", file, function.Name.Name)
			}
			number, _ := strconv.Atoi(parts[1])
			if tests[number] == nil {
				tests[number] = byPackage{}
			}
			tests[number][path.Dir(file)] = append(tests[number][path.Dir(file)], parts[2])
		}
		return nil
	}))
	return tests
}

// table is the checklist as Markdown.
func table(tests map[int]byPackage) string {
	var text strings.Builder
	text.WriteString("| # | must hold | source | tests |\n| --- | --- | --- | --- |\n")
	for _, row := range checklist.Rows {
		proof := cmp.Or(checklist.Later[row.Number], tests[row.Number].String())
		fmt.Fprintf(&text, "| %d | %s | %s | %s |\n", row.Number, row.Holds, row.Source, proof)
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// String is a cell of the table: a line for each package.
func (p byPackage) String() string {
	var lines []string
	for _, folder := range slices.Sorted(maps.Keys(p)) {
		lines = append(lines, "`"+folder+"`: "+strings.Join(p[folder], ", "))
	}
	return strings.Join(lines, "<br>")
}
