package directory

import (
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Entry is a user in the import format: one JSON object a line. Null, absent and "" are the same. Active and Confirmed
// default to true.
type Entry struct {
	ID           int64      `json:"id,omitempty"`
	Username     string     `json:"username,omitempty"`
	Email        string     `json:"email,omitempty"`
	Name         string     `json:"name,omitempty"`
	Password     string     `json:"password,omitempty"`      // plain text, hashed when it is imported
	PasswordHash string     `json:"password_hash,omitempty"` // kept as it is
	Active       *bool      `json:"active,omitempty"`
	Confirmed    *bool      `json:"confirmed,omitempty"`
	CreatedAt    *time.Time `json:"created_at,omitempty"` // RFC 3339
	Profile
}

// ParseEntry parses one line of the import format. Unknown and repeated keys are errors, so nothing is dropped unnoticed. An
// error wraps ErrInvalid and shows no values.
func ParseEntry(line []byte) (Entry, error) {
	var properties map[string]jsontext.Value
	var entry Entry
	err := json.Unmarshal(line, &properties)
	if err == nil && properties != nil {
		maps.DeleteFunc(properties, func(_ string, value jsontext.Value) bool { return string(value) == `""` })
		var present []byte
		if present, err = json.Marshal(properties); err == nil {
			err = json.Unmarshal(present, &entry, json.RejectUnknownMembers(true))
		}
	}
	switch {
	case err != nil:
	case properties == nil:
		err = errors.New("not a JSON object")
	case entry.Password != "" && entry.PasswordHash != "":
		err = errors.New("both password and password_hash")
	case entry.ID < 0:
		err = errors.New("the id must be positive")
	}
	if err != nil {
		return Entry{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return entry, nil
}

// User returns the entry's user in a realm, created now unless the entry has a time. The plain password is left out.
func (e Entry) User(realm string, now time.Time) User {
	user := User{
		Realm: realm, ID: e.ID, Username: e.Username, Email: Email(e.Email), Name: e.Name, PasswordHash: e.PasswordHash,
		Active: e.Active == nil || *e.Active, Confirmed: e.Confirmed == nil || *e.Confirmed,
		CreatedAt: now, Profile: e.Profile,
	}
	if e.CreatedAt != nil {
		user.CreatedAt = *e.CreatedAt
	}
	user.CreatedAt = user.CreatedAt.UTC().Truncate(time.Millisecond)
	return user
}

// EntryOf returns the entry that an import turns into the same user: the inverse of [Entry.User].
func EntryOf(user User) Entry {
	return Entry{
		ID: user.ID, Username: user.Username, Email: user.Email, Name: user.Name, PasswordHash: user.PasswordHash,
		Active: &user.Active, Confirmed: &user.Confirmed, CreatedAt: &user.CreatedAt, Profile: user.Profile,
	}
}
