package functions_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gatehouse/functions"
	"gatehouse/shared/test/endpointtest"
)

var update = flag.Bool("update", false, "write the indexes of events")

// TestIndexOfEvents compares events/<product>/README.md with the pairs in that folder.
func TestIndexOfEvents(t *testing.T) {
	t.Parallel()
	for _, listed := range functions.Rooms() {
		pairs, err := endpointtest.LoadPairs(eventFiles, listed.Name)
		if err != nil {
			t.Fatal(err)
		}
		file, want := filepath.Join(eventFiles, listed.Name, "README.md"), index(listed.Title, pairs)
		if *update {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(file); err != nil || string(got) != want {
			t.Errorf("%s does not match the pairs beside it (%v); write it with go test ./functions -run TestIndexOfEvents -update", file, err)
		}
	}
}

// TestStatusesAreDocumented: the manual of each product has a row for every status that its events show.
func TestStatusesAreDocumented(t *testing.T) {
	t.Parallel()
	for _, listed := range functions.Rooms() {
		pairs, err := endpointtest.LoadPairs(eventFiles, listed.Name)
		if err != nil {
			t.Fatal(err)
		}
		manual, err := os.ReadFile(filepath.Join(listed.Name, "README.md"))
		if err != nil {
			t.Fatal(err)
		}
		_, table, _ := strings.Cut(string(manual), "\n## Statuses\n")
		table, _, _ = strings.Cut(table, "\n## ")
		for name, pair := range pairs {
			if !strings.Contains(table, fmt.Sprintf("\n| %d |", pair.Status)) {
				t.Errorf("functions/%s/README.md has no row for the status %d of the event %s", listed.Name, pair.Status, name)
			}
		}
	}
}

func index(title string, pairs map[string]endpointtest.Pair) string {
	var text strings.Builder
	fmt.Fprintf(&text, "# Events of %s\n\nThe index of this folder, written by `go test ./functions -run TestIndexOfEvents -update`. "+
		"[What a pair is](../README.md).\n\n| event | what it shows | status | body |\n| --- | --- | --- | --- |\n", title)
	for _, name := range slices.Sorted(maps.Keys(pairs)) {
		pair := pairs[name]
		fmt.Fprintf(&text, "| [%s](%s.json) | %s | [%d](%s.want.json) | %s |\n",
			name, name, strings.ReplaceAll(cell(pair.About), "*", `\*`), pair.Status, name, excerpt(pair.Body))
	}
	return text.String()
}

// excerpt returns the beginning of a body as code in a cell of a table.
func excerpt(body string) string {
	const most = 90
	if body == "" {
		return ""
	}
	text := []rune(strings.Join(strings.Fields(body), " "))
	if len(text) > most {
		text = append(text[:most], '…')
	}
	return "`` " + cell(string(text)) + " ``"
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
