package functions_test

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"gatehouse/functions"
	"gatehouse/functions/functionstest"
	"gatehouse/shared/demo"
)

// eventFiles are the products' manuals in the form of requests and answers.
const eventFiles = "../events"

// fewest is how many pairs a product's manual has at least.
const fewest = 12

// TestEvents replays every pair: the event goes in, and the whole answer must be the one that is written beside it.
func TestEvents(t *testing.T) {
	t.Parallel()
	for product := range functionstest.Products {
		pairs, err := functionstest.LoadPairs(eventFiles, product)
		if err != nil || len(pairs) < fewest {
			t.Errorf("%s has %d pairs of events, %v, want at least %d", product, len(pairs), err, fewest)
		}
		for name, pair := range pairs {
			t.Run(product+"/"+name, func(t *testing.T) {
				t.Parallel()
				replay(t, pairs, pair)
			})
		}
	}
}

// TestEventsStandForEveryFunction: a function without events would have no manual.
func TestEventsStandForEveryFunction(t *testing.T) {
	t.Parallel()
	described := slices.Sorted(maps.Values(functionstest.Products))
	if listed := slices.Sorted(maps.Keys(functions.Handlers)); !slices.Equal(described, listed) {
		t.Errorf("events stand for %v, but the functions are %v", described, listed)
	}
}

// TestSecurity20EveryAnswerOfTheManual: every answer has the constant headers, and every cookie is safe. TestEvents holds the
// handlers to it.
func TestSecurity20EveryAnswerOfTheManual(t *testing.T) {
	t.Parallel()
	for product := range functionstest.Products {
		pairs, err := functionstest.LoadPairs(eventFiles, product)
		if err != nil {
			t.Fatal(err)
		}
		for name, pair := range pairs {
			constant := map[string]string{
				"Cache-Control":           "no-store",
				"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
				"X-Content-Type-Options":  "nosniff",
			}
			if pair.Event.Headers["X-Forwarded-Proto"] == "https" {
				constant["Strict-Transport-Security"] = "max-age=31536000"
			}
			for header, want := range constant {
				if got := pair.Headers[header]; !slices.Equal(got, []string{want}) {
					t.Errorf("%s/%s: %s is %q, want %q", product, name, header, got, want)
				}
			}
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

func replay(t *testing.T, pairs map[string]functionstest.Pair, pair functionstest.Pair) {
	t.Helper()
	given := pair.Given
	e := functionstest.New(t, functions.Handlers[functionstest.Products[pair.Product]], "", given.Settings)
	if err := demo.Fill(t.Context(), e.Store, e.Hasher); err != nil {
		t.Fatal(err)
	}
	for _, user := range given.Users {
		e.Add(user)
	}
	for _, before := range given.Before {
		for range before.Times {
			if _, err := e.Handler(t.Context(), pairs[before.Event].Event); err != nil {
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
