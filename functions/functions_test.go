package functions_test

import (
	"testing"

	"gatehouse/functions"
	"gatehouse/shared/config"
)

// TestSessionsAreThoseOfTheProducts: the two lists agree, and a product's sessions are looked for in its realm.
func TestSessionsAreThoseOfTheProducts(t *testing.T) {
	t.Parallel()
	products, sessions := functions.Products(), functions.Sessions()
	if len(products) != len(sessions) {
		t.Fatalf("%d products and %d sessions", len(products), len(sessions))
	}
	for i, p := range products {
		s := sessions[i]
		if s.Product != p.Name || p.Session.Product != p.Name || s.Cookie != p.Session.Cookie || s.Scheme != p.Session.Scheme {
			t.Errorf("%s: the lists have %+v and %+v", p.Name, s, p.Session)
		}
		if (s.Realm == nil) != (p.Realm == "") {
			t.Errorf("%s: the realm is %q, but its sessions have one: %t", p.Name, p.Realm, s.Realm != nil)
		}
		if s.Realm == nil {
			continue
		}
		settings, err := config.Load(map[string]string{p.Realm: "elsewhere"})
		if err != nil {
			t.Fatal(err)
		}
		if realm, err := s.Realm(settings); err != nil || realm != "elsewhere" {
			t.Errorf("%s: the sessions' realm is %q, %v", p.Name, realm, err)
		}
	}
}
