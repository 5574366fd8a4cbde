package endpointtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Case is one exchange that was recorded with the real server.
type Case struct {
	Name    string `json:"case"`
	Request struct {
		Method  string      `json:"method"`
		Path    string      `json:"path"`
		Headers [][2]string `json:"headers"`
		Body    string      `json:"body"`
	} `json:"request"`
	Response struct {
		Status      int      `json:"status"`
		ContentType string   `json:"content_type"`
		Body        string   `json:"body"`
		Match       string   `json:"match"`
		SetsCookie  []string `json:"sets_cookie"`
	} `json:"response"`
}

// LoadCases reads recorded exchanges, one JSON object a line.
func LoadCases(file string) ([]Case, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var cases []Case
	for line := range strings.Lines(string(text)) {
		var c Case
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		cases = append(cases, c)
	}
	return cases, nil
}

// Header returns the request's headers.
func (c Case) Header() http.Header {
	header := http.Header{}
	for _, pair := range c.Request.Headers {
		header.Add(pair[0], pair[1])
	}
	return header
}

// Replay sends every case of a file to the endpoint and reports each answer that differs.
func Replay(t *testing.T, e *Endpoint, file string) {
	t.Helper()
	cases, err := LoadCases(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		answer := e.Do(c.Request.Method, c.Request.Path, c.Header(), c.Request.Body)
		if err := c.Check(answer); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
	t.Logf("%d recorded exchanges replayed", len(cases))
}

// Check compares an answer with the recorded one: status, content type, cookies, and the body by the case's rule.
//
//   - exact: equal as JSON. A UUID equals any other; a time any other in the same format. What a login of Unleash shows of
//     the logins before it (seenAt, loginAttempts) depends on what ran before, and its count of sessions is not shown.
//   - superset: every property of the recorded body is there with its value.
//   - keys: the same properties, with values of our own wording.
//   - parse-error: the same prefix, with a detail of our own wording.
func (c Case) Check(got Answer) error {
	var problems []error
	if got.Status != c.Response.Status {
		problems = append(problems, fmt.Errorf("status %d, want %d", got.Status, c.Response.Status))
	}
	if contentType := got.Header.Get("Content-Type"); contentType != c.Response.ContentType {
		problems = append(problems, fmt.Errorf("content type %q, want %q", contentType, c.Response.ContentType))
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(c.Response.SetsCookie)), cookieNames(got.Header)); diff != "" {
		problems = append(problems, fmt.Errorf("cookies differ (-want +got):\n%s", diff))
	}
	return errors.Join(append(problems, c.checkBody(got.Body))...)
}

func cookieNames(header http.Header) []string {
	var names []string
	for _, cookie := range (&http.Response{Header: header}).Cookies() {
		names = append(names, cookie.Name)
	}
	slices.Sort(names)
	return names
}

func (c Case) checkBody(body string) error {
	var got, want any
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		return fmt.Errorf("body %q: %w", body, err)
	}
	if err := json.Unmarshal([]byte(c.Response.Body), &want); err != nil {
		return fmt.Errorf("recorded body: %w", err)
	}
	switch c.Response.Match {
	case "exact":
	case "superset":
		got = restrict(got, want)
	case "keys":
		got, want = keys(got), keys(want)
	case "parse-error":
		const prefix = `{"detail":"JSON parse error - `
		if !strings.HasPrefix(body, prefix) {
			return fmt.Errorf("body %s, want one that begins with %s", body, prefix)
		}
		return nil
	default:
		return fmt.Errorf("unknown rule %q", c.Response.Match)
	}
	if diff := cmp.Diff(normal("", want), normal("", got)); diff != "" {
		return fmt.Errorf("body differs (-want +got):\n%s", diff)
	}
	return nil
}

var (
	uuidText = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	timeText = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`)
)

// normal replaces what may differ by a word for its kind, and leaves out what is not compared.
func normal(name string, value any) any {
	if name == "seenAt" || name == "loginAttempts" {
		return "as it came"
	}
	switch v := value.(type) {
	case map[string]any:
		object := map[string]any{}
		for key, each := range v {
			if key != "deletedSessions" && key != "activeSessions" {
				object[key] = normal(key, each)
			}
		}
		return object
	case string:
		if name == "id" && uuidText.MatchString(v) {
			return "a UUID"
		}
		if timeText.MatchString(v) {
			return "a time"
		}
	}
	return value
}

// restrict leaves out the properties of got that want does not have.
func restrict(got, want any) any {
	wanted, _ := want.(map[string]any)
	if given, ok := got.(map[string]any); ok {
		maps.DeleteFunc(given, func(key string, _ any) bool { _, ok := wanted[key]; return !ok })
	}
	return got
}

// keys replaces every value of an object.
func keys(value any) any {
	if object, ok := value.(map[string]any); ok {
		for key := range object {
			object[key] = "any"
		}
	}
	return value
}
