package unleash

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/wire"
)

// accepted answers a login with the document's userSchema, as the server fills it.
func accepted(user directory.User, before attempts.Record) gateway.Response {
	return respondJSON(http.StatusOK, userBody(user, before))
}

// userBody has its properties in the server's order. The document's further ones, which the server never sends, are there
// only for users that have them, each behind the property that it follows in the document: inviteLink behind imageUrl,
// emailSent and rootRole behind loginAttempts, permissions before scimId.
//
// Names that a user does not have are absent, other values that are not there are null. seenAt and loginAttempts are what
// was before this login: the login before it, and the failures since.
func userBody(user directory.User, before attempts.Record) wire.Raw {
	var body properties
	body.add("accountType", cmp.Or(user.AccountType, "User"))
	body.add("id", user.ID)
	body.addKnown("name", textOrNull(user.Name))
	body.addKnown("username", textOrNull(user.Username))
	body.addKnown("email", textOrNull(user.Email))
	body.add("imageUrl", cmp.Or(user.ImageURL, gravatar(user)))
	body.addKnown("inviteLink", textOrNull(user.InviteLink))
	body.add("seenAt", timeOrNull(before.Seen))
	body.add("loginAttempts", before.Run)
	body.addKnown("emailSent", valueOrNull(user.EmailSent))
	body.addKnown("rootRole", valueOrNull(user.RootRole))
	body.add("createdAt", timeOrNull(user.CreatedAt))
	body.addKnown("permissions", textsOrNull(user.Permissions))
	body.add("scimId", textOrNull(user.ScimID))
	body.add("seatType", textOrNull(user.SeatType))
	body.add("companyRole", textOrNull(user.CompanyRole))
	body.add("productUpdatesEmailConsent", valueOrNull(user.ProductUpdatesEmailConsent))
	return wire.ObjectOf(body...)
}

// properties are names and values in turn, as wire.ObjectOf takes them.
type properties []any

func (p *properties) add(name string, value any) { *p = append(*p, name, value) }

// addKnown leaves out what is null.
func (p *properties) addKnown(name string, value any) {
	if value != nil {
		p.add(name, value)
	}
}

func textOrNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func valueOrNull[T int64 | bool](value *T) any {
	if value == nil {
		return nil
	}
	return *value
}

func textsOrNull(texts []string) any {
	if len(texts) == 0 {
		return nil
	}
	values := make([]any, len(texts))
	for i, text := range texts {
		values[i] = text
	}
	return wire.ArrayOf(values...)
}

// timeOrNull writes a time as JavaScript's toISOString does.
func timeOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// gravatar is where the server has the image of a user without one: at the SHA-256 of the first name that the user has.
func gravatar(user directory.User) string {
	name := cmp.Or(user.Email, user.Username, strconv.FormatInt(user.ID, 10))
	sum := sha256.Sum256([]byte(strings.TrimSpace(strings.ToLower(name))))
	return "https://gravatar.com/avatar/" + hex.EncodeToString(sum[:]) + "?s=42&d=retro&r=g"
}
