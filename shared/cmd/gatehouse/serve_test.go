package main

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/functions"
)

// TestServeDemo does what a newcomer does: it starts the server with the demo users and pastes what it prints.
func TestServeDemo(t *testing.T) {
	t.Parallel()
	s := serveOn(t, filepath.Join(t.TempDir(), "new", "gatehouse.db"), nil, "--demo")
	if want := "The directory was empty. It now holds"; !strings.Contains(s.banner, want) {
		t.Errorf("it does not say %q:\n%s", want, s.banner)
	}
	wants := []struct{ url, status, cookie, body string }{
		{"/api/v1/iam/accounts/login/", "200 OK", "sessionid", `{"detail":"Login successful","login":"jane.doe@example.com"`},
		{"/api/1/services/api/1/security/login.json", "200 OK", "JSESSIONID", `{"message":"OK"}`},
		{"/auth/simple/login", "200 OK", "unleash-session", `{"accountType":"User","id":123,`},
		{"/v1/marketing/login/users/login", "201 Created", "", `{"connection":"` + s.base + `/v1/marketing/login/connections/`},
	}
	requests := curls(t, s.banner)
	if len(requests) != len(wants) {
		t.Fatalf("it prints %d curl lines, want %d:\n%s", len(requests), len(wants), s.banner)
	}
	for i, want := range wants {
		request := requests[i]
		if request.url != s.base+want.url {
			t.Errorf("request %d goes to %s, want %s", i+1, request.url, s.base+want.url)
		}
		response, body := s.send(request)
		if response.Status != want.status || !strings.HasPrefix(body, want.body) {
			t.Errorf("%s\n got %s %s\nwant %s %s...", want.url, response.Status, body, want.status, want.body)
		}
		if want.cookie != "" && !strings.Contains(fmt.Sprint(response.Header["Set-Cookie"]), want.cookie+"=") {
			t.Errorf("%s sets the cookies %v, want %s", want.url, response.Header["Set-Cookie"], want.cookie)
		}
		request.body = strings.Replace(request.body, `"password":"`, `"password":"not `, 1)
		if response, body := s.send(request); response.StatusCode < 400 || response.StatusCode > 403 {
			t.Errorf("%s with a wrong password is answered %s %s", want.url, response.Status, body)
		}
	}
	if err := s.stop(); err != nil {
		t.Errorf("it ended with %v, want no error", err)
	}
	if _, err := get(t, s.base); err == nil {
		t.Error("it still answers after it ended")
	}
	logged := s.log.String()
	if strings.Count(logged, `"outcome":"accepted"`) != 4 || !strings.Contains(logged, `Z","level":"INFO"`) {
		t.Errorf("the log does not hold four accepted logins in UTC:\n%s", logged)
	}
}

// TestServeDemoOnUsedDirectory starts it a second time: the users are still there, and no others come.
func TestServeDemoOnUsedDirectory(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "gatehouse.db")
	if err := serveOn(t, path, nil, "--demo").stop(); err != nil {
		t.Fatal(err)
	}
	s := serveOn(t, path, nil, "--demo")
	if want := "The directory is not empty: no demo user was added."; !strings.Contains(s.banner, want) {
		t.Errorf("it does not say %q:\n%s", want, s.banner)
	}
	for _, request := range curls(t, s.banner) {
		if response, body := s.send(request); response.StatusCode >= 300 {
			t.Errorf("%s is answered %s %s", request.url, response.Status, body)
		}
	}
}

// TestServeWithoutDemo: nobody can log in, and the printed requests name nobody.
func TestServeWithoutDemo(t *testing.T) {
	t.Parallel()
	s := serveOn(t, filepath.Join(t.TempDir(), "gatehouse.db"), nil)
	for _, want := range []string{"holds no users: nobody can log in yet", "gatehouse users add --username jane.doe"} {
		if !strings.Contains(s.banner, want) {
			t.Errorf("the banner does not say %q:\n%s", want, s.banner)
		}
	}
	if strings.Contains(s.banner, "Secure") || strings.Contains(s.banner, "_secret") || !strings.Contains(s.banner, "PASSWORD") {
		t.Errorf("it prints a demo user's password, or no placeholder:\n%s", s.banner)
	}
	demoRequests := curls(t, banner{address: address(s.base), products: functions.Products(), asked: true, demo: make([]string, 5)}.String())
	for _, request := range demoRequests {
		if response, body := s.send(request); response.StatusCode < 400 || response.StatusCode > 401 {
			t.Errorf("%s is answered %s %s, want a refusal", request.url, response.Status, body)
		}
	}
}

// TestServeBelowABasePath: every endpoint answers below it and nowhere else, and URLs in answers have it.
func TestServeBelowABasePath(t *testing.T) {
	t.Parallel()
	s := serveOn(t, filepath.Join(t.TempDir(), "gatehouse.db"), nil, "--demo", "--base-path", "/studio")
	root, below := strings.CutSuffix(s.base, "/studio")
	if !below {
		t.Fatalf("it answers at %s, want a URL that ends with /studio", s.base)
	}
	for _, request := range curls(t, s.banner) {
		response, body := s.send(request)
		if response.StatusCode >= 300 || !strings.HasPrefix(request.url, s.base+"/") {
			t.Errorf("%s is answered %s %s", request.url, response.Status, body)
		}
		if location := response.Header.Get("Location"); response.StatusCode == http.StatusCreated &&
			!strings.HasPrefix(location, s.base+"/v1/marketing/login/sign_ins/") {
			t.Errorf("Location is %q, want one below %s", location, s.base)
		}
		request.url = root + strings.TrimPrefix(request.url, s.base)
		if response, body := s.send(request); response.StatusCode != http.StatusForbidden || body != `{"message":"Forbidden"}` {
			t.Errorf("%s is answered %s %s, want API Gateway's 403 of a path without a mapping", request.url, response.Status, body)
		}
	}
}

// TestServeTakesTheEnvironment: settings reach the products, the service and the log.
func TestServeTakesTheEnvironment(t *testing.T) {
	t.Parallel()
	settings := []string{"UNLEASH_PASSWORD_LOGIN=false", "SOURCE_LIMIT=2", "LOG_LEVEL=error", "ATTEMPT_LIMIT=0", "FAILURE_CAP=0"}
	s := serveOn(t, filepath.Join(t.TempDir(), "gatehouse.db"), settings, "--demo")
	unleash := curls(t, s.banner)[2]
	for i, want := range []int{http.StatusUnprocessableEntity, http.StatusUnprocessableEntity, http.StatusTooManyRequests} {
		if response, body := s.send(unleash); response.StatusCode != want {
			t.Errorf("request %d is answered %s %s, want %d", i+1, response.Status, body, want)
		}
	}
	logged := s.log.String()
	if strings.Count(logged, "\n") != 1 || !strings.Contains(logged, `"msg":"login"`) || !strings.Contains(logged, "throttled") {
		t.Errorf("the log has more than the login that was throttled, though only errors go there:\n%s", logged)
	}
}

// TestServeWarns: what is valid but unwise is said in the log.
func TestServeWarns(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "gatehouse.db")
	s := serveOn(t, path, []string{"ATTEMPT_LIMIT=0", "FAILURE_CAP=0"}, "--demo", "--addr", "0.0.0.0:0")
	for _, want := range []string{"BCRYPT_COST is below 10", "ATTEMPT_LIMIT and FAILURE_CAP are 0", "other machines can reach"} {
		if !strings.Contains(s.log.String(), want) {
			t.Errorf("the log does not say %q:\n%s", want, s.log)
		}
	}
	if !strings.HasPrefix(s.base, "http://localhost:") {
		t.Errorf("it answers at %s, want an address that works here", s.base)
	}
}

func TestServeRefusesBadSettings(t *testing.T) {
	t.Parallel()
	a := &app{stdout: io.Discard, stderr: io.Discard, environment: map[string]string{"BCRYPT_COST": "twelve"}}
	err := run(t.Context(), a, []string{"serve", "--addr", "127.0.0.1:0"})
	if err == nil || status(err) != 1 || !strings.Contains(oneLine(err), "BCRYPT_COST: not a whole number") {
		t.Errorf("error is %v, want one that names BCRYPT_COST", err)
	}
}

func TestServeErrors(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	store := "sqlite:" + filepath.Join(folder, "gatehouse.db")
	running := serveOn(t, filepath.Join(folder, "running.db"), nil)
	taken := strings.TrimPrefix(running.base, "http://")
	tests := []struct {
		name   string
		args   []string
		status int
		want   string
	}{
		{"port taken", []string{"--addr", taken}, 1, "address already in use (--addr names another address)"},
		{"address without a port", []string{"--addr", "localhost"}, 2, `--addr "localhost" is not of the form HOST:PORT`},
		{"base path with a slash at its end", []string{"--base-path", "/studio/"}, 2, `--base-path "/studio/" is not of the form /studio`},
		{"base path without a slash", []string{"--base-path", "studio"}, 2, `--base-path "studio" is not of the form /studio`},
		{"argument", []string{"now"}, 2, `unknown command "now"`},
		{"unknown flag", []string{"--fast"}, 2, "unknown flag: --fast"},
		{"unknown store", []string{"--store", "mysql:x"}, 2, `the store "mysql:x" is not of the form sqlite:PATH or dynamodb`},
		{"demo users on AWS", []string{"--store", "dynamodb", "--demo"}, 2, "--demo is for this machine"},
		{"store that cannot be", []string{"--store", "sqlite:" + folder}, 1, folder},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := &app{stdout: io.Discard, stderr: io.Discard}
			args := append([]string{
				"serve", "--addr", "127.0.0.1:0", "--store", store,
			}, test.args...)
			err := run(t.Context(), a, args)
			if err == nil {
				t.Fatal("it served")
			}
			line := oneLine(err)
			if status(err) != test.status || !strings.Contains(line, test.want) || strings.Contains(line, "\n") {
				t.Errorf("status %d, error %q; want %d and one line with %q", status(err), line, test.status, test.want)
			}
		})
	}
}
