package unleash

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/wire"
)

// user is the document's userSchema as the real server fills it, in the server's order. Names that a user does not have are
// absent, other values null. The server never sends inviteLink, emailSent, rootRole and permissions: only users that have
// them get them, after the property that they follow in the document.
type user struct {
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

func newUser(u directory.User, before attempts.Record) user {
	body := user{
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
