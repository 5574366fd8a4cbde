package socialid

import (
	"strings"

	"gatehouse/shared/directory"
	"gatehouse/shared/wire"
)

// credential describes how the user logged in. The documents show the credentials of social networks only.
type credential struct {
	Type string `json:"type"`
}

var byPassword = credential{Type: "password"}

// profileOf returns those of the asked fields, a list with commas, that the directory has of the user; nil if none is asked for.
// The names are those of the documents' Social Profile Fields. Only confirmed users can log in, so their addresses are verified.
func profileOf(user directory.User, fields string) map[string]any {
	if fields == "" {
		return nil
	}
	profile := map[string]any{}
	for field := range strings.SplitSeq(fields, ",") {
		switch field = strings.TrimSpace(field); {
		case field == "user_id":
			profile[field] = user.ID
		case field == "display_name" && user.Name != "":
			profile[field] = wire.Text(user.Name)
		case field == "verified_email" && user.Email != "":
			profile[field] = wire.Text(user.Email)
		case field == "picture_url" && user.ImageURL != "":
			profile[field] = wire.Text(user.ImageURL)
		}
	}
	return profile
}

// orNull returns a pointer for JSON, nil for no value.
func orNull(text string) *wire.Text {
	if text == "" {
		return nil
	}
	return new(wire.Text(text))
}
