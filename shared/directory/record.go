package directory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"time"
)

// Record is a user in the import format: one JSON object a line. Null, absent and "" are the same. Active and confirmed
// are true unless the record says otherwise.
type Record struct {
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

// ParseRecord reads one line of the import format. What is wrong with it is said without its contents, and wraps
// ErrInvalid; a property that the format does not know is wrong too, so that nothing is dropped in silence.
func ParseRecord(line []byte) (Record, error) {
	var properties map[string]json.RawMessage
	if err := json.Unmarshal(line, &properties); err != nil {
		return Record{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	maps.DeleteFunc(properties, func(_ string, value json.RawMessage) bool { return string(value) == `""` })
	present, err := json.Marshal(properties)
	if err != nil {
		return Record{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(present))
	decoder.DisallowUnknownFields()
	var record Record
	if err := decoder.Decode(&record); err != nil {
		return Record{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if record.Password != "" && record.PasswordHash != "" {
		return Record{}, fmt.Errorf("%w: both password and password_hash", ErrInvalid)
	}
	if record.ID < 0 {
		return Record{}, fmt.Errorf("%w: the id must be positive", ErrInvalid)
	}
	return record, nil
}

// User is the record's user in a realm, created now unless it says otherwise. Its plain password is left out.
func (r Record) User(realm string, now time.Time) User {
	user := User{
		Realm: realm, ID: r.ID, Username: r.Username, Email: Email(r.Email), Name: r.Name, PasswordHash: r.PasswordHash,
		Active: r.Active == nil || *r.Active, Confirmed: r.Confirmed == nil || *r.Confirmed,
		CreatedAt: now, Profile: r.Profile,
	}
	if r.CreatedAt != nil {
		user.CreatedAt = *r.CreatedAt
	}
	user.CreatedAt = user.CreatedAt.UTC().Truncate(time.Millisecond)
	return user
}

// RecordOf is the record that becomes the user again when it is imported: the inverse of [Record.User].
func RecordOf(user User) Record {
	return Record{
		ID: user.ID, Username: user.Username, Email: user.Email, Name: user.Name, PasswordHash: user.PasswordHash,
		Active: &user.Active, Confirmed: &user.Confirmed, CreatedAt: &user.CreatedAt, Profile: user.Profile,
	}
}
