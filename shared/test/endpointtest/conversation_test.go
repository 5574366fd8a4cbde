package endpointtest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// recorded is a login, a request that repeats what the login handed out, a logout, and the request again.
const recorded = `{"case": "a", "steps": [
	{"request": {"method": "POST", "path": "/login", "jar": "j"},
	 "response": {"status": 200, "content_type": "t", "body": "{\"token\":\"recorded\"}", "match": "superset", "sets_cookie": ["s"]}},
	{"request": {"method": "GET", "path": "/{{1.token}}", "headers": [["X", "{{j.s}}"]], "jar": "j"},
	 "response": {"status": 200, "content_type": "t", "body": "who", "match": "exact", "headers": [["www-authenticate", "Token"]]}},
	{"request": {"method": "POST", "path": "/logout", "jar": "j"},
	 "response": {"status": 200, "content_type": "t", "body": "", "match": "exact", "clears_cookie": ["s"]}},
	{"request": {"method": "GET", "path": "/", "jar": "j"}, "response": {"status": 401, "match": "status"}}
]}`

// server answers as it was recorded, but for the last status.
func server(last int) func(Exchange) (Answer, error) {
	return func(e Exchange) (Answer, error) {
		answer := Answer{Status: http.StatusOK, Header: http.Header{"Content-Type": {"t"}}}
		sent := e.Header()
		switch e.Request.Path {
		case "/login":
			answer.Body = `{"token":"mine","more":true}`
			answer.Header.Set("Set-Cookie", "s=1")
		case "/mine":
			answer.Body = "who"
			answer.Header.Set("Set-Cookie", "s="+sent.Get("X")) // the same again
			answer.Header.Set("X-Amzn-Remapped-Www-Authenticate", "Token")
		case "/logout":
			answer.Header.Set("Set-Cookie", "s=; Max-Age=0")
		case "/":
			if sent.Get("Cookie") == "" {
				answer.Status = last
			}
		}
		return answer, nil
	}
}

// TestPlay: a step that differs, or is listed and does not differ, is an error.
func TestPlay(t *testing.T) {
	t.Parallel()
	const listed = `{"differences": [{"reason": "r", "steps": {"a": [4]}, "response": {"status": 403}}]}`
	for name, row := range map[string]struct {
		last       int
		deviations string
		want       string // in the error; "" for none
	}{
		"as recorded":           {401, `{}`, ""},
		"another status":        {403, `{}`, "status 403, want 401"},
		"as listed":             {403, listed, ""},
		"listed, and as before": {401, listed, "status 401, want 403"},
		"listed without a difference": {
			401, strings.Replace(listed, `{"status": 403}`, `{}`, 1), "listed as a difference",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c Conversation
			var d Deviations
			if err := json.Unmarshal([]byte(recorded), &c); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(row.deviations), &d); err != nil {
				t.Fatal(err)
			}
			err := c.Play(server(row.last), d)
			if (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want an error with %q", err, row.want)
			}
		})
	}
}
