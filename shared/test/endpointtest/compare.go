package endpointtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
)

// Check compares an answer with the recorded one: status, content type, cookies, and the body by the case's rule.
//
//   - exact: equal as JSON, or as text if it is none. A UUID equals any other; a time any other in the same format. What a
//     login of Unleash shows of the logins before it (seenAt, loginAttempts) depends on what ran before. Its count of sessions
//     is compared only if counted.
//   - user: as exact.
//   - superset: every property of the recorded body is there with its value, but for a token.
//   - keys: the same properties, with values of our own wording.
//   - parse-error: the same prefix, with a detail of our own wording.
//   - status: the status, and nothing else.
//
// The client had the cookies of the jar, by name, when it sent the request: one that is set to the same value again is
// not compared.
func (r Recorded) Check(got Answer, jar map[string]string, counted bool) error {
	var problems []error
	problem := func(format string, values ...any) { problems = append(problems, fmt.Errorf(format, values...)) }
	if got.Status != r.Status {
		problem("status %d, want %d", got.Status, r.Status)
	}
	if r.Match == "status" {
		return errors.Join(problems...)
	}
	if contentType := got.Header.Get("Content-Type"); contentType != r.ContentType {
		problem("content type %q, want %q", contentType, r.ContentType)
	}
	set, cleared := []string{}, []string{}
	for _, cookie := range cookiesIn(got) {
		switch value, had := jar[cookie.Name]; {
		case expired(cookie):
			cleared = append(cleared, cookie.Name)
		case !had || value != cookie.Value:
			set = append(set, cookie.Name)
		}
	}
	for _, names := range []struct {
		what      string
		want, got []string
	}{{"set", r.SetsCookie, set}, {"cleared", r.ClearsCookie, cleared}} {
		if want := slices.Sorted(slices.Values(names.want)); !slices.Equal(want, slices.Sorted(slices.Values(names.got))) {
			problem("cookies %s: %q, want %q", names.what, names.got, want)
		}
	}
	for _, header := range r.Headers {
		name := header[0]
		if strings.EqualFold(name, "WWW-Authenticate") {
			name = "X-Amzn-Remapped-WWW-Authenticate" // as API Gateway delivers it
		}
		if values := got.Header.Values(name); !slices.Contains(values, header[1]) {
			problem("header %s: %q, want %q", header[0], values, header[1])
		}
	}
	return errors.Join(append(problems, r.checkBody(got.Body, counted))...)
}

func cookiesIn(answer Answer) []*http.Cookie {
	return (&http.Response{Header: answer.Header}).Cookies()
}

// expired reports whether the browser must drop the cookie.
func expired(cookie *http.Cookie) bool {
	return cookie.MaxAge < 0 || cookie.MaxAge == 0 && !cookie.Expires.IsZero() && cookie.Expires.Before(Start)
}

func (r Recorded) checkBody(body string, counted bool) error {
	var got, want any
	if json.Unmarshal([]byte(r.Body), &want) != nil {
		if r.Match != "exact" || body != r.Body {
			return fmt.Errorf("body %q, want %q", body, r.Body)
		}
		return nil
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		return fmt.Errorf("body %q: %w", body, err)
	}
	switch r.Match {
	case "exact", "user":
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
		return fmt.Errorf("unknown rule %q", r.Match)
	}
	if diff := cmp.Diff(normal("", want, counted), normal("", got, counted)); diff != "" {
		return fmt.Errorf("body differs (-want +got):\n%s", diff)
	}
	return nil
}

var (
	uuidText = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	timeText = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`)
)

// normal replaces what may differ by a word for its kind, and leaves out what is not compared.
func normal(name string, value any, counted bool) any {
	if name == "seenAt" || name == "loginAttempts" || name == "token" {
		return "as it came"
	}
	switch v := value.(type) {
	case map[string]any:
		object := map[string]any{}
		for key, each := range v {
			if counted || key != "deletedSessions" && key != "activeSessions" {
				object[key] = normal(key, each, counted)
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
