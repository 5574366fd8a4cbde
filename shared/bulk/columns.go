package bulk

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// columns says which field each column is.
type columns struct {
	preset, given map[string]string
}

// CSV is a table of comma-separated values with a header. A column has the name of its field in the import format, unless
// the preset or the map gives it another; the map has elements column=field. With either, columns that neither names are
// ignored. The error is a mistake in the map.
func CSV(preset map[string]string, columnMap []string) (Form, error) {
	given, err := parseMap(columnMap)
	return &csvTable{columns: columns{preset: preset, given: given}}, err
}

// parseMap reads what --map says, as column=field. No field leaves the column out.
func parseMap(given []string) (map[string]string, error) {
	all := map[string]string{}
	for _, each := range given {
		at := strings.LastIndexByte(each, '=')
		if at <= 0 {
			return nil, fmt.Errorf("--map %q is not of the form column=field", each)
		}
		column, field := each[:at], each[at+1:]
		if _, found := target(field); !found && field != "" {
			return nil, fmt.Errorf("--map %q: there is no field %q", each, field)
		}
		all[column] = field
	}
	return all, nil
}

// setters fits the columns of a header. Without a preset and a map every column must be named as its field, so that none
// is dropped in silence; with one, the columns that it does not name do not count.
func (c columns) setters(header []string) ([]setter, error) {
	all, taken := make([]setter, len(header)), map[string]string{}
	for i, column := range header {
		field := c.field(column)
		if field == "" {
			continue
		}
		apply, found := target(field)
		if !found {
			return nil, fmt.Errorf("the column %q is no field; say with --map which it is", column)
		}
		if other, found := taken[field]; found && field != "service" {
			return nil, fmt.Errorf("the columns %q and %q are both the field %s", other, column, field)
		}
		all[i], taken[field] = setter{column, apply}, column
	}
	for _, column := range slices.Sorted(maps.Keys(c.given)) {
		if !slices.Contains(header, column) {
			return nil, fmt.Errorf("there is no column %q; the header has %s", column, strings.Join(header, ", "))
		}
	}
	if taken["username"] == "" && taken["email"] == "" {
		return nil, errors.New("no column is a username or an e-mail address; say with --map which it is")
	}
	return all, nil
}

// field is the field that a column is; empty if it does not count.
func (c columns) field(column string) string {
	if len(c.preset) == 0 && len(c.given) == 0 {
		return column
	}
	if field, found := c.given[column]; found {
		return field
	}
	return c.preset[column]
}
