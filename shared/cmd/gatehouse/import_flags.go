package main

import (
	"errors"
	"slices"

	"github.com/spf13/pflag"

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

func (f *importFlags) flags(flags *pflag.FlagSet) {
	flags.StringVar(&f.from, "from", fromJSONLines, "the form of the file: `jsonl|django|csv`")
	flags.StringVar(&f.model, "model", bulk.DjangoModel, "Django's user model, as `app.model`")
	flags.StringVar(&f.preset, "preset", "", "the product whose table the CSV is: `unleash|crafter`")
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
		return bulk.CSV(f.preset, f.columns)
	}
	return nil, errors.New("--from must be jsonl, django or csv")
}

// check refuses flags that do not fit together.
func (f *importFlags) check() error {
	conflicts := []bulk.Conflict{bulk.Fail, bulk.Skip, bulk.Replace}
	switch _, known := bulk.Presets[f.preset]; {
	case !slices.Contains(conflicts, bulk.Conflict(f.onConflict)):
		return errors.New("--on-conflict must be fail, skip or replace")
	case f.from != fromCSV && (f.preset != "" || len(f.columns) > 0):
		return errors.New("--map and --preset need --from csv")
	case f.from != fromDjango && f.model != bulk.DjangoModel:
		return errors.New("--model needs --from django")
	case f.preset != "" && !known:
		return errors.New("--preset must be unleash or crafter")
	}
	return nil
}
