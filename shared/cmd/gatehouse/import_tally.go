package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// tally is how far an import got.
type tally struct {
	Imported  int            `json:"imported"`
	Replaced  int            `json:"replaced"`
	Unchanged int            `json:"unchanged"`
	Skipped   int            `json:"skipped"`
	Failed    int            `json:"failed"`
	DryRun    bool           `json:"dry_run"`
	Formats   map[string]int `json:"formats"` // of the passwords in the lines that did not fail

	line int // the last that was dealt with
}

func (t *tally) add(did outcome, format string) {
	t.Formats[format]++
	switch did {
	case imported:
		t.Imported++
	case replaced:
		t.Replaced++
	case unchanged:
		t.Unchanged++
	case skipped:
		t.Skipped++
	}
}

func (t *tally) all() int { return t.Imported + t.Replaced + t.Unchanged + t.Skipped + t.Failed }

// summary is the line that an import ends with. It has the counts that the flags allow for.
func (i *importer) summary(count tally) string {
	counts := []string{fmt.Sprintf("imported %d", count.Imported)}
	switch i.onConflict {
	case skipOnConflict:
		counts = append(counts, fmt.Sprintf("skipped %d", count.Skipped))
	case replaceOnConflict:
		counts = append(counts, fmt.Sprintf("replaced %d, unchanged %d", count.Replaced, count.Unchanged))
	}
	counts = append(counts, fmt.Sprintf("failed %d", count.Failed))
	line := strings.Join(counts, ", ")
	if !i.dryRun {
		return line
	}
	var formats []string
	for _, format := range slices.Sorted(maps.Keys(count.Formats)) {
		formats = append(formats, fmt.Sprintf("%s %d", printable(format), count.Formats[format]))
	}
	line = "dry run, nothing is stored: " + line
	if len(formats) > 0 {
		line += "\npasswords: " + strings.Join(formats, ", ")
	}
	return line
}

// verdict is the error that an import with failed lines ends with.
func (i *importer) verdict(count tally) error {
	if count.Failed == 0 {
		return nil
	}
	did, next := "were not", "mend their lines and import those again"
	if i.dryRun {
		did, next = "would not be", "mend their lines"
	}
	if i.rejects != nil && i.rejects.count > 0 {
		next = "mend their lines in " + i.rejects.name + " and import that"
	}
	return fmt.Errorf("%d of %d users %s imported; %s", count.Failed, count.all(), did, next)
}
