package aisquare

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"gatehouse/shared/config"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
	"gatehouse/shared/wire"
)

// NewLogout returns the handler of accounts/logout.
func NewLogout(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	return view{
		allow: allow, methods: []string{http.MethodPost},
		metadata: metadata("Logout", `"revoke_token":{"type":"boolean","required":false,"read_only":false,"label":"Revoke token"}`),
		answer:   logout,
	}.handler(cfg, service)
}

// logout ends the session or token that the request was authenticated by. The real server keeps the token, which is then good
// for ever (OWASP ASVS 5.0, 7.4.1). With revoke_token all tokens of the user end: the real server has one for all devices.
func logout(ctx context.Context, c *call) gateway.Response {
	revoke, refusal := readRevocation(c)
	if refusal != nil {
		return *refusal
	}
	keeper, own := c.visit.Sessions(), c.live.Ref()
	var err error
	if revoke && c.view.settings.tokenInBody() {
		err = keeper.EndAll(ctx, own, session.Bearer)
	} else {
		err = keeper.End(ctx, own)
	}
	if err != nil {
		return fault()
	}
	c.over = c.over || c.live.Kind == session.Browser
	return done("Logout successful")
}

// The texts that DRF's BooleanField reads, in any letter case. Numbers are compared by what Python prints.
var (
	trueTexts  = []string{"t", "y", "yes", "true", "on", "1", "1.0"}
	falseTexts = []string{"f", "n", "no", "false", "off", "0", "0.0", "-0.0"}
)

// readRevocation reads the one field of a logout, which may be missing.
func readRevocation(c *call) (revoke bool, refusal *gateway.Response) {
	data, refusal := object(c.body())
	if refusal != nil {
		return false, refusal
	}
	value, present := data.Member("revoke_token")
	text := strings.ToLower(value.Text)
	if value.Kind == wire.Number {
		text = pythonNumber(value.Text)
	}
	problem := "Must be a valid boolean."
	switch {
	case !present, isForm(c.Request) && value.Kind == wire.String && text == "":
		return false, nil
	case value.Kind == wire.Null:
		problem = "This field may not be null."
	case value.Kind == wire.String && strings.HasSuffix(text, ".0"): // only numbers have a point
	case slices.Contains(trueTexts, text):
		return true, nil
	case slices.Contains(falseTexts, text):
		return false, nil
	}
	return false, new(invalid(problems{RevokeToken: []string{problem}}))
}
