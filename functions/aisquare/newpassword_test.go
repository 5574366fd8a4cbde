package aisquare

import (
	"slices"
	"strings"
	"testing"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
)

// TestWeaknesses holds what Django's four default validators say, and our own rules in their words.
func TestWeaknesses(t *testing.T) {
	t.Parallel()
	const (
		similar = "The password is too similar to the "
		common  = "This password is too common."
		numeric = "This password is entirely numeric."
		short   = "This password is too short. It must contain at least 8 characters."
	)
	user := directory.User{
		Realm: "main", Username: "grace_h", Name: "Grace Brewster Hopper", Email: "admiral.hopper@navy.example",
	}
	for plain, want := range map[string][]string{
		"correct horse battery":               nil,
		"12345678":                            {common, numeric},
		"1234":                                {short, numeric},
		"٣٤٥٦٧٨٩٠":                            {numeric},
		"PASSWORD1":                           {common},
		"GRACE_H1":                            {similar + "username."},
		"h_ecarg9":                            {similar + "username."}, // the order of the characters does not count
		"gracegrace":                          nil,                     // twice 5 of 15 characters
		"grace12":                             {similar + "username.", short},
		"brewster hopper":                     {similar + "last name."},
		"hopperadmiral":                       {similar + "email."}, // twice 7 of 20 characters of "admiral"
		"Admiral.hopper@navy.exampl":          {similar + "email."},
		"navy1234":                            nil, // twice 4 of 12 characters
		"navy!example":                        {similar + "email."},
		"AISquare Studio":                     {common},
		"gatehouse":                           {common},
		strings.Repeat("abcdefgh", 128):       nil,
		strings.Repeat("abcdefgh", 128) + "i": {"This password is too long. It must contain at most 1024 characters."},
	} {
		if got := weaknesses(config.Config{PasswordMin: 8}, user, plain); !slices.Equal(got, want) {
			t.Errorf("%.40q: got %q, want %q", plain, got, want)
		}
	}
}
