package login

import (
	"context"
	"errors"
	"log/slog"
	"strconv"

	"gatehouse/shared/directory"
)

// rehash replaces an outdated hash, now that the right password is at hand. A failure is logged and never fails the login;
// the next login tries again. A hash that was changed since it was loaded stands (OWASP ASVS 5.0, 11.2.2).
func (v *Visit) rehash(ctx context.Context, user directory.User, password string) {
	if !v.service.Rehash {
		return
	}
	replacement, outdated, err := v.service.Passwords.Upgrade(user.PasswordHash, password)
	if err == nil && outdated {
		err = v.store.Rehash(ctx, user.Realm, user.ID, user.PasswordHash, replacement)
	}
	if err != nil && !errors.Is(err, directory.ErrChanged) {
		attributes := append(v.attributes(), slog.String("account", strconv.FormatInt(user.ID, 10)), slog.String("error", err.Error()))
		v.service.Log.LogAttrs(ctx, slog.LevelWarn, "outdated hash was not replaced", attributes...)
	}
}
