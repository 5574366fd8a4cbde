package main

import (
	_ "embed"
	"fmt"
	"math"
	"strconv"
	"strings"
	"text/template"
)

//go:embed section.tmpl
var page string

// named is a name in the benchmarks and one for readers.
type named struct{ Name, Title string }

var (
	products = []named{
		{"aisquare", "AISquare"}, {"crafter", "Crafter"}, {"unleash", "Unleash"}, {"socialid", "Social ID"},
	}
	causes = []named{
		{"wrong", "wrong password"}, {"unknown", "unknown user"}, {"locked", "locked"}, {"inactive", "inactive"},
		{"passwordless", "no password"},
	}
	stores = []named{{"sqlite", "SQLite"}, {"dynamodb", "DynamoDB Local"}}
	levels = []int{1, 2, 4, 8, 16, 32, 64} // concurrent logins
)

// section is the README's, in Markdown.
func (f figures) section() (string, error) {
	million, err := of(1e6/days, f)
	if err != nil {
		return "", err
	}
	flood, err := of(throttleRate*day, f) // as many logins as API Gateway lets through
	if err != nil {
		return "", err
	}
	var scales []directory
	for _, users := range []float64{1e3, 1e6, 1e8} {
		scale, err := of(users, f)
		if err != nil {
			return "", err
		}
		scales = append(scales, scale)
	}
	parsed, err := template.New("section").Funcs(template.FuncMap{
		"products": func() []named { return products },
		"causes":   func() []named { return causes },
		"levels":   func() []int { return levels },
		"stores":   func() []named { return stores },
		"million":  func() directory { return million },
		"scales":   func() []directory { return scales },
		"flood":    func() directory { return flood },
		"atOnce":   loginsAtOnce,
		"sample":   func(architecture string) float64 { return 1000 * sampleSeconds(architecture) },
		"saving":   armSaving,
		"throttle": func() int { return throttleRate },

		"said": f.said,
		"has":  f.has,
		"two":  f.formatted("%.2f"),
		"one":  f.formatted("%.1f"),
		"whole": func(benchmark, unit string) (string, error) {
			value, err := f.get(benchmark, unit)
			return count(value), err
		},
		"path":       f.path,
		"spread":     f.spread,
		"uses":       f.uses,
		"throughput": func(level int) string { return fmt.Sprintf("Throughput/concurrency=%d", level) },

		"count": count, "rate": rate, "inBytes": inBytes, "dollars": dollars,
	}).Parse(page)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	if err := parsed.Execute(&out, nil); err != nil {
		return "", fmt.Errorf("writing the section: %w", err)
	}
	return out.String(), nil
}

func (f figures) formatted(format string) func(benchmark, unit string) (string, error) {
	return func(benchmark, unit string) (string, error) {
		value, err := f.get(benchmark, unit)
		return fmt.Sprintf(format, value), err
	}
}

// path is what a login takes without its hash.
func (f figures) path(product, which string) (string, error) {
	name := "Path/" + product + "/" + which
	share, err := f.get(name, "%-of-bcrypt-10")
	if err != nil {
		return "", err
	}
	allocations, err := f.get(name, "allocs/login")
	return fmt.Sprintf("%.1f%%, %s", share, count(allocations)), err
}

// spread is a median and what lies around it, as multiples of a wrong password's median.
func (f figures) spread(target, cause string) (string, error) {
	wrong, err := f.get("Refusal/"+target+"/wrong", "p50-ms")
	if err != nil {
		return "", err
	}
	var values []any
	for _, unit := range []string{"p50-ms", "q1-ms", "q3-ms"} {
		value, err := f.get("Refusal/"+target+"/"+cause, unit)
		if err != nil {
			return "", err
		}
		values = append(values, value/wrong)
	}
	return fmt.Sprintf("%.2f (%.2f to %.2f)", values...), nil
}

// uses are the requests and the units of a product's logins. With more users they must be the same.
func (f figures) uses(product string) ([]float64, error) {
	var all []float64
	for _, what := range []string{"requests", "reads", "writes"} {
		for _, verdict := range []string{"accepted", "refused"} {
			unit := verdict + "-" + what
			few, err := f.get("Requests/users=1000/"+product, unit)
			if err != nil {
				return nil, err
			}
			many, err := f.get("Requests/users=100000/"+product, unit)
			if err != nil {
				return nil, err
			}
			if few != many {
				return nil, fmt.Errorf("%s of %s: %v with few users and %v with many", unit, product, few, many)
			}
			all = append(all, few)
		}
	}
	return all, nil
}

// count is a number of things, in groups of three digits; millions as such.
func count(number float64) string {
	if number >= 1e7 {
		return count(number/1e6) + " M"
	}
	digits := strconv.FormatFloat(math.Round(number), 'f', 0, 64)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// rate is a number a second, with two digits that count.
func rate(number float64) string {
	if number < 10 {
		return strconv.FormatFloat(number, 'g', 2, 64)
	}
	return count(number)
}

func dollars(amount float64) string {
	if amount < 1000 {
		return fmt.Sprintf("$%.2f", amount)
	}
	return "$" + count(amount)
}

func inBytes(size float64) string {
	if size < 1e8 {
		return fmt.Sprintf("%.1f MB", size/1e6)
	}
	return fmt.Sprintf("%.1f GB", size/1e9)
}
