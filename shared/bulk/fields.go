package bulk

import (
	"errors"
	"strconv"

	"gatehouse/shared/directory"
)

// Field is what a user is called, or what products show of it, where it is given as text: a column of a table, a flag.
type Field struct {
	Name  string // that of the import format
	Usage string // for a person, with the kind of value in backquotes
	// Set puts the value into the user; an empty one clears the field. The error says what the value must be.
	Set func(user *directory.User, value string) error
}

// Fields has each of them once, in the order in which people want to read them.
var Fields = []Field{
	{"username", "`name` to log in with, in this letter case", textOf(func(u *directory.User) *string { return &u.Username })},
	{"email", "e-mail `address` to log in with, in any letter case", func(user *directory.User, value string) error {
		user.Email = directory.Email(value)
		return nil
	}},
	{"name", "full `name`", textOf(func(u *directory.User) *string { return &u.Name })},
	{"account_type", "`type` of account; a \"" + directory.ServiceAccount + "\" cannot log in",
		textOf(func(u *directory.User) *string { return &u.AccountType })},
	{"image_url", "`URL` of a picture", textOf(func(u *directory.User) *string { return &u.ImageURL })},
	{"invite_link", "`URL` of an invitation", textOf(func(u *directory.User) *string { return &u.InviteLink })},
	{"scim_id", "`id` in SCIM", textOf(func(u *directory.User) *string { return &u.ScimID })},
	{"seat_type", "`type` of seat", textOf(func(u *directory.User) *string { return &u.SeatType })},
	{"company_role", "`role` in the company", textOf(func(u *directory.User) *string { return &u.CompanyRole })},
	{"root_role", "`number` of the root role", setRootRole},
	{"email_sent", "whether an invitation was mailed: `true|false`",
		truthOf(func(u *directory.User) **bool { return &u.EmailSent })},
	{"product_updates_email_consent", "whether product news may be mailed: `true|false`",
		truthOf(func(u *directory.User) **bool { return &u.ProductUpdatesEmailConsent })},
}

func textOf(field func(*directory.User) *string) func(*directory.User, string) error {
	return func(user *directory.User, value string) error {
		*field(user) = value
		return nil
	}
}

func truthOf(field func(*directory.User) **bool) func(*directory.User, string) error {
	return func(user *directory.User, value string) error {
		if value == "" {
			*field(user) = nil
			return nil
		}
		yes, known := truth(value)
		if !known {
			return errors.New("must be true, false or empty")
		}
		*field(user) = &yes
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
