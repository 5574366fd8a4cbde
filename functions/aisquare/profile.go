package aisquare

import (
	"context"
	"net/http"
	"strings"

	"gatehouse/shared/config"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
)

// NewProfile returns the handler of accounts/profile, by which a client learns who is logged in. It only reads: users are
// changed by the administration.
func NewProfile(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	return view{
		allow: "GET, POST, PUT, PATCH, HEAD, OPTIONS", methods: []string{http.MethodGet, http.MethodHead},
		metadata: metadata("Profile", ""), answer: profile,
	}.handler(cfg, service)
}

func profile(_ context.Context, c *call) gateway.Response {
	user := c.live.User
	first, last, _ := strings.Cut(user.Name, " ")
	return respond(http.StatusOK, userProfile{user.ID, user.Username, first, last, user.Email})
}
