package main

import (
	"net/http"
	"strings"
	"testing"
)

// TestAdministeredWhileServing: what a command changes holds for the very next login at a server that runs on the same file.
func TestAdministeredWhileServing(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	path := strings.TrimPrefix(c.environment[storeVariable], "sqlite:")
	s := serveOn(t, path, []string{"ATTEMPT_LIMIT=2", "SOURCE_LIMIT=0"})
	login := func(step, password string, want int) {
		t.Helper()
		body := strings.NewReader(`{"username": "jane", "password": "` + password + `"}`)
		if got := post(t, s.base+"/auth/simple/login", body, "", ""); got != want {
			t.Errorf("%s: a login is answered %d, want %d", step, got, want)
		}
	}
	login("nobody is there", "first password", http.StatusUnauthorized)
	c.typed("first password", "users", "add", "--id", "1", "--username", "jane", "--unconfirmed").succeeded()
	login("unconfirmed", "first password", http.StatusUnauthorized)
	c.must("users", "confirm", "jane")
	login("confirmed", "first password", http.StatusOK)
	c.must("users", "deactivate", "jane")
	login("deactivated", "first password", http.StatusUnauthorized)
	c.must("users", "activate", "jane")
	login("activated", "first password", http.StatusOK)
	c.typed("second password", "users", "set-password", "jane").succeeded()
	login("the old password", "first password", http.StatusUnauthorized)
	login("the new password", "second password", http.StatusOK)
	login("wrong", "wrong password", http.StatusUnauthorized)
	login("wrong again", "wrong password", http.StatusUnauthorized)
	login("locked", "second password", http.StatusUnauthorized)
	c.must("users", "unlock", "jane")
	login("unlocked", "second password", http.StatusOK)

	client := func(step, secret string, want int) {
		t.Helper()
		body := strings.NewReader(`{"username": "jane", "password": "second password"}`)
		if got := post(t, s.base+"/v1/marketing/login/users/login", body, "138", secret); got != want {
			t.Errorf("%s: a login through the application is answered %d, want %d", step, got, want)
		}
	}
	first, _ := c.must("apps", "add", "--id", "138", "--json").object()["secret"].(string)
	client("added", first, http.StatusCreated)
	second, _ := c.must("apps", "rotate-secret", "138", "--json").object()["secret"].(string)
	client("the old secret", first, http.StatusUnauthorized)
	client("the new secret", second, http.StatusCreated)
	c.must("users", "remove", "jane", "--yes")
	client("the user is removed", second, http.StatusNotFound)
	c.must("apps", "remove", "138", "--yes")
	client("the application is removed", second, http.StatusUnauthorized)
}

// post sends a JSON body, with a Basic user if one is given, and gives the status of the answer.
func post(t *testing.T, url string, body *strings.Reader, user, secret string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if user != "" {
		request.SetBasicAuth(user, secret)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}
