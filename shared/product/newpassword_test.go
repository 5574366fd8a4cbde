package product_test

import (
	"strings"
	"testing"

	"gatehouse/functions"
	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/product"
)

// TestSecurity13ThePasswordIsNoNameOfTheUserOrTheService: in any letter case.
func TestSecurity13ThePasswordIsNoNameOfTheUserOrTheService(t *testing.T) {
	t.Parallel()
	settings, err := config.Load(map[string]string{"PASSWORD_MIN": "9"})
	if err != nil {
		t.Fatal(err)
	}
	user := directory.User{
		Realm: "customers", Username: "jane-margaret", Email: "jane.featherstone@example.com", Name: "Jane Featherstonehaugh",
	}
	refused := []string{
		"Customers", "Jane-Margaret", "jane.featherstone@EXAMPLE.com", "Jane.Featherstone", "jane featherstonehaugh",
		"featherstonehaugh", "gatehouse", "jq8#mmfw",
	}
	for _, p := range functions.Products() {
		refused = append(refused, p.Prefix, strings.ToUpper(p.Title))
	}
	for _, plain := range refused {
		if product.CheckPassword(settings, functions.Products(), user, plain) == nil {
			t.Errorf("the password may be %q", plain)
		}
	}
	if err := product.CheckPassword(settings, functions.Products(), user, "jq8#mmfwx"); err != nil {
		t.Errorf("a fit password is refused: %v", err)
	}
	login := directory.User{Username: "jane.featherstone@example.com"}
	if product.CheckPassword(settings, functions.Products(), login, "jane.featherstone") == nil {
		t.Error("the password may be the local part of an address that is the username")
	}
}
