package sessions_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"gatehouse/functions"
	"gatehouse/shared/directory"
	"gatehouse/shared/session"
)

const inactive = `{"active":false}`

// TestIntrospectionTellsTimes: iat is the login, and exp the moment from which the session is gone.
func TestIntrospectionTellsTimes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	w := ways()[0]
	token := h.begin(h.jane, w.kind, w.product, func(s *session.Session) { s.Idle = time.Hour })
	want := fmt.Sprintf(`{"active":true,"sub":"%d","username":"jane","iat":1767323045,"exp":1767326645,"email":"jane@example.com",`+
		`"realm":"main","product":"%s","session_id":"%s"}`, h.jane.ID, w.product, directory.Digest(token)[:16])
	if got := post(h.introspect, introspectPath, "token="+token); got.Status != http.StatusOK || got.Body != want {
		t.Errorf("%d %s, want %s", got.Status, got.Body, want)
	}
	h.Clock.Advance(time.Hour)
	if got := post(h.introspect, introspectPath, "token="+token); got.Body != inactive {
		t.Errorf("at exp: %s", got.Body)
	}
}

// TestSecurity17ForeignTokens: an application learns nothing of another realm, nor of what began through another application,
// and can end none of it.
func TestSecurity17ForeignTokens(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	none := post(h.introspect, introspectPath, "token=x")
	for _, p := range functions.Sessions() {
		for _, kind := range []session.Kind{session.Browser, session.Bearer, session.Connection, session.LoginToken} {
			through := p.Realm == nil // an application's own sessions
			ofApplication := kind == session.Connection || kind == session.LoginToken
			for name, row := range map[string]struct {
				change func(*session.Session)
				good   bool
			}{
				"its own":               {func(s *session.Session) { s.Application = applicationID }, through && ofApplication},
				"no application's":      {nil, !through && !ofApplication},
				"another application's": {func(s *session.Session) { s.Application = applicationID + 1 }, false},
				"another realm's":       {func(s *session.Session) { s.Realm = "other" }, false},
			} {
				token := h.begin(h.jane, kind, p.Product, row.change)
				got := post(h.introspect, introspectPath, "token="+token)
				if same := cmp.Diff(none, got) == ""; same == row.good {
					t.Errorf("%s, %s, %s: %s", p.Product, kind, name, got.Body)
				}
				if got := post(h.revoke, revokePath, "token="+token); got.Status != http.StatusOK || got.Body != "{}" {
					t.Errorf("revoking %s, %s, %s: %d %s", p.Product, kind, name, got.Status, got.Body)
				}
				realm := "main"
				if name == "another realm's" {
					realm = "other"
				}
				left, err := h.Store.List(t.Context(), realm, h.jane.ID, p.Product)
				check(t, err)
				stored := slices.ContainsFunc(left, func(s session.Session) bool { return s.Digest == directory.Digest(token) })
				if stored == row.good {
					t.Errorf("%s, %s, %s: stored after the revocation: %t", p.Product, kind, name, stored)
				}
			}
		}
	}
}

// TestRequestsOfApplications: introspection costs two, a revocation one more for the session that it ends.
func TestRequestsOfApplications(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	w := ways()[0]
	token := h.begin(h.jane, w.kind, w.product, nil)
	h.introspect.Spy.Calls()
	post(h.introspect, introspectPath, "token="+token)
	if calls := h.introspect.Spy.Calls(); !slices.Equal(calls, []string{"Authenticate", "Find"}) {
		t.Errorf("introspection makes the calls %q", calls)
	}
	post(h.revoke, revokePath, "token="+token)
	if calls := h.revoke.Spy.Calls(); !slices.Equal(calls, []string{"Authenticate", "Find", "End"}) {
		t.Errorf("a revocation makes the calls %q", calls)
	}
	for call, e := range map[string]func(string) (int, string){
		"Find": func(form string) (int, string) {
			a := post(h.introspect, introspectPath, form)
			return a.Status, a.Body
		},
		"End": func(form string) (int, string) { a := post(h.revoke, revokePath, form); return a.Status, a.Body },
	} {
		token := h.begin(h.jane, w.kind, w.product, nil)
		fails := func(made string) error {
			if made == call {
				return errors.New("no store")
			}
			return nil
		}
		h.introspect.Spy.Before, h.revoke.Spy.Before = fails, fails
		if status, body := e("token=" + token); status != http.StatusInternalServerError || body == "{}" {
			t.Errorf("with %s failing: %d %s", call, status, body)
		}
	}
}

// TestEncodedSecrets: a client that follows RFC 6749, 2.3.1 encodes its secret, others do not.
func TestEncodedSecrets(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	check(t, h.Store.AddApplication(t.Context(), directory.Application{
		ID: 9002, Realm: "main", SecretDigest: directory.Digest("a+b/c=é"), CreatedAt: h.Clock.Now(),
	}))
	for sent, want := range map[string]int{"a+b/c=é": 200, "a%2Bb%2Fc%3D%C3%A9": 200, "a b/c=é": 401, "%": 401} {
		header := http.Header{"Authorization": {basic(9002, sent)}, "Content-Type": {"application/x-www-form-urlencoded; charset=UTF-8"}}
		if got := h.introspect.Do(http.MethodPost, introspectPath, header, "token=x"); got.Status != want {
			t.Errorf("%q: %d, want %d", sent, got.Status, want)
		}
	}
}

// FuzzIntrospect: nothing that an application sends makes a fault.
func FuzzIntrospect(f *testing.F) {
	f.Add(basic(applicationID, secret), "application/x-www-form-urlencoded", "token=x&token_type_hint=y")
	f.Add(basic(applicationID, "%"), "application/x-www-form-urlencoded;", "token=%00;&=&token")
	f.Add("Basic Og==", "", "")
	h := newHouse(f)
	h.introspect.Service.SourceLimit = 0
	f.Fuzz(func(t *testing.T, authorization, contentType, body string) {
		got, err := h.introspect.Handler(t.Context(), events.APIGatewayProxyRequest{
			Resource: introspectPath, Path: introspectPath, HTTPMethod: http.MethodPost, Body: body,
			MultiValueHeaders: map[string][]string{"Authorization": {authorization}, "Content-Type": {contentType}},
		})
		if err != nil || got.StatusCode >= 500 || got.StatusCode == http.StatusOK && got.Body != inactive {
			t.Errorf("%d %s, %v", got.StatusCode, got.Body, err)
		}
	})
}
