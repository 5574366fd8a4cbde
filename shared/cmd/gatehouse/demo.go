package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gatehouse/shared/config"
	"gatehouse/shared/password"
	"gatehouse/shared/product"
)

// errDemoOnAWS keeps accounts whose passwords everyone knows out of production (OWASP ASVS 13.2.2).
var errDemoOnAWS = usageError{errors.New(
	"--demo is for this machine: set " + endpointVariable + " to the address of a DynamoDB Local, or take another --store",
)}

// realmsOf lists every realm that a product or an application logs in to, and the demo's.
func realmsOf(ctx context.Context, s store, settings config.Config, products []product.Product) ([]string, error) {
	realms := []string{product.DemoRealm}
	for _, p := range products {
		for _, setting := range p.Settings {
			if setting.Name == p.Realm {
				realms = append(realms, settings.Value(setting))
			}
		}
	}
	applications, err := applicationsIn(ctx, s)
	if err != nil {
		return nil, err
	}
	for _, application := range applications {
		realms = append(realms, application.Realm)
	}
	slices.Sort(realms)
	return slices.Compact(realms), nil
}

// countUsers counts the users of the realms, and stops at enough.
func countUsers(ctx context.Context, s store, realms []string, enough int) (int, error) {
	count := 0
	for _, realm := range realms {
		for _, err := range s.Users(ctx, realm) {
			if err != nil {
				return count, fmt.Errorf("counting the users: %w", err)
			}
			if count++; count == enough {
				return count, nil
			}
		}
	}
	return count, nil
}

// fillEmpty adds the demo users to a directory that holds nothing, and reports whether it did. It looks wherever the
// products look: passwords that everyone knows must not come to stand beside real users.
func fillEmpty(
	ctx context.Context, s store, settings config.Config, hasher *password.Hasher, products []product.Product,
) (added bool, err error) {
	if applications, err := applicationsIn(ctx, s); len(applications) > 0 || err != nil {
		return false, err
	}
	realms, err := realmsOf(ctx, s, settings, products)
	if err != nil {
		return false, err
	}
	if users, err := countUsers(ctx, s, realms, 1); users > 0 || err != nil {
		return false, err
	}
	if err := product.Fill(ctx, s, hasher, products); err != nil {
		return false, fmt.Errorf("filling the directory: %w", err)
	}
	return true, nil
}
