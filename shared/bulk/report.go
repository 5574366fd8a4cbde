package bulk

import "errors"

// Tally counts lines by outcome.
type Tally struct {
	Imported  int               `json:"imported"`
	Replaced  int               `json:"replaced"`
	Unchanged int               `json:"unchanged"`
	Skipped   int               `json:"skipped"`
	Failed    int               `json:"failed"`
	DryRun    bool              `json:"dry_run"`
	Formats   map[string]int    `json:"formats"` // password formats of the lines that did not fail
	Slower    map[string]Slower `json:"slower"`  // by format, the hashes with which a login takes longer than with new ones

	Line int `json:"-"` // the last settled line; 0 if none
}

// Slower counts hashes that take more work than the configured cost. A login replaces them.
type Slower struct {
	Count int     `json:"count"`
	Times float64 `json:"times"` // duration of the slowest login, as a multiple of the usual
}

// All returns the number of lines.
func (t *Tally) All() int { return t.Imported + t.Replaced + t.Unchanged + t.Skipped + t.Failed }

// add counts a line that did not fail.
func (t *Tally) add(line *task) {
	t.Formats[line.format]++
	if line.times > 1 {
		slower := t.Slower[line.format]
		t.Slower[line.format] = Slower{slower.Count + 1, max(slower.Times, line.times)}
	}
	*map[outcome]*int{
		imported: &t.Imported, replaced: &t.Replaced, unchanged: &t.Unchanged, skipped: &t.Skipped,
	}[line.did]++
}

// settleLine counts and reports a line. An error ends the import.
func (r *running) settleLine(t *task, tally *Tally) error {
	if ends, ok := errors.AsType[fault](t.err); ok {
		return ends.error
	}
	tally.Line = t.number
	switch {
	case t.err != nil:
		tally.Failed++
		r.BadLine(t.number, t.err)
		if err := r.Rejects.add(t.text); err != nil {
			return err
		}
	case t.did != skipped:
		for _, warning := range t.warnings {
			r.Warning(t.number, warning)
		}
		fallthrough
	default:
		tally.add(t)
	}
	r.Settled(*tally)
	return nil
}
