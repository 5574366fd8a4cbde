package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// figures are what benchmarks reported, and what they said of the machine.
type figures struct {
	machine map[string]string
	values  map[figure]float64
}

// figure names one: a benchmark without "Benchmark" and without the number of processors, and a unit.
type figure struct{ benchmark, unit string }

var errMissing = errors.New("not among the benchmarks' results")

// read takes the results from all lines, whatever stands between them.
func read(in io.Reader) (figures, error) {
	f := figures{map[string]string{}, map[figure]float64{}}
	lines := benchfmt.NewReader(in, "go test -bench")
	for lines.Scan() {
		result, ok := lines.Result().(*benchfmt.Result)
		if !ok {
			continue // a line that only looks like a result
		}
		for _, each := range result.Config {
			f.machine[each.Key] = strings.TrimSpace(string(each.Value))
		}
		for _, each := range result.Values {
			value, unit := each.Value, each.Unit
			if each.OrigUnit != "" { // as it was reported: not bytes for megabytes
				value, unit = each.OrigValue, each.OrigUnit
			}
			f.values[figure{nameOf(result), unit}] = value
		}
	}
	return f, lines.Err()
}

func nameOf(result *benchfmt.Result) string {
	base, parts := result.Name.Parts()
	name := []string{string(base)}
	for _, part := range parts {
		if sub, ok := strings.CutPrefix(string(part), "/"); ok { // the last one is the number of processors
			name = append(name, sub)
		}
	}
	return strings.Join(name, "/")
}

// get is one figure.
func (f figures) get(benchmark, unit string) (float64, error) {
	value, ok := f.values[figure{benchmark, unit}]
	if !ok {
		return 0, fmt.Errorf("%s of %s: %w", unit, benchmark, errMissing)
	}
	return value, nil
}

func (f figures) has(benchmark, unit string) bool {
	_, ok := f.values[figure{benchmark, unit}]
	return ok
}

// said is what the benchmarks said of the machine.
func (f figures) said(what string) (string, error) {
	value, ok := f.machine[what]
	if !ok {
		return "", fmt.Errorf("%s: %w", what, errMissing)
	}
	return value, nil
}
