package functions_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"gatehouse/functions"
	"gatehouse/functions/functionstest"
	"gatehouse/shared/demo"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
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
		e.Service.Store = downStore{}
	}
	got, err := e.Handler(t.Context(), pair.Event)
	if err != nil {
		t.Fatal(err)
	}
	if err := pair.Check(got); err != nil {
		t.Error(err)
	}
}

// downStore is a store that fails at whatever a request asks of it first.
type downStore struct{ login.Store }

var errDown = errors.New("the store is down")

func (downStore) Count(context.Context, string, time.Time) (int, error) { return 0, errDown }

func (downStore) Counted(context.Context, string, time.Time) (int, error) { return 0, errDown }

func (downStore) Application(context.Context, int64) (directory.Application, error) {
	return directory.Application{}, errDown
}

func (downStore) Resolve(context.Context, string, []directory.Identifier) ([]directory.Account, error) {
	return nil, errDown
}
