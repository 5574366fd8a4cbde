package bulk

// Tally is how far an import got.
type Tally struct {
	Imported  int               `json:"imported"`
	Replaced  int               `json:"replaced"`
	Unchanged int               `json:"unchanged"`
	Skipped   int               `json:"skipped"`
	Failed    int               `json:"failed"`
	DryRun    bool              `json:"dry_run"`
	Formats   map[string]int    `json:"formats"` // of the passwords in the lines that did not fail
	Slower    map[string]Slower `json:"slower"`  // those of them that answer a login more slowly than others, by format

	Line int `json:"-"` // the last that was settled; 0: none
}

// Slower are hashes that take more work than the configured cost, until a login replaces them.
type Slower struct {
	Count int     `json:"count"`
	Times float64 `json:"times"` // how long the slowest takes, where others take 1
}

// All is the number of lines.
func (t *Tally) All() int { return t.Imported + t.Replaced + t.Unchanged + t.Skipped + t.Failed }

// add counts a line that did not fail.
func (t *Tally) add(line *task) {
	t.Formats[line.format]++
	if line.times > 1 {
		slower := t.Slower[line.format]
		t.Slower[line.format] = Slower{slower.Count + 1, max(slower.Times, line.times)}
	}
	switch line.did {
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
