package config

import (
	"gatehouse/shared/directory"
	"gatehouse/shared/password"
)

// services are the names of the services that a password may be for (OWASP ASVS 5.0, 6.2.11).
var services = []string{
	"Gatehouse", "AISquare", "AISquare Studio", "Crafter", "CrafterCMS", "CrafterCMS Studio", "Unleash", "Social ID", "Social ID Now",
}

// CheckPassword returns the reason why the user may not have this new password, in a sentence for the person who chose it;
// nil if it may. It is no method of Config: reading the environment keeps all of those in every function, and the common
// passwords with this one.
func CheckPassword(c Config, user directory.User, plain string) error {
	return password.CheckNew(plain, c.PasswordMin, append(user.Words(), services...))
}
