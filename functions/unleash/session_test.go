package unleash_test

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse/functions/functionstest"
	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

func cookieOf(t *testing.T, answer functionstest.Answer) *http.Cookie {
	t.Helper()
	cookies := (&http.Response{Header: answer.Header}).Cookies()
	if len(cookies) != 1 || cookies[0].Name != "unleash-session" {
		t.Fatalf("cookies %v, want unleash-session alone; status %d, body %s", cookies, answer.Status, answer.Body)
	}
	return cookies[0]
}

func TestCookie(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name     string
		settings map[string]string
		want     string // behind the token
	}{
		{"by default", nil, `; Path=/; Expires=Sun, 04 Jan 2026 03:04:05 GMT; HttpOnly; Secure; SameSite=Lax`},
		{
			"over http", map[string]string{"COOKIE_SECURE": "false"},
			`; Path=/; Expires=Sun, 04 Jan 2026 03:04:05 GMT; HttpOnly; SameSite=Lax`,
		},
		{
			"one hour", map[string]string{"UNLEASH_SESSION_HOURS": "1"},
			`; Path=/; Expires=Fri, 02 Jan 2026 04:04:05 GMT; HttpOnly; Secure; SameSite=Lax`,
		},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			e := newEndpoint(t, row.settings)
			e.Add(directory.Record{Username: "alice", Password: "right"})
			answer := logIn(e, "alice", "right")
			got := answer.Header.Get("Set-Cookie")
			if !regexp.MustCompile(`^unleash-session=[0-9a-f]{64}` + regexp.QuoteMeta(row.want) + `$`).MatchString(got) {
				t.Errorf("Set-Cookie %q, want a token and %q", got, row.want)
			}
		})
	}
}

func TestSessionIsAlwaysNew(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, nil)
	e.Add(directory.Record{Username: "alice", Password: "right"})
	e.Add(directory.Record{Username: "bob", Password: "right"})
	mine := cookieOf(t, logIn(e, "alice", "right")).Value
	seen := map[string]bool{mine: true}
	for _, sent := range []string{mine, "chosen-by-somebody-else", "s%3Aabc.def", "", "\x7f"} {
		for _, username := range []string{"alice", "bob"} {
			header := jsonHeader.Clone()
			header.Set("Cookie", "unleash-session="+sent)
			got := cookieOf(t, e.Do(http.MethodPost, resource, header, `{"username":"`+username+`","password":"right"}`)).Value
			if seen[got] || got == sent {
				t.Errorf("%s with the cookie %q got the session %q, want a new one", username, sent, got)
			}
			seen[got] = true
		}
	}
}

// begun keeps the sessions that are stored.
type begun struct {
	login.Store
	sessions []session.Session
}

func (b *begun) Begin(ctx context.Context, sessions ...session.Session) error {
	b.sessions = append(b.sessions, sessions...)
	return b.Store.Begin(ctx, sessions...)
}

func TestStoredSession(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, map[string]string{"UNLEASH_SESSION_HOURS": "2"})
	store := &begun{Store: e.Store}
	e.Service.Store = store
	user := e.Add(directory.Record{Username: "alice", Password: "right"})
	token := cookieOf(t, logIn(e, "alice", "right")).Value
	want := []session.Session{{
		Kind: session.Browser, Digest: session.Digest(token), Product: "unleash", Realm: functionstest.Realm, UserID: user.ID,
		Created: functionstest.Start, Expires: functionstest.Start.Add(2 * time.Hour),
	}}
	if diff := cmp.Diff(want, store.sessions); diff != "" {
		t.Errorf("stored sessions differ (-want +got):\n%s", diff)
	}
}

func TestThrottling(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, map[string]string{"SOURCE_LIMIT": "6"})
	e.Add(directory.Record{Username: "alice", Password: "right"})
	const right = `{"username":"alice","password":"right"}`
	form := http.Header{"Content-Type": {formType}}
	forged := jsonHeader.Clone()
	forged.Set("X-Forwarded-For", "203.0.113.9")
	rows := []struct {
		name, method string
		header       http.Header
		body         string
		advance      time.Duration // before the request
		status       int
		remaining    string
		reset        string
	}{
		{"accepted", "POST", jsonHeader, right, 0, 200, "5", "55"},
		{"refused", "POST", jsonHeader, `{"username":"alice","password":"wrong"}`, 0, 401, "4", "55"},
		{"malformed", "POST", jsonHeader, `{`, 4 * time.Second, 400, "3", "51"},
		{"other content type", "POST", form, "", 0, 415, "2", "51"},
		{"other method", "GET", nil, "", 0, 404, "1", "51"},
		{"OPTIONS", "OPTIONS", nil, "", 0, 200, "0", "51"},
		{"over the limit", "POST", jsonHeader, right, 0, 429, "0", "51"},
		{"over it with another address claimed", "POST", forged, right, 0, 429, "0", "51"},
		{"over it, too large as well", "POST", jsonHeader, padded(limit + 1), 50 * time.Second, 429, "0", "1"},
		{"next minute", "POST", jsonHeader, right, time.Second, 200, "5", "60"},
	}
	for _, row := range rows {
		e.Clock.Advance(row.advance)
		got := e.Do(row.method, resource, row.header, row.body)
		wantStatus(t, got, row.status)
		want := map[string]string{
			"RateLimit-Policy": "6;w=60", "RateLimit-Limit": "6",
			"RateLimit-Remaining": row.remaining, "RateLimit-Reset": row.reset,
		}
		if row.status == http.StatusTooManyRequests {
			want["Retry-After"] = row.reset
			want["Content-Type"] = "text/html; charset=utf-8"
			want["ETag"] = `W/"2a-UpTsLJ74nYuiLgNgEwlQMxGqwrE"`
			wantAnswer(t, got, row.status, "Too many requests, please try again later.")
		}
		for name, value := range want {
			if got.Header.Get(name) != value {
				t.Errorf("%s: %s %q, want %q", row.name, name, got.Header.Get(name), value)
			}
		}
		if row.status != http.StatusTooManyRequests && got.Header.Get("Retry-After") != "" {
			t.Errorf("%s: Retry-After %q, want none", row.name, got.Header.Get("Retry-After"))
		}
	}
}

func TestNoLimitNoHeaders(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, map[string]string{"SOURCE_LIMIT": "0"})
	for range 70 {
		got := e.Do(http.MethodPost, resource, jsonHeader, "{}")
		wantStatus(t, got, http.StatusBadRequest)
		for name, values := range got.Header {
			if strings.HasPrefix(name, "Ratelimit-") || name == "Retry-After" {
				t.Fatalf("%s %q without a limit, want none", name, values)
			}
		}
	}
}

// failing is a store of which one operation fails.
type failing struct {
	login.Store
	operation string
}

var errFailing = errors.New("secret detail of the store")

func (f failing) err(operation string) error {
	if f.operation == operation {
		return errFailing
	}
	return nil
}

func (f failing) Count(ctx context.Context, key string, now time.Time) (int, error) {
	count, err := f.Store.Count(ctx, key, now)
	return count, errors.Join(err, f.err("count"))
}

func (f failing) Resolve(ctx context.Context, realm string, by []directory.Identifier) ([]directory.Account, error) {
	accounts, err := f.Store.Resolve(ctx, realm, by)
	return accounts, errors.Join(err, f.err("resolve"))
}

func (f failing) Load(ctx context.Context, account directory.Account) (directory.User, attempts.Record, error) {
	user, record, err := f.Store.Load(ctx, account)
	return user, record, errors.Join(err, f.err("load"))
}

func (f failing) Refuse(ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time) (bool, error) {
	locked, err := f.Store.Refuse(ctx, account, policy, now)
	return locked, errors.Join(err, f.err("refuse"))
}

func (f failing) Accept(
	ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time, epoch int64,
) (attempts.Record, error) {
	before, err := f.Store.Accept(ctx, account, policy, now, epoch)
	return before, errors.Join(err, f.err("accept"))
}

func (f failing) Begin(ctx context.Context, sessions ...session.Session) error {
	return errors.Join(f.Store.Begin(ctx, sessions...), f.err("begin"))
}

func TestFaults(t *testing.T) {
	t.Parallel()
	rows := []struct {
		operation, password string
		counted             bool // whether the request was counted, so that the limit's headers are known
	}{
		{"count", "right", false},
		{"resolve", "right", true},
		{"load", "right", true},
		{"refuse", "wrong", true},
		{"accept", "right", true},
		{"begin", "right", true},
	}
	for _, row := range rows {
		t.Run(row.operation, func(t *testing.T) {
			t.Parallel()
			e := newEndpoint(t, nil)
			e.Service.Store = failing{e.Store, row.operation}
			e.Add(directory.Record{Username: "alice", Password: "right"})
			got := logIn(e, "alice", row.password)
			wantAnswer(t, got, http.StatusInternalServerError, `{"name":"UnknownError","message":"Internal server error"}`)
			if cookies := got.Header.Values("Set-Cookie"); len(cookies) > 0 {
				t.Errorf("cookies %q, want none", cookies)
			}
			if limited := got.Header.Get("RateLimit-Limit") != ""; limited != row.counted {
				t.Errorf("the limit's headers are there: %t, want %t", limited, row.counted)
			}
		})
	}
}
