package unleash_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"gatehouse/shared/directory"
)

var errorID = regexp.MustCompile(`^\{"id":"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",`)

// withoutID cuts the id off an error, which must begin with one.
func withoutID(t *testing.T, body string) string {
	t.Helper()
	id := errorID.FindString(body)
	if id == "" {
		t.Errorf("body %s, want one that begins with the id of an error, a UUID of version 4", body)
	}
	return strings.TrimPrefix(body, id)
}

// detailsOf is the entry for a missing property.
func detailsOf(missing string) string {
	return "\"details\":[{\"path\":\"/body/" + missing + "\",\"message\":\"The `/body/" + missing +
		"` property is required. It was not present on the data you sent.\"}]}"
}

func extra(path string) string {
	return `"details":[{"path":"` + path + "\",\"message\":\"The `/body` object of the request body does not allow additional " +
		"properties. Your request included the `" + path + "` property.\"}]}"
}

func wrongType(path, want, sent string) string {
	message := "The `" + path + "` property must be " + want + ". You sent " + sent + "."
	return `"details":[{"message":"` + message + `","path":"` + path + `"}]}`
}

func TestSchema(t *testing.T) {
	t.Parallel()
	const (
		bad = "\"name\":\"BadDataError\",\"message\":\"Request validation failed: your request body or params contain " +
			"invalid data. Refer to the `details` list for more information.\","
		tooDeep = "[value too large or deeply nested to display]"
	)
	nested := func(levels int) string { return strings.Repeat("[", levels) + strings.Repeat("]", levels) }
	rows := []struct{ name, body, want string }{
		{"no password, and a username of the wrong type", `{"username":[]}`, detailsOf("password")},

		{"the first one sent", `{"b":1,"username":"alice","a":1,"password":"x"}`, extra("/body/b")},
		{"integers first", `{"b":1,"10":1,"username":"alice","9":1,"password":"x"}`, extra("/body/9")},
		{"before the wrong type", `{"username":["a"],"password":"x","z":1}`, extra("/body/z")},
		{"empty name", `{"username":"alice","password":"x","":1}`, extra("/body")},
		{"control characters", `{"username":"alice","password":"x","a\n\u0001\u2028":1}`, extra("/body/a\\n\\u0001\u2028")},
		{"lone surrogate", `{"username":"alice","password":"x","\ud800":1}`, extra(`/body/\ud800`)},

		{
			"as JavaScript writes it",
			`{"username":[1.50, -0, 1e400, 1E21, "\u00e9\/<\ud800", {"b":1,"2":2,"b":3}],"password":"x"}`,
			wrongType("/body/username", "string", `[1.5,0,null,1e+21,\"é/<\\ud800\",{\"2\":2,\"b\":3}]`),
		},
		{"1,000 levels", `{"username":` + nested(1000) + `,"password":"x"}`, wrongType("/body/username", "string", nested(1000))},
		{"1,001 levels", `{"username":` + nested(1001) + `,"password":"x"}`, wrongType("/body/username", "string", tooDeep)},
	}
	e := newEndpoint(t, unlimited())
	e.Add(directory.Entry{Username: "alice", Password: "right"})
	for _, row := range rows {
		got := post(e, row.body)
		if rest := withoutID(t, got.Body); got.Status != http.StatusBadRequest || rest != bad+row.want {
			t.Errorf("%s:\n got %d %.500s\nwant 400 {\"id\":...,%.500s", row.name, got.Status, got.Body, bad+row.want)
		}
	}
}
