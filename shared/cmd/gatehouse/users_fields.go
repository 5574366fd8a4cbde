package main

import (
	"errors"
	"slices"
	"strconv"

	"github.com/spf13/pflag"

	"gatehouse/shared/directory"
)

// fields are the flags for what a user is called and what products show of it. An empty value clears the field.
var fields = []struct {
	flag, usage string
	set         func(user *directory.User, value string) error
}{
	{"username", "`name` to log in with, in this letter case", textOf(func(u *directory.User) *string { return &u.Username })},
	{"email", "e-mail `address` to log in with, in any letter case", func(user *directory.User, value string) error {
		user.Email = directory.Email(value)
		return nil
	}},
	{"name", "full `name`", textOf(func(u *directory.User) *string { return &u.Name })},
	{"account-type", "`type` of account; a \"" + directory.ServiceAccount + "\" cannot log in",
		textOf(func(u *directory.User) *string { return &u.AccountType })},
	{"image-url", "`URL` of a picture", textOf(func(u *directory.User) *string { return &u.ImageURL })},
	{"invite-link", "`URL` of an invitation", textOf(func(u *directory.User) *string { return &u.InviteLink })},
	{"scim-id", "`id` in SCIM", textOf(func(u *directory.User) *string { return &u.ScimID })},
	{"seat-type", "`type` of seat", textOf(func(u *directory.User) *string { return &u.SeatType })},
	{"company-role", "`role` in the company", textOf(func(u *directory.User) *string { return &u.CompanyRole })},
	{"root-role", "`number` of the root role", setRootRole},
	{"email-sent", "whether an invitation was mailed: `true|false`",
		truthOf(func(u *directory.User) **bool { return &u.EmailSent })},
	{"product-updates-email-consent", "whether product news may be mailed: `true|false`",
		truthOf(func(u *directory.User) **bool { return &u.ProductUpdatesEmailConsent })},
}

// changes are what the flags of a call say of a user, in their order. The same flags make a new user and change one.
type changes []func(*directory.User)

func (c changes) apply(user *directory.User) {
	for _, change := range c {
		change(user)
	}
}

// flags adds the flags for all fields.
func (c *changes) flags(flags *pflag.FlagSet) {
	for _, field := range fields {
		flags.Func(field.flag, field.usage, func(value string) error {
			*c = append(*c, func(user *directory.User) { _ = field.set(user, value) })
			return field.set(&directory.User{}, value) // a mistake in the value is one in the call
		})
	}
	var permissions []string
	flags.Func("permission", "a `permission`; repeat it for more, they replace those that were there", func(value string) error {
		if value != "" {
			permissions = append(permissions, value)
		}
		*c = append(*c, func(user *directory.User) { user.Permissions = slices.Clone(permissions) })
		return nil
	})
}

func textOf(field func(*directory.User) *string) func(*directory.User, string) error {
	return func(user *directory.User, value string) error {
		*field(user) = value
		return nil
	}
}

func truthOf(field func(*directory.User) **bool) func(*directory.User, string) error {
	return func(user *directory.User, value string) error {
		yes := value == "true"
		switch value {
		case "":
			*field(user) = nil
		case "true", "false":
			*field(user) = &yes
		default:
			return errors.New("must be true, false or empty")
		}
		return nil
	}
}

func setRootRole(user *directory.User, value string) error {
	if value == "" {
		user.RootRole = nil
		return nil
	}
	role, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return errors.New("must be a whole number or empty")
	}
	user.RootRole = &role
	return nil
}
