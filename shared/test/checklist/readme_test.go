package checklist_test

import (
	"flag"
	"fmt"
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
)

var update = flag.Bool("update", false, "write the checklist's table")

// section is the part of shared/test/README.md that holds the table.
var section = regexp.MustCompile(`(?s)(<!-- checklist: [^>]*-->\n)(.*)(\n<!-- end of checklist -->)`)

// TestReadme: shared/test/README.md has the table that the rows and the tests make. Every row has a test, and every test a row.
func TestReadme(t *testing.T) {
	t.Parallel()
	tests := named(t)
	var table strings.Builder
	table.WriteString("| # | must hold | source | tests |\n| --- | --- | --- | --- |")
	for _, row := range checklist.Rows {
		proof := cell(tests[row.Number])
		if proof == "" {
			t.Errorf("row %d has no test", row.Number)
		}
		fmt.Fprintf(&table, "\n| %d | %s | %s | %s |", row.Number, row.Holds, row.Source, proof)
		delete(tests, row.Number)
	}
	if len(tests) > 0 {
		t.Errorf("tests of no row: %v", tests)
	}
	file := filepath.Join(root, "shared", "test", "README.md")
	text, err := os.ReadFile(file)
	must(t, err)
	parts := section.FindStringSubmatch(string(text))
	switch {
	case parts == nil:
		t.Fatalf("%s has no section for the table", file)
	case parts[2] == table.String():
	case *update:
		written := strings.Replace(string(text), parts[0], parts[1]+table.String()+parts[3], 1)
		must(t, os.WriteFile(file, []byte(written), 0o600))
	default:
		t.Errorf("%s has another table than the tests make; write it with -update:\n%s", file, table.String())
	}
}

// named returns the names of each row's tests by the folder of their package, without what all of them have in common. Those of
// one product stay out, because the product can be removed.
func named(t *testing.T) map[int]map[string][]string {
	t.Helper()
	tests := map[int]map[string][]string{}
	testName := regexp.MustCompile(`(?m)^func TestSecurity(\d\d)([A-Z]\w*)\(`)
	for _, pattern := range []string{"functions/*_test.go", "shared/*/*_test.go", "shared/*/*/*_test.go"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		must(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			must(t, err)
			folder := strings.TrimPrefix(path.Dir(filepath.ToSlash(file)), root+"/")
			matches := testName.FindAllSubmatch(text, -1)
			if all := strings.Count(string(text), "\nfunc TestSecurity"); all != len(matches) {
				t.Errorf("%s: the name of a test does not say which row it is for, and what it shows", file)
			}
			for _, match := range matches {
				number, _ := strconv.Atoi(string(match[1]))
				if tests[number] == nil {
					tests[number] = map[string][]string{}
				}
				tests[number][folder] = append(tests[number][folder], string(match[2]))
			}
		}
	}
	return tests
}

// cell is the tests of a row in the table: a line for each package.
func cell(byPackage map[string][]string) string {
	var lines []string
	for _, folder := range slices.Sorted(maps.Keys(byPackage)) {
		lines = append(lines, "`"+folder+"`: "+strings.Join(byPackage[folder], ", "))
	}
	return strings.Join(lines, "<br>")
}
