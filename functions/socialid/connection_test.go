package socialid_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/test/endpointtest"
)

// TestConnection compares with the document's fields, in its order.
func TestConnection(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	own := d.logIn(t, documented)
	want := regexp.MustCompile(`^\{"connection":"` + regexp.QuoteMeta(root) + `/connections/` + own.ConnectionID +
		`","connection_id":"` + own.ConnectionID + `","credential":\{"type":"password"\},"user_id":341,"user_token":"([0-9a-f]{32})"\}$`)
	got := d.show(documented, own.ConnectionID)
	expectType(t, got)
	token := want.FindStringSubmatch(got.Body)
	if got.Status != http.StatusOK || token == nil {
		t.Fatalf("got %d %s", got.Status, got.Body)
	}
	if again := d.show(documented, own.ConnectionID); again.Body != got.Body {
		t.Errorf("shown again: %s", again.Body)
	}
	if other := d.show(documented, d.logIn(t, documented).ConnectionID); strings.Contains(other.Body, token[1]) {
		t.Errorf("another login has the same user_token: %s", other.Body)
	}
}

func expectType(t *testing.T, got endpointtest.Answer) {
	t.Helper()
	if values := got.Header.Values("Content-Type"); !slices.Equal(values, []string{"application/json; charset=utf-8"}) {
		t.Errorf("Content-Type is %q", values)
	}
}

func TestProfileFields(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	d.Add(directory.Entry{
		ID: 5, Username: "ann", Email: "ann@domain.com", Name: "Ann <3", Password: "right",
		Profile: directory.Profile{ImageURL: "https://example.com/ann.png"},
	})
	d.Add(directory.Entry{ID: 6, Username: "bare", Password: "right"})
	for name, row := range map[string]struct{ user, fields, want string }{
		"none asked for": {"ann", "", ``},
		"all that there are": {"ann", "display_name,picture_url,user_id,verified_email",
			`"profile":{"display_name":"Ann <3","picture_url":"https://example.com/ann.png","user_id":5,"verified_email":"ann@domain.com"},`},
		"spaces":            {"ann", "user_id,+display_name", `"profile":{"display_name":"Ann <3","user_id":5},`},
		"unknown":           {"ann", "birthday,gender,password_hash", `"profile":{},`},
		"not in the person": {"bare", "display_name,picture_url,verified_email,user_id", `"profile":{"user_id":6},`},
	} {
		var own issued
		answer := d.Do(http.MethodPost, resource, documented, `{"username":"`+row.user+`","password":"right"}`)
		if err := json.Unmarshal([]byte(answer.Body), &own); err != nil {
			t.Fatal(err)
		}
		got := d.show(documented, own.ConnectionID+"?fields="+row.fields)
		_, profile, _ := strings.Cut(got.Body, `"credential":{"type":"password"},`)
		profile, _, _ = strings.Cut(profile, `"user_id":`+map[string]string{"ann": "5", "bare": "6"}[row.user]+`,"user_token"`)
		if got.Status != http.StatusOK || profile != row.want {
			t.Errorf("%s: %d, profile %s, want %s", name, got.Status, profile, row.want)
		}
	}
}

// TestSecurity19DeleteEndsTheConnection: at once, with its login token and its sign-in, and no other connection.
func TestSecurity19DeleteEndsTheConnection(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	own, other := d.logIn(t, documented), d.logIn(t, documented)
	got := d.end(documented, own.ConnectionID)
	is(t, got, 200, "")
	is(t, d.show(documented, own.ConnectionID), 404, noConnection)
	is(t, d.repeat(documented, own.signIn), 404, noSignIn)
	is(t, d.exchange(documentedApplication.Secret, own.LoginToken), 404, noToken)
	is(t, d.end(documented, own.ConnectionID), 404, noConnection)
	is(t, d.repeat(documented, other.signIn), 200, other.body)
}

// TestSecurity19DeactivationEndsConnections: all that a login issued is worth nothing from then on.
func TestSecurity19DeactivationEndsConnections(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	own := d.logIn(t, documented)
	user, err := d.Store.FindUser(t.Context(), endpointtest.Realm, directory.Username("john_doe"))
	if err != nil {
		t.Fatal(err)
	}
	inactive := user
	inactive.Active = false
	if err := d.Store.ReplaceUser(t.Context(), user, inactive); err != nil {
		t.Fatal(err)
	}
	is(t, d.show(documented, own.ConnectionID), 404, noConnection)
	is(t, d.repeat(documented, own.signIn), 404, noSignIn)
	is(t, d.exchange(documentedApplication.Secret, own.LoginToken), 404, noToken)
}

// TestSecurity18NothingSlides: showing a connection does not prolong it, and the login token ends before it.
func TestSecurity18NothingSlides(t *testing.T) {
	t.Parallel()
	d := newDesk(t, map[string]string{"SOCIALID_CONNECTION_HOURS": "2", "SOCIALID_LOGIN_TOKEN_MINUTES": "60", "SOURCE_LIMIT": "0"})
	own := d.logIn(t, documented)
	for minute := 1; minute < 120; minute++ {
		d.Clock.Advance(time.Minute)
		if got := d.show(documented, own.ConnectionID); got.Status != http.StatusOK {
			t.Fatalf("after %d minutes: %d %s", minute, got.Status, got.Body)
		}
		if got := d.exchange(documentedApplication.Secret, own.LoginToken); (got.Status == http.StatusOK) != (minute < 60) {
			t.Fatalf("login token after %d minutes: %d %s", minute, got.Status, got.Body)
		}
		is(t, d.repeat(documented, own.signIn), 200, own.body)
	}
	d.Clock.Advance(time.Minute)
	is(t, d.show(documented, own.ConnectionID), 404, noConnection)
	is(t, d.repeat(documented, own.signIn), 404, noSignIn)
}

func TestInfo(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	own := d.logIn(t, documented)
	want := `{"connection":"` + root + `/connections/` + own.ConnectionID + `","connection_id":"` + own.ConnectionID +
		`","credential":{"type":"password"},"email":"john_doe@domain.com","id":341,"location":null,"name":null,"picture_url":null`
	for range 2 { // not single use
		got := d.exchange(documentedApplication.Secret, own.LoginToken)
		expectType(t, got)
		is(t, got, 200, want+"}")
	}
	is(t, d.exchange(documentedApplication.Secret, own.LoginToken+"&fields=user_id"), 200, want+`,"profile":{"user_id":341}}`)
	is(t, d.exchange(documentedApplication.Secret, ""), 400, `{"error":"bad_request","error_description":"token can't be blank"}`)
	is(t, d.exchange("", own.LoginToken), 401, unauthorized)
	is(t, d.exchange(theSecret, own.LoginToken), 404, noToken) // another application's
	is(t, d.exchange("guess", own.LoginToken), 401, unauthorized)
	// Basic authentication stands in no secret's place.
	is(t, d.info.Do(http.MethodGet, infoPath+"?token="+own.LoginToken, documented, ""), 401, unauthorized)
	if strings.Contains(d.info.Log.String(), documentedApplication.Secret) || strings.Contains(d.info.Log.String(), own.LoginToken) {
		t.Errorf("the log holds a secret:\n%s", d.info.Log)
	}
}

func TestApplicationFirst(t *testing.T) {
	t.Parallel()
	d := newDesk(t, off)
	own := d.logIn(t, documented)
	wrongSecret := header(documentedApplication.ID, theSecret)
	for _, row := range []struct {
		endpoint                    *endpointtest.Endpoint
		method, path, allow, secret string
	}{
		{d.connection, http.MethodPost, connections + own.ConnectionID, "GET, DELETE", ""},
		{d.signIn, http.MethodDelete, signIns + own.signIn, "GET", ""},
		{d.info, http.MethodPost, infoPath, "GET", "?api_secret=" + documentedApplication.Secret},
	} {
		for _, application := range []http.Header{nil, wrongSecret} {
			is(t, row.endpoint.Do(row.method, row.path, application, ""), 401, unauthorized)
		}
		got := row.endpoint.Do(row.method, row.path+row.secret, documented, "")
		is(t, got, 405, badMethod)
		if allow := got.Header.Get("Allow"); allow != row.allow {
			t.Errorf("%s: Allow is %q, want %q", row.path, allow, row.allow)
		}
	}
}

// TestSecurity07GuessesAtSecretsAreThrottled: with the secret alone as with Basic authentication.
func TestSecurity07GuessesAtSecretsAreThrottled(t *testing.T) {
	t.Parallel()
	d := newDesk(t, map[string]string{"SOURCE_LIMIT": "2"})
	own := d.logIn(t, documented)
	is(t, d.exchange("guess", own.LoginToken), 401, unauthorized)
	is(t, d.show(nil, own.ConnectionID), 401, unauthorized)
	is(t, d.exchange(documentedApplication.Secret, own.LoginToken), 429, tooMany)
	is(t, d.show(documented, own.ConnectionID), 429, tooMany)
}

// TestSessionsCostTwoRequests counts the calls of the store.
func TestSessionsCostTwoRequests(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	own := d.logIn(t, documented)
	for name, row := range map[string]struct {
		endpoint *endpointtest.Endpoint
		ask      func() endpointtest.Answer
	}{
		"connection": {d.connection, func() endpointtest.Answer { return d.show(documented, own.ConnectionID) }},
		"sign-in":    {d.signIn, func() endpointtest.Answer { return d.repeat(documented, own.signIn) }},
		"info":       {d.info, func() endpointtest.Answer { return d.exchange(documentedApplication.Secret, own.LoginToken) }},
	} {
		row.ask()
		if calls, want := row.endpoint.Spy.Calls(), []string{"Authenticate", "Find"}; !slices.Equal(calls, want) {
			t.Errorf("%s: store calls %v, want %v", name, calls, want)
		}
	}
	d.end(documented, own.ConnectionID)
	if calls, want := d.connection.Spy.Calls(), []string{"Authenticate", "Find", "End", "End"}; !slices.Equal(calls, want) {
		t.Errorf("DELETE: store calls %v, want %v", calls, want)
	}
}

// TestSecurity22SessionFaults: a store that fails means 500, and never that there is a session, or none.
func TestSecurity22SessionFaults(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	own := d.logIn(t, documented)
	for _, call := range []string{"Authenticate", "Find", "End"} {
		for endpoint, ask := range map[*endpointtest.Endpoint]func() endpointtest.Answer{
			d.connection: func() endpointtest.Answer { return d.end(documented, own.ConnectionID) },
			d.signIn:     func() endpointtest.Answer { return d.repeat(documented, own.signIn) },
			d.info:       func() endpointtest.Answer { return d.exchange(documentedApplication.Secret, own.LoginToken) },
		} {
			endpoint.Spy.Before = endpointtest.Failing(call, errors.New("table on fire"))
			got := ask()
			if slices.Contains(endpoint.Spy.Calls(), call) {
				is(t, got, 500, faulty)
				if !strings.Contains(endpoint.Log.String(), "table on fire") {
					t.Errorf("the log does not say why %s failed:\n%s", call, endpoint.Log)
				}
			}
			endpoint.Spy.Before = nil
			endpoint.Log.Reset()
		}
	}
	is(t, d.repeat(documented, own.signIn), 200, own.body)
}
