package sessions_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"gatehouse/shared/directory"
	"gatehouse/shared/session"
	"gatehouse/shared/test/endpointtest"
)

// TestEveryWay: each product's tokens are found where the product has them, and count for no other way.
func TestEveryWay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, own := range ways() {
		token := h.begin(h.jane, own.kind, own.product, nil)
		for _, shown := range ways() {
			want := http.StatusUnauthorized
			if own.product == shown.product && own.kind == shown.kind {
				want = http.StatusOK
			}
			if got := h.verify(shown.header(token)); got.Status != want {
				t.Errorf("a %s of %s as a %s of %s: %d, want %d", own.kind, own.product, shown.kind, shown.product, got.Status, want)
			}
		}
	}
}

// TestSecurity19EveryTokenThatIsNoneLooksAlike: also that of a session that was good a moment ago.
func TestSecurity19EveryTokenThatIsNoneLooksAlike(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	none := h.verify(nil)
	for _, w := range ways() {
		good := h.begin(h.jane, w.kind, w.product, nil)
		ended := h.begin(h.jane, w.kind, w.product, nil)
		_, err := h.Store.End(t.Context(), session.Ref{
			Product: w.product, Realm: endpointtest.Realm, UserID: h.jane.ID, Digest: directory.Digest(ended),
		})
		check(t, err)
		for name, token := range map[string]string{
			"none": "", "ended": ended, "cut short": good[:63], "longer": good + "0", "in capitals": strings.ToUpper(good),
			"another user's": "00000000000000ff" + good[16:], "forged": good[:16] + strings.Repeat("0", 48), "quoted": `"` + good + `"`,
			"another kind's":   h.begin(h.jane, session.Connection, w.product, nil),
			"expired":          h.begin(h.jane, w.kind, w.product, func(s *session.Session) { s.Ends = s.Created }),
			"another realm's":  h.begin(h.jane, w.kind, w.product, func(s *session.Session) { s.Realm = "other" }),
			"an application's": h.begin(h.jane, w.kind, w.product, func(s *session.Session) { s.Application = applicationID }),
		} {
			if diff := cmp.Diff(none, h.verify(w.header(token))); diff != "" {
				t.Errorf("%s %s, %s (-no session +got):\n%s", w.product, w.kind, name, diff)
			}
		}
		if got := h.verify(w.header(good)); got.Status != http.StatusOK {
			t.Errorf("%s %s: %d for a good session", w.product, w.kind, got.Status)
		}
	}
}

// TestACheckIsOneRequest: however many tokens a request carries. A use is written only when a session has an idle time.
func TestACheckIsOneRequest(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	header := http.Header{}
	for _, w := range ways() {
		for name, values := range w.header(h.begin(h.jane, w.kind, w.product, nil)) {
			header[name] = append(header[name], values...)
		}
	}
	h.Spy.Calls()
	if got := h.verify(header); got.Status != http.StatusOK {
		t.Errorf("%d %s", got.Status, got.Body)
	}
	if calls := h.Spy.Calls(); !slices.Equal(calls, []string{"Find"}) {
		t.Errorf("a check makes the calls %q, want one Find", calls)
	}
	h.verify(nil)
	if calls := h.Spy.Calls(); len(calls) > 0 {
		t.Errorf("a check of nothing makes the calls %q", calls)
	}
}

// TestSecurity18ACheckIsAUse: a user who works with a backend stays logged in, until the absolute end.
func TestSecurity18ACheckIsAUse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	w := ways()[0]
	header := w.header(h.begin(h.jane, w.kind, w.product, func(s *session.Session) { s.Idle, s.Ends = time.Hour, s.Created.Add(2*time.Hour) }))
	for minutes := 40; minutes < 120; minutes += 40 {
		h.Clock.Advance(40 * time.Minute)
		if got := h.verify(header); got.Status != http.StatusOK {
			t.Errorf("after %d minutes: %d", minutes, got.Status)
		}
	}
	h.Clock.Advance(40 * time.Minute)
	if got := h.verify(header); got.Status != http.StatusUnauthorized {
		t.Errorf("at the absolute end: %d", got.Status)
	}
}

// TestRemoteHeaders: a proxy can hold every value, and two users never have the same.
func TestRemoteHeaders(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, want := range map[string]string{
		"plain": "plain", "two words": "two%20words", "two%20words": "two%2520words", "zoé": "zo%C3%A9", "a\r\nRemote-User: b": "a%0D%0ARemote-User:%20b",
		"": "",
	} {
		user := h.Add(directory.Entry{Username: name, Email: "u" + directory.Digest(name)[:8] + "@example.com"})
		w := ways()[0]
		got := h.verify(w.header(h.begin(user, w.kind, w.product, nil)))
		if values := got.Header.Values("Remote-User"); got.Status != http.StatusOK || strings.Join(values, ",") != want || name == "" && len(values) > 0 {
			t.Errorf("%q: %d with Remote-User %q, want %q", name, got.Status, values, want)
		}
		if got.Header.Get("Remote-Email") != user.Email {
			t.Errorf("%q: Remote-Email is %q", name, got.Header.Get("Remote-Email"))
		}
	}
}

// FuzzVerify: no header makes a fault, and none but that of a session makes a user.
func FuzzVerify(f *testing.F) {
	h := newHouse(f)
	w := ways()[0]
	good := h.begin(h.jane, w.kind, w.product, nil)
	for _, w := range ways() {
		header := w.header(good[:62])
		f.Add(header.Get("Cookie"), header.Get("Authorization"), w.product)
	}
	f.Add("=;;=\x00;a", "Token", "")
	f.Add(" ; sessionid = \"x\"", "Bearer \xff", "nothing")
	f.Fuzz(func(t *testing.T, cookie, authorization, product string) {
		got, err := h.Handler(t.Context(), events.APIGatewayProxyRequest{
			Resource: verifyPath, Path: verifyPath, HTTPMethod: http.MethodGet,
			MultiValueHeaders:               map[string][]string{"Cookie": {cookie}, "Authorization": {authorization}},
			MultiValueQueryStringParameters: map[string][]string{"product": {product}},
		})
		if err != nil || got.StatusCode != http.StatusUnauthorized && !strings.Contains(cookie+authorization, good) {
			t.Errorf("cookie %q, authorization %q: %d %s, %v", cookie, authorization, got.StatusCode, got.Body, err)
		}
	})
}
