package unleash

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/wire"
)

// snapshot is the document's userSchema as the real server fills it at login, in the server's order. Names that a user does
// not have are absent, other values null. The server never sends inviteLink, emailSent, rootRole and permissions: only users
// that have them get them, after the property that they follow in the document. The session keeps the snapshot, so later
// changes of the user do not show.
type snapshot struct {
	AccountType   wire.Text   `json:"accountType"`
	ID            int64       `json:"id"`
	Name          wire.Text   `json:"name,omitempty"`
	Username      wire.Text   `json:"username,omitempty"`
	Email         wire.Text   `json:"email,omitempty"`
	ImageURL      wire.Text   `json:"imageUrl"`
	InviteLink    wire.Text   `json:"inviteLink,omitempty"`
	SeenAt        *string     `json:"seenAt"`        // the login before this one
	LoginAttempts int         `json:"loginAttempts"` // the failures since that login
	EmailSent     *bool       `json:"emailSent,omitempty"`
	RootRole      *int64      `json:"rootRole,omitempty"`
	CreatedAt     *string     `json:"createdAt"`
	Permissions   []wire.Text `json:"permissions,omitempty"`
	ScimID        *wire.Text  `json:"scimId"`
	SeatType      *wire.Text  `json:"seatType"`
	CompanyRole   *wire.Text  `json:"companyRole"`

	ProductUpdatesEmailConsent *bool `json:"productUpdatesEmailConsent"`
}

func newSnapshot(u directory.User, before attempts.Record) snapshot {
	body := snapshot{
		AccountType: wire.Text(cmp.Or(u.AccountType, "User")),
		ID:          u.ID, Name: wire.Text(u.Name), Username: wire.Text(u.Username), Email: wire.Text(u.Email),
		ImageURL: wire.Text(cmp.Or(u.ImageURL, gravatar(u))), InviteLink: wire.Text(u.InviteLink),
		SeenAt: timeOrNull(before.Seen), LoginAttempts: before.Run, EmailSent: u.EmailSent, RootRole: u.RootRole,
		CreatedAt: timeOrNull(u.CreatedAt),
		ScimID:    textOrNull(u.ScimID), SeatType: textOrNull(u.SeatType), CompanyRole: textOrNull(u.CompanyRole),
		ProductUpdatesEmailConsent: u.ProductUpdatesEmailConsent,
	}
	for _, permission := range u.Permissions {
		body.Permissions = append(body.Permissions, wire.Text(permission))
	}
	return body
}

// keptSnapshot returns what the session of an accepted login keeps.
func keptSnapshot(result login.Result) ([]byte, error) {
	return wire.Marshal(newSnapshot(result.User, result.Before)), nil
}

// withSessions adds the last two properties of userSchema to a snapshot: how many older sessions the login ended, and the cap,
// which the real server calls activeSessions. Without a cap there are neither.
func withSessions(kept []byte, displaced, limit int) json.RawMessage {
	if limit == 0 {
		return kept
	}
	open := bytes.TrimSuffix(kept, []byte("}"))
	return fmt.Appendf(slices.Clip(open), `,"deletedSessions":%d,"activeSessions":%d}`, displaced, limit)
}

func textOrNull(text string) *wire.Text {
	if text == "" {
		return nil
	}
	return new(wire.Text(text))
}

// timeOrNull writes a time as JavaScript's toISOString does.
func timeOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return new(t.UTC().Format("2006-01-02T15:04:05.000Z"))
}

// gravatar returns the image's URL of a user without an image: the SHA-256 of the first name that the user has.
func gravatar(u directory.User) string {
	name := cmp.Or(u.Email, u.Username, strconv.FormatInt(u.ID, 10))
	sum := sha256.Sum256([]byte(strings.TrimSpace(strings.ToLower(name))))
	return "https://gravatar.com/avatar/" + hex.EncodeToString(sum[:]) + "?s=42&d=retro&r=g"
}
