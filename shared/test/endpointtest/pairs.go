package endpointtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"gatehouse/shared/directory"
	"gatehouse/shared/product"
)

// Pair is an event and its response: one page of a product's manual.
type Pair struct {
	Product string
	Name    string
	Event   events.APIGatewayProxyRequest
	Want
}

// Want is the content of <case>.want.json.
type Want struct {
	About string `json:"about"` // what the pair shows, in one sentence
	Given struct {
		Settings     map[string]string `json:"settings"`
		Users        []directory.Entry `json:"users"` // besides the demo's
		Applications []Application     `json:"applications"`
		Sessions     []Session         `json:"sessions"`
		Before       []Before          `json:"before"`
		Advance      string            `json:"advance"` // time that passes after that, as 30m
		Store        string            `json:"store"`   // "down": every store call fails
	} `json:"given"`
	Status  int                 `json:"status"`
	Headers map[string][]string `json:"headers"` // all of them
	Body    string              `json:"body"`    // byte for byte but for placeholders
}

// Endpoint returns the endpoint that API Gateway would route the event to.
func (p Pair) Endpoint() (product.Endpoint, error) {
	for _, endpoint := range Functions() {
		if endpoint.Path == p.Event.Resource {
			return endpoint, nil
		}
	}
	return product.Endpoint{}, fmt.Errorf("%s/%s: no endpoint has the resource %q", p.Product, p.Name, p.Event.Resource)
}

// Before is another event of the same product that comes a number of times before this one.
type Before struct {
	Event string `json:"event"`
	Times int    `json:"times"`
}

// LoadPairs reads all pairs of a product from the folder of events, by name.
func LoadPairs(folder, product string) (map[string]Pair, error) {
	files, err := filepath.Glob(filepath.Join(folder, product, "*.json"))
	if err != nil {
		return nil, err
	}
	pairs := make(map[string]Pair)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		if name, answer := strings.CutSuffix(name, ".want"); answer {
			if !slices.Contains(files, filepath.Join(folder, product, name+".json")) {
				return nil, fmt.Errorf("%s has no event beside it", file)
			}
			continue
		}
		pair := Pair{Product: product, Name: name}
		if err := read(file, &pair.Event); err != nil {
			return nil, err
		}
		if err := read(strings.TrimSuffix(file, ".json")+".want.json", &pair.Want); err != nil {
			return nil, err
		}
		if store := pair.Given.Store; pair.About == "" || store != "" && store != "down" {
			return nil, fmt.Errorf("%s has no about, or the store %q", file, store)
		}
		pairs[name] = pair
	}
	for name, pair := range pairs {
		for _, before := range pair.Given.Before {
			if _, ok := pairs[before.Event]; !ok || before.Times < 1 {
				return nil, fmt.Errorf("%s/%s: %d times %q cannot come before it", product, name, before.Times, before.Event)
			}
		}
	}
	return pairs, nil
}

func read(file string, into any) error {
	text, err := os.Open(file)
	if err != nil {
		return err
	}
	defer text.Close()
	decoder := json.NewDecoder(text)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// Check compares the whole answer with the wanted one.
func (w Want) Check(got events.APIGatewayProxyResponse) error {
	var problems []error
	problem := func(format string, values ...any) { problems = append(problems, fmt.Errorf(format, values...)) }
	if got.StatusCode != w.Status {
		problem("status %d, want %d", got.StatusCode, w.Status)
	}
	if !matches(w.Body, got.Body) {
		problem("body\n got %s\nwant %s", got.Body, w.Body)
	}
	if got.IsBase64Encoded || len(got.Headers) > 0 {
		problem("the response is not plain text with multi-value headers only")
	}
	names := slices.Sorted(maps.Keys(w.Headers))
	if diff := cmp.Diff(names, slices.Sorted(maps.Keys(got.MultiValueHeaders))); diff != "" {
		problem("the names of the headers differ (-want +got):\n%s", diff)
	}
	for _, name := range names {
		if wanted, given := lines(w.Headers[name]), lines(got.MultiValueHeaders[name]); !matches(wanted, given) {
			problem("header %s\n got %s\nwant %s", name, given, wanted)
		}
	}
	return errors.Join(problems...)
}

func lines(values []string) string { return strings.Join(values, "\n") }

// placeholders stand for what differs from one login to the next.
var placeholders = map[string]string{
	"{{token}}":     `[0-9a-f]{64}`,
	"{{uuid}}":      `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`,
	"{{id}}":        `[1-9][0-9]*`,
	"{{etag}}":      `[A-Za-z0-9+/]{27}`,
	"{{time}}":      isoTime,
	"{{unix}}":      `\d{10}`,
	"{{http-date}}": httpDate,
	"{{seconds}}":   seconds,
	"{{wait}}":      `(?:1 second|` + seconds + ` seconds)`,
}

const (
	seconds  = `(?:[1-9]|[1-5]\d|60)` // what is left of a minute
	isoTime  = `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`
	httpDate = `[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT`
)

func matches(pattern, text string) bool {
	pattern = regexp.QuoteMeta(pattern)
	for name, expression := range placeholders {
		pattern = strings.ReplaceAll(pattern, regexp.QuoteMeta(name), expression)
	}
	return regexp.MustCompile(`^(?s:` + pattern + `)$`).MatchString(text)
}

// The system's clock changes these in a response that was written for a clock at [Start].
var (
	byTheClock = regexp.MustCompile(httpDate + `|` + isoTime + `|\b\d+ seconds?\b`)
	etagged    = regexp.MustCompile(`^W/"([0-9a-f]+)-[A-Za-z0-9+/]{27}"$`)
)

// AtAnyTime returns the response for the system's clock: any dates and times match, and any entity tag of them.
func (w Want) AtAnyTime() Want {
	free := func(text string) string {
		return byTheClock.ReplaceAllStringFunc(text, func(found string) string {
			switch {
			case strings.HasSuffix(found, "GMT"):
				return "{{http-date}}"
			case strings.HasSuffix(found, "Z"):
				return "{{time}}"
			}
			return "{{wait}}"
		})
	}
	body := free(w.Body)
	headers := make(map[string][]string, len(w.Headers))
	for name, values := range w.Headers {
		for _, value := range values {
			value = free(value)
			switch {
			case name == "Retry-After" || name == "Ratelimit-Reset":
				value = "{{seconds}}"
			case name == "Etag" && body != w.Body:
				value = etagged.ReplaceAllString(value, `W/"$1-{{etag}}"`)
			}
			headers[name] = append(headers[name], value)
		}
	}
	w.Body, w.Headers = body, headers
	return w
}
