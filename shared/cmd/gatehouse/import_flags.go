package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/functions"
	"gatehouse/shared/bulk"
)

// What --from says of the file.
const (
	fromJSONLines = "jsonl"
	fromDjango    = "django"
	fromCSV       = "csv"
)

// importFlags are what the command line says of an import.
type importFlags struct {
	onConflict, rejects string
	dryRun, newIDs      bool
	anyPassword         bool
	from, model, preset string
	columns             []string
}

func (f *importFlags) addTo(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&f.from, "from", fromJSONLines, "the form of the file: `jsonl|django|csv`")
	flags.StringVar(&f.model, "model", bulk.DjangoModel, "Django's user model, as `app.model`")
	flags.StringVar(&f.preset, "preset", "", "the product that the table is from: `"+strings.Join(presets(), "|")+"`")
	flags.StringArrayVar(&f.columns, "map", nil, "which field a column is, as `column=field`; repeat it for more")
	flags.StringVar(&f.onConflict, "on-conflict", string(bulk.Fail),
		"what becomes of a line whose user is there already: `fail|skip|replace`")
	flags.BoolVar(&f.dryRun, "dry-run", false, "check everything, also against the directory, and store nothing")
	flags.StringVar(&f.rejects, "rejects", "", "a new `file` for the bad lines, in the form of the input")
	flags.BoolVar(&f.anyPassword, "any-password", false, "take passwords in plain text that no new user could choose")
	flags.BoolVar(&f.newIDs, "new-ids", false, "choose new ids, whatever the file says: to merge directories")
}

// form gives the form that the flags name, or the mistake in them.
func (f *importFlags) form() (bulk.Form, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	switch f.from {
	case fromJSONLines:
		return bulk.JSONLines(), nil
	case fromDjango:
		return bulk.Django(f.model, f.newIDs), nil
	case fromCSV:
		return bulk.CSV(columnsOf(f.preset), f.columns)
	}
	return nil, errors.New("--from must be jsonl, django or csv")
}

// check refuses flags that do not fit together.
func (f *importFlags) check() error {
	conflicts := []bulk.Conflict{bulk.Fail, bulk.Skip, bulk.Replace}
	switch {
	case !slices.Contains(conflicts, bulk.Conflict(f.onConflict)):
		return errors.New("--on-conflict must be fail, skip or replace")
	case f.from != fromCSV && (f.preset != "" || len(f.columns) > 0):
		return errors.New("--map and --preset need --from csv")
	case f.from != fromDjango && f.model != bulk.DjangoModel:
		return errors.New("--model needs --from django")
	case f.preset != "" && columnsOf(f.preset) == nil:
		return fmt.Errorf("--preset must be %s", strings.Join(presets(), " or "))
	}
	return nil
}

// presets returns the names of the products whose tables of users are known.
func presets() (names []string) {
	for _, p := range functions.Products() {
		if p.Columns != nil {
			names = append(names, p.Name)
		}
	}
	return names
}

// columnsOf returns the columns of a product's table of users; nil if there is no such preset.
func columnsOf(preset string) map[string]string {
	for _, p := range functions.Products() {
		if p.Name == preset {
			return p.Columns
		}
	}
	return nil
}
