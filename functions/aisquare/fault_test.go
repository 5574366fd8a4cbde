package aisquare_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"gatehouse/functions/functionstest"
	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

var errDown = errors.New("secret detail of the store")

// watchedStore keeps the sessions that are begun, and fails the call that is named.
type watchedStore struct {
	login.Store
	failing string
	begun   []session.Session
}

// watch puts a watchedStore in front of the endpoint's store.
func watch(e *functionstest.Endpoint) *watchedStore {
	store := &watchedStore{Store: e.Service.Store}
	e.Service.Store = store
	return store
}

func (s *watchedStore) fail(name string) error {
	if name == s.failing {
		return errDown
	}
	return nil
}

func (s *watchedStore) Count(ctx context.Context, key string, now time.Time) (int, error) {
	count, err := s.Store.Count(ctx, key, now)
	return count, errors.Join(err, s.fail("Count"))
}

func (s *watchedStore) Resolve(ctx context.Context, realm string, by []directory.Identifier) ([]directory.Account, error) {
	accounts, err := s.Store.Resolve(ctx, realm, by)
	return accounts, errors.Join(err, s.fail("Resolve"))
}

func (s *watchedStore) Load(ctx context.Context, a directory.Account) (directory.User, attempts.Record, error) {
	user, record, err := s.Store.Load(ctx, a)
	return user, record, errors.Join(err, s.fail("Load"))
}

func (s *watchedStore) Refuse(ctx context.Context, a directory.Account, p attempts.Policy, now time.Time) (bool, error) {
	locked, err := s.Store.Refuse(ctx, a, p, now)
	return locked, errors.Join(err, s.fail("Refuse"))
}

func (s *watchedStore) Accept(
	ctx context.Context, a directory.Account, p attempts.Policy, now time.Time, epoch int64,
) (attempts.Record, error) {
	before, err := s.Store.Accept(ctx, a, p, now, epoch)
	return before, errors.Join(err, s.fail("Accept"))
}

func (s *watchedStore) Begin(ctx context.Context, sessions ...session.Session) error {
	s.begun = append(s.begun, sessions...)
	return errors.Join(s.Store.Begin(ctx, sessions...), s.fail("Begin"))
}

// TestStoreFails: whichever call fails, nobody is logged in, and the answer says nothing of why.
func TestStoreFails(t *testing.T) {
	t.Parallel()
	tests := []struct{ call, body string }{
		{"Count", right}, {"Resolve", right}, {"Load", right}, {"Accept", right}, {"Begin", right}, {"Refuse", wrong},
	}
	for _, tt := range tests {
		e := newEndpoint(t, nil)
		watch(e).failing = tt.call
		expect(t, tt.call+" fails", post(e, tt.body), 500, serverError)
		if log := e.Log.String(); !strings.Contains(log, errDown.Error()) {
			t.Errorf("%s fails: the log does not tell why: %s", tt.call, log)
		}
	}
}

// TestRandomnessFails: without a source of randomness there is no token, whether it fails at the session's or at the
// CSRF token.
func TestRandomnessFails(t *testing.T) {
	t.Parallel()
	for name, bytes := range map[string]int{"at once": 0, "after the session's token": 32} {
		e := newEndpoint(t, nil)
		source := strings.NewReader(strings.Repeat("x", bytes))
		e.Service.Minter = session.Minter{Random: io.MultiReader(source, iotest.ErrReader(errDown))}
		expect(t, name, post(e, right), 500, serverError)
	}
}

// TestMalformedEvent: an event whose body is not the base64 that it says it is.
func TestMalformedEvent(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, nil)
	got, err := e.Handler(t.Context(), events.APIGatewayProxyRequest{
		Resource: resource, HTTPMethod: "POST", Body: "%", IsBase64Encoded: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"detail":"Malformed request."}`; got.StatusCode != 400 || got.Body != want {
		t.Errorf("got %d %s, want 400 %s", got.StatusCode, got.Body, want)
	}
	if vary := got.MultiValueHeaders["Vary"]; !slices.Equal(vary, []string{"Accept, Cookie"}) {
		t.Errorf("Vary is %q, want that of the view", vary)
	}
}

// TestLog: neither a login, which is now and then a password, nor a password gets into the log.
func TestLog(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, nil)
	for _, body := range []string{right, wrong, `{"login":"secret\nlogin","password":"secret password"}`} {
		post(e, body)
	}
	log := e.Log.String()
	for _, secret := range []string{"jane", "SecurePass123!", "guess", "secret"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q:\n%s", secret, log)
		}
	}
	if lines := strings.Count(log, "\n"); lines != 3 || strings.Count(log, `"product":"aisquare"`) != 3 {
		t.Errorf("%d lines in the log, want one of this product for each of 3 logins:\n%s", lines, log)
	}
}
