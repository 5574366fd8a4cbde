package unleash

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"gatehouse/shared/config"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/product"
	"gatehouse/shared/session"
	"gatehouse/shared/wire"
)

// NewChangePassword returns the handler of POST /api/admin/user/change-password. Of the user's sessions, the one that asks
// stays.
func NewChangePassword(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	settings, err := config.For[Settings](cfg)
	h := changePasswordHandler{cfg: cfg, settings: settings, service: service}
	return gateway.Endpoint{
		Origins: cfg.CORSOrigins, Methods: http.MethodPost, Handle: h.handle, Malformed: malformed,
	}.Handler(), err
}

type changePasswordHandler struct {
	cfg      config.Config
	settings Settings
	service  *login.Service
}

// handle admits the request as one that verifies a password.
func (h changePasswordHandler) handle(ctx context.Context, r *gateway.Request) gateway.Response {
	return admitted(ctx, h.service, r, h.dispatch)
}

func (h changePasswordHandler) dispatch(ctx context.Context, visit *login.Visit, r *gateway.Request) gateway.Response {
	body, refusal := readBody(r)
	if refusal != nil {
		return *refusal
	}
	live, refusal := h.settings.authenticate(ctx, visit, r)
	switch {
	case refusal != nil:
		return *refusal
	case r.Method == http.MethodOptions:
		return options(http.MethodPost)
	case r.Method != http.MethodPost:
		return pathNotFound(r, changePasswordPath)
	}
	given, refusal := readPasswords(r, body)
	if refusal != nil {
		return *refusal
	}
	return h.change(ctx, visit, live, given)
}

// passwords are what passwordSchema lets through.
type passwords struct{ old, new string }

// readPasswords checks the content type, the schema, and that the new password was typed twice alike beside an old one.
func readPasswords(r *gateway.Request, body wire.Value) (passwords, *gateway.Response) {
	if refusal := jsonOnly(r); refusal != nil {
		return passwords{}, refusal
	}
	given, refusal := read(body, []string{"password"}, "password", "oldPassword", "confirmPassword")
	if refusal != nil {
		return passwords{}, refusal
	}
	old, asked := given["oldPassword"]
	confirmed, repeated := given["confirmPassword"]
	if !asked || !repeated || confirmed != given["password"] {
		return passwords{}, new(empty(http.StatusBadRequest))
	}
	return passwords{old, given["password"]}, nil
}

// change decides the request. A locked account and one that was changed meanwhile look like a wrong old password.
func (h changePasswordHandler) change(ctx context.Context, visit *login.Visit, live session.Live, given passwords) gateway.Response {
	if err := product.CheckPassword(h.cfg, []product.Product{names}, live.User, given.new); err != nil {
		return weak(err)
	}
	outcome, err := visit.ChangePassword(ctx, login.Change{
		Session: live, Old: given.old, New: given.new, Policy: h.cfg.Policy(), Keep: true,
	})
	if err != nil {
		return fault()
	}
	switch outcome {
	case login.Accepted:
		return empty(http.StatusOK)
	case login.UnknownUser, login.WrongPassword, login.Locked, login.Inactive, login.Unconfirmed:
		return wrongOldPassword()
	}
	return fault()
}

// weakness returns the reason in the words of npm's owasp-password-strength-test, which the real server uses.
func weakness(err error) string {
	refusal, _ := errors.AsType[product.RuleError](err)
	switch refusal.Rule {
	case product.TooShort:
		return fmt.Sprintf("The password must be at least %d characters long.", refusal.Bound)
	case product.TooLong:
		return fmt.Sprintf("The password must be at most %d characters long.", refusal.Bound)
	case product.Common:
		return "The password may not be one of the most common passwords."
	case product.Named:
		return "The password may not be a name of the user or of the service."
	case product.NotText:
	}
	return "The password may not contain NUL or anything else that is not text."
}
