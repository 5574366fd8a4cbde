package functions_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"gatehouse/functions"
	"gatehouse/shared/product"
	"gatehouse/shared/test/endpointtest"
)

// eventFiles are the products' manuals in the form of requests and answers.
const eventFiles = "../events"

// fewest is how many pairs a product's manual has at least.
const fewest = 12

// TestEvents replays every pair: the event goes in, and the whole answer must be the one that is written beside it.
func TestEvents(t *testing.T) {
	t.Parallel()
	for _, room := range functions.Rooms() {
		product := room.Name
		pairs, err := endpointtest.LoadPairs(eventFiles, product)
		if err != nil || len(pairs) < fewest {
			t.Errorf("%s has %d pairs of events, %v, want at least %d", product, len(pairs), err, fewest)
		}
		for name, pair := range pairs {
			if !pair.Begun() {
				continue // its product was removed
			}
			t.Run(product+"/"+name, func(t *testing.T) {
				t.Parallel()
				replay(t, pairs, pair)
			})
		}
	}
}

// TestEventsStandForEveryEndpoint: an endpoint without events would have no manual.
func TestEventsStandForEveryEndpoint(t *testing.T) {
	t.Parallel()
	for _, listed := range functions.Rooms() {
		pairs, err := endpointtest.LoadPairs(eventFiles, listed.Name)
		if err != nil {
			t.Fatal(err)
		}
		described := map[string]bool{}
		for _, pair := range pairs {
			described[pair.Event.Resource] = true
		}
		for _, endpoint := range listed.Endpoints {
			if !described[endpoint.Path] {
				t.Errorf("events/%s has no event for %s", listed.Name, endpoint.Path)
			}
		}
	}
}

// TestSecurity20EveryAnswerOfTheManual: every cookie is safe. TestEvents holds the handlers to it.
func TestSecurity20EveryAnswerOfTheManual(t *testing.T) {
	t.Parallel()
	for _, room := range functions.Rooms() {
		product := room.Name
		pairs, err := endpointtest.LoadPairs(eventFiles, product)
		if err != nil {
			t.Fatal(err)
		}
		for name, pair := range pairs {
			overHTTP := pair.Given.Settings["COOKIE_SECURE"] == "false"
			for _, text := range pair.Headers["Set-Cookie"] {
				cookie, err := http.ParseSetCookie(text)
				if err != nil {
					t.Fatal(err)
				}
				forScripts := cookie.Name == "csrftoken"
				if cookie.HttpOnly == forScripts || cookie.Secure == overHTTP || cookie.SameSite != http.SameSiteLaxMode {
					t.Errorf("%s/%s: the cookie %q is not HttpOnly, Secure and SameSite=Lax", product, name, text)
				}
			}
		}
	}
}

func replay(t *testing.T, pairs map[string]endpointtest.Pair, pair endpointtest.Pair) {
	t.Helper()
	given := pair.Given
	endpoint, err := pair.Endpoint()
	if err != nil {
		t.Fatal(err)
	}
	e := endpointtest.New(t, endpoint.New, "", given.Settings)
	if err := product.Fill(t.Context(), e.Store, e.Hasher, functions.Products()); err != nil {
		t.Fatal(err)
	}
	for _, user := range given.Users {
		e.Add(user)
	}
	if err := pair.Begin(t.Context(), e.Store, e.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	for _, before := range given.Before {
		earlier := pairs[before.Event]
		endpoint, err := earlier.Endpoint()
		if err != nil {
			t.Fatal(err)
		}
		handler := endpointtest.On(t, e.Store, endpoint.New, "", given.Settings).Handler
		for range before.Times {
			if _, err := handler(t.Context(), earlier.Event); err != nil {
				t.Fatal(err)
			}
		}
	}
	if given.Advance != "" {
		by, err := time.ParseDuration(given.Advance)
		if err != nil {
			t.Fatal(err)
		}
		e.Clock.Advance(by)
	}
	if given.Store == "down" {
		e.Spy.Before = func(string) error { return errors.New("the store is down") }
	}
	got, err := e.Handler(t.Context(), pair.Event)
	if err != nil {
		t.Fatal(err)
	}
	if err := pair.Check(got); err != nil {
		t.Error(err)
	}
}
