package socialid

import (
	"context"
	"errors"

	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/wire"
)

// admit authenticates the application that calls. A response ends the request, nil means go on.
func admit(
	ctx context.Context, service *login.Service, r *gateway.Request, calling login.Calling,
) (*login.Visit, login.Authentication, *gateway.Response) {
	caller := login.Caller{Product: productName, Source: r.Source, RequestID: r.ID}
	visit, found, err := service.AdmitApplication(ctx, caller, calling)
	switch {
	case errors.Is(err, login.ErrApplication):
		return nil, found, new(unauthorized())
	case err != nil:
		return nil, found, new(fault())
	case visit.Quota.Exceeded:
		return nil, found, new(throttled(visit.Quota))
	}
	return visit, found, nil
}

// basic returns the application that the request names by HTTP Basic authentication.
func basic(r *gateway.Request) login.Calling {
	id, secret := wire.ParseBasic(r.Header.Values("Authorization"))
	return login.Calling{ID: id, Secret: secret}
}
