package aisquare

import (
	"context"
	"net/http"

	"gatehouse/shared/config"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

// NewChangePassword returns the handler of accounts/change-password.
func NewChangePassword(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	return view{
		verifies: true, allow: allow, methods: []string{http.MethodPost},
		metadata: metadata("Change Password",
			text("old_password", "Old password")+","+text("password", "Password")+","+text("password_confirm", "Password confirm")),
		answer: changePassword,
	}.handler(cfg, service)
}

// changePassword ends all sessions and tokens of the user but the token that asks: in Django a session ends with its password
// and a token stays.
func changePassword(ctx context.Context, c *call) gateway.Response {
	given, refusal := readChange(c)
	if refusal != nil {
		return *refusal
	}
	outcome, err := c.visit.ChangePassword(ctx, login.Change{
		Session: c.live, Old: given.old, New: given.password, Policy: c.view.cfg.Policy(), Keep: c.live.Kind == session.Bearer,
	})
	switch {
	case err != nil:
		return fault()
	case outcome == login.Accepted:
		return done("Password changed successfully")
	}
	return invalid(problems{OldPassword: []string{"Old password is not correct"}})
}

// change is what a valid request carries. All three texts are trimmed, as those of a login.
type change struct{ old, password, confirm string }

// readChange checks the fields and the rules for new passwords. The old password is verified last, because that counts as an
// attempt; the real server verifies it together with the rules.
func readChange(c *call) (change, *gateway.Response) {
	data, refusal := object(c.body())
	if refusal != nil {
		return change{}, refusal
	}
	var given change
	var found problems
	given.old, found.OldPassword = charField(data, "old_password")
	given.password, found.Password = charField(data, "password")
	given.confirm, found.PasswordConfirm = charField(data, "password_confirm")
	if found.Password == nil {
		found.Password = weaknesses(c.view.cfg, c.live.User, given.password)
	}
	if found.any() {
		return change{}, new(invalid(found))
	}
	if given.password != given.confirm {
		return change{}, new(invalid(problems{PasswordConfirm: []string{"Passwords don't match"}}))
	}
	return given, nil
}
