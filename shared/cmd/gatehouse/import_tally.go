package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gatehouse/shared/bulk"
)

func (u *users) printTally(i *bulk.Importer, count bulk.Tally) error {
	if u.asJSON {
		return u.printJSON(count)
	}
	return u.say("%s", summary(i, count))
}

// summary is what an import ends with. It has the counts that the flags allow for.
func summary(i *bulk.Importer, count bulk.Tally) string {
	counts := []string{fmt.Sprintf("imported %d", count.Imported)}
	if i.OnConflict == bulk.Skip {
		counts = append(counts, fmt.Sprintf("skipped %d", count.Skipped))
	}
	if i.OnConflict == bulk.Replace {
		counts = append(counts, fmt.Sprintf("replaced %d, unchanged %d", count.Replaced, count.Unchanged))
	}
	counts = append(counts, fmt.Sprintf("failed %d", count.Failed))
	line := strings.Join(counts, ", ")
	if !i.DryRun {
		return line
	}
	lines := "dry run, nothing is stored: " + line
	var formats, slower []string
	for _, format := range slices.Sorted(maps.Keys(count.Formats)) {
		formats = append(formats, fmt.Sprintf("%s %d", printable(format), count.Formats[format]))
		if slow, found := count.Slower[format]; found {
			slower = append(slower, fmt.Sprintf("%s %d, up to %.1f times as long", printable(format), slow.Count, slow.Times))
		}
	}
	if len(formats) > 0 {
		lines += "\npasswords: " + strings.Join(formats, ", ")
	}
	if len(slower) > 0 {
		lines += "\nslower at login until upgraded: " + strings.Join(slower, "; ")
	}
	return lines
}
