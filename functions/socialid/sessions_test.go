package socialid_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse/functions/socialid"
	"gatehouse/shared/directory"
	"gatehouse/shared/product"
	"gatehouse/shared/session"
	"gatehouse/shared/test/endpointtest"
)

const (
	connections = "/v1/marketing/login/connections/"
	signIns     = "/v1/marketing/login/sign_ins/"
	infoPath    = "/v1/marketing/login/info"

	noConnection = `{"error":"not_found","error_description":"The connection was not found for this login app."}`
	noSignIn     = `{"error":"not_found","error_description":"The sign_in was not found for this login app."}`
	noToken      = `{"error":"not_found","error_description":"The token was not found for this login app."}`
	faulty       = `{"error":"internal_server_error","error_description":"An unknown error happened."}`
	badMethod    = `{"error":"method_not_allowed","error_description":"The method is not allowed for this resource."}`
)

// desk is all endpoints of the product on one store, with one clock.
type desk struct {
	*endpointtest.Endpoint // the login

	connection, signIn, info *endpointtest.Endpoint
}

func newDesk(t testing.TB, settings map[string]string) desk {
	t.Helper()
	all := map[string]string{"PUBLIC_URL": "https://api.socialidnow.com"}
	maps.Copy(all, settings)
	login := newEndpoint(t, all)
	beside := func(constructor product.Constructor, resource string) *endpointtest.Endpoint {
		e := endpointtest.On(t, login.Store, constructor, resource, all)
		e.Clock, e.Service.Clock = login.Clock, login.Clock.Now
		return e
	}
	return desk{
		login, beside(socialid.NewConnection, connections+"{connection_id}"), beside(socialid.NewSignIn, signIns+"{id}"),
		beside(socialid.NewInfo, infoPath),
	}
}

// issued is what a login answers with.
type issued struct {
	ConnectionID string `json:"connection_id"`
	LoginToken   string `json:"login_token"`

	body, signIn string
}

// logIn logs john_doe in through an application.
func (d desk) logIn(t testing.TB, application http.Header) issued {
	t.Helper()
	answer := d.Do(http.MethodPost, resource, application, john)
	got := issued{body: answer.Body, signIn: strings.TrimPrefix(answer.Header.Get("Location"), root+"/sign_ins/")}
	if err := json.Unmarshal([]byte(answer.Body), &got); err != nil || answer.Status != http.StatusCreated {
		t.Fatalf("the login is answered %d %s", answer.Status, answer.Body)
	}
	return got
}

func (d desk) show(application http.Header, connection string) endpointtest.Answer {
	return d.connection.Do(http.MethodGet, connections+connection, application, "")
}

func (d desk) end(application http.Header, connection string) endpointtest.Answer {
	return d.connection.Do(http.MethodDelete, connections+connection, application, "")
}

func (d desk) repeat(application http.Header, signIn string) endpointtest.Answer {
	return d.signIn.Do(http.MethodGet, signIns+signIn, application, "")
}

func (d desk) exchange(secret, token string) endpointtest.Answer {
	return d.info.Do(http.MethodGet, infoPath+"?api_secret="+secret+"&token="+token, nil, "")
}

// is checks status and body.
func is(t *testing.T, got endpointtest.Answer, status int, body string) {
	t.Helper()
	if got.Status != status || got.Body != body {
		t.Errorf("got %d %s, want %d %s", got.Status, got.Body, status, body)
	}
}

// others are tokens that are worth nothing where one kind of one application's is asked for.
func (d desk) others(t *testing.T, kind session.Kind, own issued) map[string]string {
	t.Helper()
	now := d.Clock.Now()
	good := map[session.Kind]string{session.Connection: own.ConnectionID, session.LoginToken: own.LoginToken}[kind]
	all := map[string]string{
		"short": "1234567890", "truncated": good[:63], "upper case": strings.ToUpper(good[:63]) + "A", "longer": good + "0",
		"forged": good[:60] + "0000", "nobody's": "ffffffffffffffff" + good[16:],
		"a connection": own.ConnectionID, "a login token": own.LoginToken, "another application's": d.logIn(t, strict).ConnectionID,
	}
	maps.DeleteFunc(all, func(_, token string) bool { return token == good })
	for name, change := range map[string]func(*session.Session){
		"a cookie":          func(s *session.Session) { s.Kind = session.Browser },
		"another product's": func(s *session.Session) { s.Product = "unleash" },
		"another realm's":   func(s *session.Session) { s.Realm = "foreign" },
		"expired":           func(s *session.Session) { s.Ends = now },
		"another epoch's":   func(s *session.Session) { s.Epoch++ },
		"no application's":  func(s *session.Session) { s.Application = 0 },
	} {
		token := good[:16] + directory.Digest(name + string(kind))[:48]
		begun := d.Spy.Begun()[0]
		begun.Kind, begun.Digest = kind, directory.Digest(token)
		change(&begun)
		if err := d.Store.Begin(t.Context(), begun); err != nil {
			t.Fatal(err)
		}
		all[name] = token
	}
	return all
}

// TestSecurity16TokensAreSealed: what the store keeps opens with the application's secret alone.
func TestSecurity16TokensAreSealed(t *testing.T) {
	t.Parallel()
	d := newDesk(t, off)
	first, second := d.logIn(t, documented), d.logIn(t, documented)
	seen := map[string]bool{}
	for _, begun := range d.Spy.Begun() {
		data := string(begun.Data)
		if seen[data] || len(data) < 200 {
			t.Errorf("%s keeps %q, want sealed tokens, never twice alike", begun.Kind, data)
		}
		seen[data] = true
		for _, token := range []string{first.ConnectionID, first.LoginToken, second.ConnectionID, second.LoginToken} {
			if strings.Contains(data, token) {
				t.Errorf("%s keeps the token %s", begun.Kind, token)
			}
		}
	}
	app, err := d.Store.Application(t.Context(), documentedApplication.ID)
	if err != nil {
		t.Fatal(err)
	}
	rotated := app
	rotated.SecretDigest = directory.Digest(foreignSecret + "0")
	if err := d.Store.ReplaceApplication(t.Context(), app, rotated); err != nil {
		t.Fatal(err)
	}
	now := header(documentedApplication.ID, foreignSecret+"0")
	is(t, d.repeat(now, first.signIn), 404, noSignIn)
	is(t, d.exchange(foreignSecret+"0", first.LoginToken), 404, noToken)
	is(t, d.show(documented, first.ConnectionID), 401, unauthorized)
	if got := d.show(now, first.ConnectionID); got.Status != http.StatusOK {
		t.Errorf("after its secret was rotated, an application's connection is answered %d %s", got.Status, got.Body)
	}
	is(t, d.end(now, first.ConnectionID), 200, "")
	is(t, d.show(now, first.ConnectionID), 404, noConnection)
}

// TestSecurity19SameBytesWithoutASession: whatever a token is worth nothing for, the response is that to no such token.
func TestSecurity19SameBytesWithoutASession(t *testing.T) {
	t.Parallel()
	d := newDesk(t, off)
	own := d.logIn(t, documented)
	none := strings.Repeat("0", 64)
	shown, exchanged := d.show(documented, none), d.exchange(documentedApplication.Secret, none)
	is(t, shown, 404, noConnection)
	is(t, exchanged, 404, noToken)
	for name, token := range d.others(t, session.Connection, own) {
		if diff := cmp.Diff(shown, d.show(documented, token)); diff != "" {
			t.Errorf("connection: %s (-none +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(shown, d.end(documented, token)); diff != "" {
			t.Errorf("connection, DELETE: %s (-none +got):\n%s", name, diff)
		}
	}
	for name, token := range d.others(t, session.LoginToken, own) {
		if diff := cmp.Diff(exchanged, d.exchange(documentedApplication.Secret, token)); diff != "" {
			t.Errorf("login token: %s (-none +got):\n%s", name, diff)
		}
	}
	repeated := d.repeat(documented, "1")
	is(t, repeated, 404, noSignIn)
	for _, id := range []string{d.logIn(t, strict).signIn, "0", "-1", "0" + own.signIn, own.signIn + "0", "x", "9223372036854775808", own.ConnectionID} {
		if diff := cmp.Diff(repeated, d.repeat(documented, id)); diff != "" {
			t.Errorf("sign-in %q (-none +got):\n%s", id, diff)
		}
	}
	if d.show(documented, own.ConnectionID).Status != 200 || d.exchange(documentedApplication.Secret, own.LoginToken).Status != 200 ||
		d.repeat(documented, own.signIn).Status != 200 {
		t.Error("the own tokens are worth nothing either: this test sees nothing")
	}
}
