package main

import (
	"context"
	"errors"
	"iter"

	"gatehouse/shared/config"
	"gatehouse/shared/demo"
	"gatehouse/shared/password"
)

// errDemoOnAWS keeps accounts whose passwords everyone knows out of production (OWASP ASVS 13.2.2).
var errDemoOnAWS = usageError{errors.New(
	"--demo is for this machine: set " + endpointVariable + " to the address of a DynamoDB Local, or take another --store",
)}

// fillEmpty adds the demo users to a directory that holds nothing, and says whether it did. It looks wherever the products
// look: passwords that everyone knows must not come to stand beside real users.
func fillEmpty(ctx context.Context, store store, settings config.Config, hasher *password.Hasher) (added bool, err error) {
	for _, realm := range []string{demo.Realm, settings.AISquareRealm, settings.CrafterRealm, settings.UnleashRealm} {
		if some, err := holdsAny(store.Users(ctx, realm)); some || err != nil {
			return false, err
		}
	}
	if some, err := holdsAny(store.Applications(ctx)); some || err != nil {
		return false, err
	}
	return true, demo.Fill(ctx, store, hasher)
}

// holdsAny says whether a listing has anything in it.
func holdsAny[T any](listing iter.Seq2[T, error]) (bool, error) {
	next, stop := iter.Pull2(listing)
	defer stop()
	_, err, found := next()
	return found, err
}
