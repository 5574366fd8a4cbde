package product

import (
	"strings"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/password"
)

// CheckPassword returns the reason why the user may not have this new password, in a sentence for the person who chose it;
// nil if it may. The names of the services that it may be for are refused (OWASP ASVS 5.0, 6.2.11).
func CheckPassword(c config.Config, products []Product, user directory.User, plain string) error {
	refused := append(user.Words(), "Gatehouse")
	for _, p := range products {
		refused = append(refused, p.Name, p.Prefix)
		words := strings.Fields(p.Title)
		for i := range words {
			refused = append(refused, strings.Join(words[:i+1], " "))
		}
	}
	return password.CheckNew(plain, c.PasswordMin, refused)
}
