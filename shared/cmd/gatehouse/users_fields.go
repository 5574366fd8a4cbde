package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/shared/bulk"
	"gatehouse/shared/directory"
)

// changes are the changes that flags ask for, in their order. The same flags describe a new user and change one.
type changes []func(*directory.User)

func (c changes) apply(user *directory.User) {
	for _, change := range c {
		change(user)
	}
}

// addTo adds the flags for all fields. They are called as in the import format, with - for _.
func (c *changes) addTo(command *cobra.Command) {
	flags := command.Flags()
	for _, field := range bulk.Fields {
		flags.Func(strings.ReplaceAll(field.Name, "_", "-"), field.Usage, func(value string) error {
			*c = append(*c, func(user *directory.User) { _ = field.Set(user, value) })
			return field.Set(&directory.User{}, value) // a mistake in the value is one in the call
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
