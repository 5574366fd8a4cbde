package directory

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds of what is stored of a user.
const (
	// maxID is the largest integer that every JSON reader keeps exactly (RFC 8259, section 6).
	maxID = 1<<53 - 1
	// maxUsername keeps a list readable. Django allows 150 characters, Crafter and Unleash 255.
	maxUsername = 512
	// maxEmail is the longest address that mail can be sent to (RFC 5321, 4.5.3.1: 64 + 1 + 255 octets).
	maxEmail       = 320
	maxText        = 4096 // bytes of each other text, far above anything a product shows
	maxPermissions = 256
	// maxUser bounds all texts together with the hash, on every store alike, so that a directory can move. Texts of the
	// profile count as they are stored, in JSON. DynamoDB keeps at most 400 KB in an item; the other 16 KB hold the names of
	// the attributes, the key and the numbers.
	maxUser = 384 << 10
)

// ErrInvalid is wrapped by the errors of [User.Validate] and [ParseEntry].
var ErrInvalid = errors.New("invalid user")

// ErrTooLarge is wrapped too if a user is larger than a store can keep.
var ErrTooLarge = fmt.Errorf("its texts and its password hash have more than %d bytes together", maxUser)

// Validate returns the reason, wrapping ErrInvalid, why a user cannot be stored. It checks only the size of the hash.
func (u User) Validate() error {
	if u.Username == "" && u.Email == "" {
		return fmt.Errorf("%w: it needs a username or an e-mail address", ErrInvalid)
	}
	if u.ID < 0 || u.ID > maxID {
		return fmt.Errorf("%w: the id must be from 1 to %d", ErrInvalid, int64(maxID))
	}
	if u.Email != "" && (u.Email != Email(u.Email) || !strings.Contains(u.Email, "@")) {
		return fmt.Errorf("%w: %q is not an e-mail address", ErrInvalid, u.Email)
	}
	if len(u.Permissions) > maxPermissions {
		return fmt.Errorf("%w: more than %d permissions", ErrInvalid, maxPermissions)
	}
	if err := u.checkTexts(); err != nil {
		return err
	}
	profile, err := json.Marshal(u.Profile)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if len(profile)+len(u.PasswordHash)+len(u.Username)+len(u.Email)+len(u.Name)+len(u.Realm) > maxUser {
		return fmt.Errorf("%w: %w", ErrInvalid, ErrTooLarge)
	}
	return nil
}

func (u User) checkTexts() error {
	type text struct {
		name, value string
		most        int
	}
	texts := []text{
		{"username", u.Username, maxUsername}, {"e-mail address", u.Email, maxEmail}, {"realm", u.Realm, maxText},
		{"name", u.Name, maxText}, {"account type", u.AccountType, maxText}, {"image URL", u.ImageURL, maxText},
		{"invite link", u.InviteLink, maxText}, {"SCIM id", u.ScimID, maxText}, {"seat type", u.SeatType, maxText},
		{"company role", u.CompanyRole, maxText},
	}
	for _, permission := range u.Permissions {
		texts = append(texts, text{"permission", permission, maxText})
	}
	for _, t := range texts {
		switch {
		case len(t.value) > t.most:
			return fmt.Errorf("%w: the %s is longer than %d bytes", ErrInvalid, t.name, t.most)
		case !utf8.ValidString(t.value):
			return fmt.Errorf("%w: the %s is not valid UTF-8", ErrInvalid, t.name)
		case strings.ContainsRune(t.value, 0):
			return fmt.Errorf("%w: the %s holds a NUL character", ErrInvalid, t.name)
		}
	}
	return nil
}
